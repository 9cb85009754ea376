import path from 'node:path';
import { packagedStage, type Stage } from '#tests/support/lambda-runtime/packaged.ts';
import { resolveTemplate } from './resolve.ts';
import { readTemplate, type Template } from './template.ts';

/** The template of a stage as it is sent to CloudFormation. */
export async function templateOf(stage: Stage): Promise<Template> {
  return readTemplate(path.join(await packagedStage(stage), 'cloudformation-template-update-stack.json'));
}

/** Parameters that switch everything on: an image, the console, mail, and a key for CloudFront. */
const IN_USE = {
  EmbedderImageTag: '0123abc',
  CorsOrigins: 'https://app.example.com',
  DownloadsPublicKey:
    '-----BEGIN PUBLIC KEY-----\nMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A\n-----END PUBLIC KEY-----',
  Console: 'true',
  MalwareScan: 'true',
  MailFrom: 'RAG Platform <sign-in@example.com>',
};

/** The template of a stage with conditions decided, as the checks expect it. */
export async function resolvedTemplateOf(
  stage: Stage,
  parameters: Record<string, string> = {},
): Promise<Template> {
  return resolveTemplate(await templateOf(stage), { ...IN_USE, ...parameters });
}
