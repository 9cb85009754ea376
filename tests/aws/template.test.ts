import { PACKAGES_TIMEOUT_MS, STAGES, type Stage } from '#tests/support/lambda-runtime/packaged.ts';
import { ownChecks } from './all-checks.ts';
import { loadActions } from './iam/action-names.ts';
import {
  ALLOWED_BY_US,
  ALLOWED_OF_ENGINE,
  ALLOWED_OF_NAG,
  type Located,
  notAllowed,
  stale,
} from './iam/allowed.ts';
import { awsMetrics } from './metrics.ts';
import { nag } from './nag.ts';
import { resolveTemplate } from './resolve.ts';
import { schemaEngine } from './schema-engine.ts';
import { resolvedTemplateOf, templateOf } from './stages.ts';
import { at, type Template } from './template.ts';

const templates: Partial<Record<Stage, Template>> = {};
const own: Located[] = [];
const engine: Located[] = [];
const pack: Located[] = [];

beforeAll(async () => {
  const validate = schemaEngine();
  for (const stage of STAGES) {
    const template = await templateOf(stage);
    templates[stage] = template;
    const resolved = await resolvedTemplateOf(stage);
    // A grant behind a condition is a statement only where the condition is decided.
    const checks = ownChecks(await loadActions(resolved), awsMetrics());
    own.push(...checks.flatMap((check) => check(resolved)).map((each) => ({ ...each, stage })));
    engine.push(...validate(template).map((each) => ({ ...each, stage })));
    pack.push(...nag(resolved).map((each) => ({ ...each, stage })));
  }
}, PACKAGES_TIMEOUT_MS);

function lines(found: Located[]): string[] {
  return [
    ...new Set(found.map(({ stage, rule, where, message }) => `${stage} | ${rule} | ${where} | ${message}`)),
  ];
}

describe('the template of every stage', () => {
  test('passes AWS’s own schema engine at WARN', () => {
    expect(lines(notAllowed(engine, ALLOWED_OF_ENGINE))).toEqual([]);
  });

  test('passes the rules of cdk-nag’s AwsSolutions pack', () => {
    expect(lines(notAllowed(pack, ALLOWED_OF_NAG))).toEqual([]);
  });

  test('passes every check of our own', () => {
    expect(lines(notAllowed(own, ALLOWED_BY_US))).toEqual([]);
  });

  test('needs every entry of the lists of exceptions, and each has a reason', () => {
    expect(stale(engine, ALLOWED_OF_ENGINE)).toEqual([]);
    expect(stale(pack, ALLOWED_OF_NAG)).toEqual([]);
    expect(stale(own, ALLOWED_BY_US)).toEqual([]);
    for (const { reason } of [...ALLOWED_OF_ENGINE, ...ALLOWED_OF_NAG, ...ALLOWED_BY_US])
      expect(reason.length).toBeGreaterThan(20);
  });

  test.each(STAGES)('%s stays within CloudFormation’s limits: 500 resources, 1 MB', (stage) => {
    const template = templates[stage];
    expect(Object.keys(template?.Resources ?? {}).length).toBeLessThan(450);
    expect(JSON.stringify(template).length).toBeLessThan(1_000_000);
  });

  test.each(STAGES)('%s has no CloudFront resources and no signing key without the parameter', (stage) => {
    const { Resources } = resolveTemplate(templates[stage] as Template);
    const types = Object.values(Resources).map(({ Type }) => Type);
    expect(types.filter((type) => type.startsWith('AWS::CloudFront::'))).toEqual([]);
    expect(Object.keys(Resources).filter((id) => /Downloads|CloudFront/.test(id))).toEqual([]);
    const variables = at(Resources.DocumentsLambdaFunction?.Properties, 'Environment.Variables');
    expect(variables).toMatchObject({
      DOWNLOADS_URL: '',
      DOWNLOADS_KEY_PAIR_ID: '',
      DOWNLOADS_PUBLIC_KEY: '',
    });
  });
});
