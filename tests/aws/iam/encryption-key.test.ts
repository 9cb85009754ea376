import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { PACKAGES_TIMEOUT_MS, STAGES, type Stage } from '#tests/support/lambda-runtime/packaged.ts';
import { ownChecks } from '../all-checks.ts';
import { awsMetrics } from '../metrics.ts';
import { nag } from '../nag.ts';
import { resolveTemplate } from '../resolve.ts';
import { schemaEngine } from '../schema-engine.ts';
import { resolvedTemplateOf, templateOf } from '../stages.ts';
import { at, idOf, list, ofType, type Template } from '../template.ts';
import { actionsExist, grantsNameResources, loadActions } from './action-names.ts';
import { ALLOWED_BY_US, ALLOWED_OF_NAG, notAllowed } from './allowed.ts';
import { ACCOUNT, REGION } from './arn.ts';
import { decide } from './iam.ts';
import { grants } from './statements.ts';

// Programs start slowly on a busy machine: the limit is no assertion.
import.meta.jest.setTimeout(180_000);

const KEY = `arn:aws:kms:${REGION}:${ACCOUNT}:key/0b7c9f1e-0000-4000-8000-000000000000`;
const OTHER_KEY = KEY.replace('0b7c9f1e', 'ffffffff');
const BUCKET_RULE = 'BucketEncryption.ServerSideEncryptionConfiguration.0';

/** What holds data of people or secrets, and the property that names its key. */
const STORES: Record<string, string> = {
  'AWS::Backup::BackupVault': 'EncryptionKeyArn',
  'AWS::EFS::FileSystem': 'KmsKeyId',
  'AWS::ElastiCache::ReplicationGroup': 'KmsKeyId',
  'AWS::Logs::LogGroup': 'KmsKeyId',
  'AWS::RDS::DBCluster': 'KmsKeyId',
  'AWS::RDS::DBInstance': 'PerformanceInsightsKMSKeyId',
  'AWS::SQS::Queue': 'KmsMasterKeyId',
  'AWS::SecretsManager::Secret': 'KmsKeyId',
};

const keyed: Partial<Record<Stage, Template>> = {};
let prod: Template;

beforeAll(async () => {
  for (const stage of STAGES)
    keyed[stage] = await resolvedTemplateOf(stage, { KmsKeyArn: KEY, AuroraReader: 'true' });
  prod = keyed.prod as Template;
}, PACKAGES_TIMEOUT_MS);

/** The stores of a template that another key or none encrypts. */
function unkeyed(template: Template): string[] {
  return Object.entries(STORES).flatMap(([type, property]) =>
    ofType(template, type).flatMap(({ id, properties }) => (properties[property] === KEY ? [] : [id])),
  );
}

describe('a stage with a key of its own', () => {
  test.each(STAGES)('%s encrypts every store, secret and log group with it', (stage) => {
    const template = keyed[stage] as Template;
    expect(unkeyed(template)).toEqual([]);
    expect(ofType(template, 'AWS::Logs::LogGroup').map(({ id }) => id)).toEqual(
      expect.arrayContaining(['ChatLogGroup', 'ReferenceLogGroup', 'EmbedderLogGroup', 'AuroraLogGroup']),
    );
    expect(at(template.Resources.DocumentsBucket?.Properties, BUCKET_RULE)).toEqual({
      BucketKeyEnabled: true,
      ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: KEY },
    });
  });

  test('has each kind of store, so that none is missed', () => {
    const missing = Object.keys(STORES).filter((type) => ofType(prod, type).length === 0);
    expect(missing).toEqual([]);
  });

  test('gives the queues one encryption only: SQS refuses two', () => {
    const both = ofType(prod, 'AWS::SQS::Queue').map(({ properties }) => properties.SqsManagedSseEnabled);
    expect(both).toEqual([undefined, undefined]);
  });

  test('passes every check that a stage without one passes', async () => {
    const checks = ownChecks(await loadActions(prod), awsMetrics());
    const located = (found: { rule: string; where: string; message: string }[]) =>
      found.map((each) => ({ ...each, stage: 'prod' as const }));
    const own = located(checks.flatMap((check) => check(prod)));
    expect(notAllowed(own as Parameters<typeof notAllowed>[0], ALLOWED_BY_US)).toEqual([]);
    expect(notAllowed(located(nag(prod)) as Parameters<typeof notAllowed>[0], ALLOWED_OF_NAG)).toEqual([]);
  });
});

describe('its roles', () => {
  const functions = ['ApiKeys', 'Auth', 'Bots', 'Chat', 'Documents', 'Embeddings', 'Health', 'Ingest'];
  const roleOf = (name: string) => idOf(prod.Resources[`${name}LambdaFunction`]?.Properties?.Role) ?? '';

  test.each([...functions, 'Migrate', 'Sweep', 'Teams'])('%s may read and write what it encrypts', (name) => {
    for (const action of ['kms:Decrypt', 'kms:GenerateDataKey'])
      expect(decide(prod, { by: roleOf(name), action, resource: KEY })).toBe('allow');
    expect(decide(prod, { by: roleOf(name), action: 'kms:Decrypt', resource: OTHER_KEY })).toBe('deny');
    expect(decide(prod, { by: roleOf(name), action: 'kms:ScheduleKeyDeletion', resource: KEY })).toBe('deny');
  });

  test('a task of the embedder may read its secret, and write nothing', () => {
    const by = 'EmbedderTaskRole';
    expect(decide(prod, { by, action: 'kms:Decrypt', resource: KEY })).toBe('allow');
    expect(decide(prod, { by, action: 'kms:GenerateDataKey', resource: KEY })).toBe('deny');
  });

  test('reference reads no secret, and may not use it', () => {
    expect(decide(prod, { by: roleOf('Reference'), action: 'kms:Decrypt', resource: KEY })).toBe('deny');
  });
});

