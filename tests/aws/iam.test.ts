import { PACKAGES_TIMEOUT_MS } from '#tests/support/lambda-runtime/packaged.ts';
import { ACCOUNT, nameOf, textOf } from './iam/arn.ts';
import { decide } from './iam/iam.ts';
import { resolvedTemplateOf } from './stages.ts';
import { idOf, type Template } from './template.ts';

let template: Template;
beforeAll(async () => {
  template = await resolvedTemplateOf('prod');
}, PACKAGES_TIMEOUT_MS);

const TLS = { 'aws:SecureTransport': 'true' };

/** The role of a function by the function's short name, such as `Chat`. */
function roleOf(name: string): string {
  return idOf(template.Resources[`${name}LambdaFunction`]?.Properties?.Role) ?? '';
}

function arn(id: string, more = ''): string {
  return textOf(template, { 'Fn::GetAtt': [id, 'Arn'] }) + more;
}

function decideFor(name: string, action: string, resource: string, context: Record<string, string> = TLS) {
  return decide(template, { by: roleOf(name), action, resource, context });
}

/** The ARN of an identity of SES in the stage's account and region. */
function mailIdentity(domain: string): string {
  return `arn:aws:ses:ap-northeast-2:${ACCOUNT}:identity/${domain}`;
}

const OBJECT = '/teams/0b7c/documents/9f1e/1';
const ORIGINAL = '/teams/0b7c/originals/9f1e';

describe('AWS lets', () => {
  test.each([
    ['ingest read an uploaded document', 'Ingest', 's3:GetObject', () => arn('DocumentsBucket', OBJECT)],
    ['ingest keep what it read', 'Ingest', 's3:PutObject', () => arn('DocumentsBucket', ORIGINAL)],
    ['ingest ask for the next page', 'Ingest', 'sqs:SendMessage', () => arn('IngestQueue')],
    ['ingest store originals of an import', 'Ingest', 's3:PutObject', () => arn('DocumentsBucket', OBJECT)],
    [
      'ingest store the export of a person',
      'Ingest',
      's3:PutObject',
      () => arn('DocumentsBucket', '/people/1/transfers/2/0.zip'),
    ],
    [
      'auth read the export of a person',
      'Auth',
      's3:GetObject',
      () => arn('DocumentsBucket', '/people/1/transfers/2/0.zip'),
    ],
    [
      'ingest read the login that sees whose turn it is',
      'Ingest',
      'secretsmanager:GetSecretValue',
      () => secret('DatabaseWorkerSecret'),
    ],
    ['ingest take its messages', 'Ingest', 'sqs:ReceiveMessage', () => arn('IngestQueue')],
    ['chat read the key of OpenAI', 'Chat', 'secretsmanager:GetSecretValue', () => secret('OpenaiSecret')],
    [
      'auth read the Google client',
      'Auth',
      'secretsmanager:GetSecretValue',
      () => secret('GoogleOauthSecret'),
    ],
    ['auth send a sign-in link from the domain', 'Auth', 'ses:SendEmail', () => mailIdentity('example.com')],
    ['documents sign uploads', 'Documents', 's3:PutObject', () => arn('DocumentsBucket', OBJECT)],
    [
      'migrate read the database’s secret',
      'Migrate',
      'secretsmanager:GetSecretValue',
      () => secret('DatabaseSecret'),
    ],
    [
      'migrate change the password of requests',
      'Migrate',
      'secretsmanager:PutSecretValue',
      () => secret('DatabaseAppSecret'),
    ],
    [
      'documents read the key that signs downloads',
      'Documents',
      'secretsmanager:GetSecretValue',
      () => secret('DownloadsSecret'),
    ],
    ['sweep remove what was deleted', 'Sweep', 's3:DeleteObject', () => arn('DocumentsBucket', OBJECT)],
  ])('%s', (_, name, action, resource) => {
    expect(decideFor(name, action, resource())).toBe('allow');
  });

  test('the documents bucket send an upload event to the queue', () => {
    expect(fromBucket(nameOf(template, 'DocumentsBucket'), ACCOUNT)).toBe('allow');
  });
});

