import path from 'node:path';
import { packagedStage, type Stage } from '#tests/support/lambda-runtime/packaged.ts';
import { resolveTemplate } from './resolve.ts';
import { readTemplate, type Template } from './template.ts';

/** The template of a stage as CloudFormation gets it. */
export async function templateOf(stage: Stage): Promise<Template> {
  return readTemplate(path.join(await packagedStage(stage), 'cloudformation-template-update-stack.json'));
}

/** What people set once the first image is pushed, a front end exists and CloudFront has a key: everything is on. */
const IN_USE = {
  EmbedderImageTag: '0123abc',
  CorsOrigins: 'https://app.example.com',
  DownloadsPublicKey:
    '-----BEGIN PUBLIC KEY-----\nMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A\n-----END PUBLIC KEY-----',
  Frontend: 'true',
};

/** The same with conditions decided, as the checks look at it. */
export async function resolvedTemplateOf(
  stage: Stage,
  parameters: Record<string, string> = {},
): Promise<Template> {
  return resolveTemplate(await templateOf(stage), { ...IN_USE, ...parameters });
}
