import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type SecretsStub, startSecretsStub } from '#tests/support/secrets-stub.ts';

const ROOT = join(import.meta.dirname, '../..');
const PREFIX = 'rag-backend/';
const FUNCTIONS = readdirSync(join(ROOT, 'functions'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

/** Loads what the function loads: an API's handler does so by itself, the others in their first invocation. */
const LOAD = `
  // Lambda's runtime provides this global.
  globalThis.awslambda = { streamifyResponse: (handler) => handler };
  await import(process.argv[1]);
  const { loadConfig } = await import('#shared/core/config.ts');
  if (/ingest|sweep|migrate/.test(process.argv[1])) await loadConfig().catch(() => {});
`;

let stub: SecretsStub;
beforeAll(async () => {
  stub = await startSecretsStub();
});
afterAll(() => stub.close());

test.each(FUNCTIONS)('%s reads exactly the secrets that its role grants', async (name) => {
  stub.asked.length = 0;
  // In serverless.yml too only this function knows the address of the distribution.
  const DOWNLOADS_URL = name === 'documents' ? 'https://files.example.com' : '';
  await promisify(execFile)(
    process.execPath,
    ['--input-type=module', '-e', LOAD, join(ROOT, 'functions', name, 'handler.ts')],
    { cwd: ROOT, env: { ...process.env, SECRETS_PREFIX: PREFIX, DOWNLOADS_URL } },
  );
  expect([...new Set(stub.asked)].sort()).toEqual(grantedTo(name));
});

type Statement = { Action: string | string[]; Resource: unknown };
type Role = { Properties: { Policies: [{ PolicyDocument: { Statement: object[] } }] } };

/** The names of the secrets that the role of a function may read. */
function grantedTo(name: string): string[] {
  const { Resources } = createRequire(import.meta.url)(join(ROOT, 'infra/function-roles.cjs')) as {
    Resources: Record<string, Role>;
  };
  const role = Resources[`${pascalCase(name)}Role`] as Role;
  const statements = role.Properties.Policies[0].PolicyDocument.Statement.flatMap((statement) =>
    'Fn::If' in statement ? (statement['Fn::If'] as unknown[]) : statement,
  ) as Statement[];
  return statements
    .filter(({ Action }) => Action === 'secretsmanager:GetSecretValue')
    .flatMap(({ Resource }) => Resource as { Ref: string } | { Ref: string }[])
    .map(({ Ref }) => PREFIX + kebabCase(Ref.replace(/Secret$/, '')))
    .sort();
}

function pascalCase(name: string): string {
  return name.replaceAll(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase());
}

function kebabCase(name: string): string {
  return name.replaceAll(/(?<=[a-z])[A-Z]/g, '-$&').toLowerCase();
}