describe('AWS lets the distribution of downloads', () => {
  const own = () => textOf(template, { Ref: 'DownloadsDistribution' });

  test('read a document, and nothing else of the bucket', () => {
    expect(fromDistribution(own(), 's3:GetObject', OBJECT)).toBe('allow');
    expect(fromDistribution(own(), 's3:GetObject', '/x')).toBe('deny');
    expect(fromDistribution(own(), 's3:DeleteObject', OBJECT)).toBe('deny');
  });

  test('but no other distribution', () => {
    expect(fromDistribution('E0SOMEBODYELSES', 's3:GetObject', OBJECT)).toBe('deny');
  });
});

describe('AWS does not let', () => {
  test.each([
    [
      'documents remove what a form brought',
      'Documents',
      's3:DeleteObject',
      () => arn('DocumentsBucket', OBJECT),
    ],
    [
      'ingest write outside of teams and people',
      'Ingest',
      's3:PutObject',
      () => arn('DocumentsBucket', '/other/x'),
    ],
    ['sweep write documents', 'Sweep', 's3:PutObject', () => arn('DocumentsBucket', OBJECT)],
    ['auth read documents', 'Auth', 's3:GetObject', () => arn('DocumentsBucket', OBJECT)],
    [
      'ingest read the key of OpenAI',
      'Ingest',
      'secretsmanager:GetSecretValue',
      () => secret('OpenaiSecret'),
    ],
    ['chat read documents', 'Chat', 's3:GetObject', () => arn('DocumentsBucket', OBJECT)],
    ['chat take messages', 'Chat', 'sqs:ReceiveMessage', () => arn('IngestQueue')],
    [
      'health read the Google client',
      'Health',
      'secretsmanager:GetSecretValue',
      () => secret('GoogleOauthSecret'),
    ],
    [
      'teams read the key of Anthropic',
      'Teams',
      'secretsmanager:GetSecretValue',
      () => secret('AnthropicSecret'),
    ],
    [
      'ingest read the key that signs downloads',
      'Ingest',
      'secretsmanager:GetSecretValue',
      () => secret('DownloadsSecret'),
    ],
    [
      'reference read the JWT secret',
      'Reference',
      'secretsmanager:GetSecretValue',
      () => secret('JwtSecret'),
    ],
    [
      'documents read objects outside of teams',
      'Documents',
      's3:GetObject',
      () => arn('DocumentsBucket', '/x'),
    ],
    [
      'chat read the login of the tables’ owner',
      'Chat',
      'secretsmanager:GetSecretValue',
      () => secret('DatabaseSecret'),
    ],
    [
      'documents read the login that sees all teams',
      'Documents',
      'secretsmanager:GetSecretValue',
      () => secret('DatabaseWorkerSecret'),
    ],
    [
      'migrate change the login of the tables’ owner',
      'Migrate',
      'secretsmanager:PutSecretValue',
      () => secret('DatabaseSecret'),
    ],
    ['sweep change a secret', 'Sweep', 'secretsmanager:PutSecretValue', () => secret('DatabaseSecret')],
    ['migrate delete the database', 'Migrate', 'rds:DeleteDBCluster', () => arn('AuroraCluster')],
    ['auth pass a role', 'Auth', 'iam:PassRole', () => `arn:aws:iam::${ACCOUNT}:role/any`],
  ])('%s', (_, name, action, resource) => {
    expect(decideFor(name, action, resource())).toBe('deny');
  });

  test('anyone read documents without TLS', () => {
    const plain = { 'aws:SecureTransport': 'false' };
    expect(decideFor('Ingest', 's3:GetObject', arn('DocumentsBucket', OBJECT), plain)).toBe('deny');
  });

  test('another bucket, or the same name in another account, write to the queue', () => {
    expect(fromBucket('somebody-elses', ACCOUNT)).toBe('deny');
    expect(fromBucket(nameOf(template, 'DocumentsBucket'), '999999999999')).toBe('deny');
  });
});

function secret(id: string): string {
  return textOf(template, { Ref: id });
}

function fromDistribution(id: string, action: string, object: string) {
  const context = { ...TLS, 'aws:SourceArn': `arn:aws:cloudfront::${ACCOUNT}:distribution/${id}` };
  return decide(template, {
    by: 'cloudfront.amazonaws.com',
    action,
    resource: arn('DocumentsBucket', object),
    context,
  });
}

function fromBucket(bucket: string, account: string) {
  const context = { ...TLS, 'aws:SourceArn': `arn:aws:s3:::${bucket}`, 'aws:SourceAccount': account };
  return decide(template, {
    by: 's3.amazonaws.com',
    action: 'sqs:SendMessage',
    resource: arn('IngestQueue'),
    context,
  });
}