describe('a stage without one', () => {
  test.each(STAGES)('%s names no key and grants nothing about keys', async (stage) => {
    const template = await resolvedTemplateOf(stage);
    expect(JSON.stringify(template)).not.toMatch(/KmsKeyArn|aws:kms/);
    const granted = grants(template).flatMap(({ statement }) => list(statement.Action).map(String));
    expect(granted.filter((action) => action.startsWith('kms:'))).toEqual([]);
    expect(at(template.Resources.DocumentsBucket?.Properties, BUCKET_RULE)).toEqual({
      ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' },
    });
    for (const { properties } of ofType(template, 'AWS::SQS::Queue'))
      expect(properties.SqsManagedSseEnabled).toBe(true);
  });

  test('the parameter takes the ARN of a key, and no alias', async () => {
    const { AllowedPattern = '' } = ((await templateOf('prod')).Parameters?.KmsKeyArn ?? {}) as {
      AllowedPattern?: string;
    };
    const pattern = new RegExp(`^(?:${AllowedPattern})$`);
    const alias = KEY.replace(/key\/.*/, 'alias/mine');
    expect(['', KEY, alias, 'mine'].filter((arn) => pattern.test(arn))).toEqual(['', KEY]);
  });
});

describe('infra/kms-key.yml', () => {
  const whole = parse(readFileSync('infra/kms-key.yml', 'utf8')) as Template;
  const template = resolveTemplate(whole, { Stage: 'prod' });
  const may = (by: string, action: string, context: Record<string, string> = {}) =>
    decide(template, { by, action, resource: KEY, context });
  const logs = `logs.${REGION}.amazonaws.com`;
  const groupOf = (account: string) => ({
    'kms:EncryptionContext:aws:logs:arn': `arn:aws:logs:${REGION}:${account}:log-group:/aws/lambda/x`,
  });
  const distributionOf = (account: string) => ({
    'aws:SourceArn': `arn:aws:cloudfront::${account}:distribution/E1`,
  });
  const STRANGER = '999999999999';

  test('passes AWS’s own schema engine and cdk-nag, and names existing actions', async () => {
    expect(schemaEngine()(whole)).toEqual([]);
    expect(nag(template)).toEqual([]);
    const actions = await loadActions(template);
    const found = [actionsExist(actions), grantsNameResources(actions)].flatMap((check) => check(template));
    expect(found).toEqual([]);
  });

  test('rotates its key, and keeps it when the stack is removed', () => {
    expect(template.Resources.Key).toMatchObject({
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
      Properties: { EnableKeyRotation: true },
    });
  });

  test('lets S3 encrypt events of uploads, for buckets of this account', () => {
    expect(may('s3.amazonaws.com', 'kms:GenerateDataKey', { 'aws:SourceAccount': ACCOUNT })).toBe('allow');
    expect(may('s3.amazonaws.com', 'kms:GenerateDataKey', { 'aws:SourceAccount': STRANGER })).toBe('deny');
    expect(may('s3.amazonaws.com', 'kms:GenerateDataKey')).toBe('deny');
  });

  test('lets CloudWatch encrypt log groups of this account', () => {
    for (const action of ['kms:Encrypt', 'kms:Decrypt', 'kms:GenerateDataKey', 'kms:DescribeKey'])
      expect(may(logs, action, groupOf(ACCOUNT))).toBe('allow');
    expect(may(logs, 'kms:Decrypt', groupOf(STRANGER))).toBe('deny');
  });

  test('lets CloudFront read, for distributions of this account', () => {
    expect(may('cloudfront.amazonaws.com', 'kms:Decrypt', distributionOf(ACCOUNT))).toBe('allow');
    expect(may('cloudfront.amazonaws.com', 'kms:Decrypt', distributionOf(STRANGER))).toBe('deny');
    expect(may('cloudfront.amazonaws.com', 'kms:Encrypt', distributionOf(ACCOUNT))).toBe('deny');
  });

  test('lets no service change or delete it', () => {
    const contexts = { ...groupOf(ACCOUNT), ...distributionOf(ACCOUNT), 'aws:SourceAccount': ACCOUNT };
    for (const by of ['s3.amazonaws.com', logs, 'cloudfront.amazonaws.com', 'lambda.amazonaws.com'])
      for (const action of ['kms:PutKeyPolicy', 'kms:ScheduleKeyDeletion', 'kms:CreateGrant'])
        expect(may(by, action, contexts)).toBe('deny');
  });
});
