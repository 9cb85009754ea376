import { config, loadConfig, reloadConfig, type Section } from '#shared/core/config.ts';
import { forgetSecret, readSecret } from '#shared/core/secrets.ts';
import { type SecretsStub, startSecretsStub } from '#tests/support/secrets-stub.ts';

const JWT = 'a secret for tests, long enough to be one';
const ADDRESS = { host: 'db.internal', port: 5432, dbname: 'ragdb' };
let stub: SecretsStub;

const NAMES = [
  'database',
  'database-app',
  'database-worker',
  'redis',
  'openai',
  'anthropic',
  'jwt',
  'google-oauth',
] as const;

beforeAll(async () => {
  stub = await startSecretsStub();
});

beforeEach(() => {
  stub.store({
    'rag/database': { username: 'rag', password: 'owner-pw', ...ADDRESS },
    'rag/database-app': { username: 'rag_app_login', password: 'db-pw', ...ADDRESS },
    'rag/database-worker': { username: 'rag_worker_login', password: 'worker-pw', ...ADDRESS },
    'rag/redis': { host: 'cache.internal', password: 'redis-pw', port: 6379 },
    'rag/openai': { api_key: 'sk-1' },
    'rag/anthropic': { api_key: 'sk-ant-1' },
    'rag/jwt': { secret_key: JWT },
    'rag/google-oauth': { client_id: 'client', client_secret: 'client-pw' },
  });
  for (const name of ['DATABASE_URL', 'REDIS_URL']) delete process.env[name];
  process.env.SECRETS_PREFIX = 'rag/';
});

afterEach(() => {
  import.meta.jest.useRealTimers();
  stub.asked.length = 0;
  for (const name of NAMES) forgetSecret(name);
});

afterAll(() => stub.close());

async function failureOf(section: Section): Promise<string> {
  const error: unknown = await reloadConfig(section).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(Error);
  return (error as Error).message;
}

test('every secret of Secrets Manager becomes settings', async () => {
  await loadConfig('database', 'database_owner', 'database_worker', 'redis', 'auth', 'google', 'llm');
  expect(config('database')).toMatchObject({
    DATABASE_USER: 'rag_app_login',
    DATABASE_PASSWORD: 'db-pw',
    DATABASE_HOST: 'db.internal',
    DATABASE_PORT: 5432,
    DATABASE_NAME: 'ragdb',
    DATABASE_TLS: true,
  });
  expect(config('database_owner')).toMatchObject({
    DATABASE_OWNER_USER: 'rag',
    DATABASE_OWNER_PASSWORD: 'owner-pw',
  });
  expect(config('database_worker')).toMatchObject({
    DATABASE_WORKER_USER: 'rag_worker_login',
    DATABASE_WORKER_PASSWORD: 'worker-pw',
  });
  expect(config('redis')).toMatchObject({ REDIS_HOST: 'cache.internal', REDIS_PASSWORD: 'redis-pw' });
  expect(config('auth').JWT_SECRET).toBe(JWT);
  expect(config('google')).toEqual({ GOOGLE_CLIENT_ID: 'client', GOOGLE_CLIENT_SECRET: 'client-pw' });
  expect(config('llm')).toMatchObject({ OPENAI_API_KEY: 'sk-1', ANTHROPIC_API_KEY: 'sk-ant-1' });
  expect([...stub.asked].sort()).toEqual(NAMES.map((name) => `rag/${name}`).sort());
});

test('concurrent reads fetch a secret once', async () => {
  await Promise.all(Array.from({ length: 10 }, () => readSecret('rag/', 'jwt')));
  await readSecret('rag/', 'jwt');
  expect(stub.asked).toEqual(['rag/jwt']);
});

test('a forgotten secret is fetched again with its rotated value', async () => {
  await reloadConfig('google');
  stub.store({ 'rag/google-oauth': { client_id: 'client', client_secret: 'rotated' } });
  await reloadConfig('google');
  expect(config('google').GOOGLE_CLIENT_SECRET).toBe('client-pw');
  forgetSecret('google-oauth');
  await reloadConfig('google');
  expect(config('google').GOOGLE_CLIENT_SECRET).toBe('rotated');
});

test('a failed fetch is not cached', async () => {
  stub.store({ 'rag/jwt': null });
  await expect(readSecret('rag/', 'jwt')).rejects.toThrow();
  stub.store({ 'rag/jwt': { secret_key: JWT } });
  await expect(readSecret('rag/', 'jwt')).resolves.toEqual({ JWT_SECRET: JWT });
});

test('a missing secret fails the start with its name', async () => {
  stub.store({ 'rag/openai': null });
  expect(await failureOf('llm')).toContain('rag/openai could not be read: ResourceNotFoundException');
});

test.each([
  ['not JSON', 'hunter2'],
  ['half of an object', '{"password":"hunter2"'],
  ['a JSON text', '"hunter2"'],
  ['a list', '["hunter2"]'],
  ['null', 'null'],
  ['empty', ''],
])('a secret that is %s fails the start with its name, without its value', async (_what, text) => {
  stub.store({ 'rag/database-app': text });
  const message = await failureOf('database');
  expect(message).toContain('rag/database-app is not a JSON object');
  expect(message).not.toContain('hunter2');
});

test('a secret that lacks a field fails the start with the missing setting', async () => {
  stub.store({ 'rag/database-app': { username: 'rag', password: 'hunter2', host: 'db' } });
  forgetSecret('database-app');
  await expect(reloadConfig('database')).resolves.toBeUndefined();
  stub.store({ 'rag/database-app': { username: 'rag', host: 'db' } });
  forgetSecret('database-app');
  expect(await failureOf('database')).toContain('- DATABASE_PASSWORD: missing');
});

test('a secret with an invalid value fails the start without printing it', async () => {
  stub.store({ 'rag/jwt': { secret_key: 'hunter2' } });
  const message = await failureOf('auth');
  expect(message).toContain('- JWT_SECRET: ');
  expect(message).not.toContain('hunter2');
});

test('the environment overrides a secret', async () => {
  process.env.OPENAI_API_KEY = 'sk-env';
  await reloadConfig('llm');
  delete process.env.OPENAI_API_KEY;
  expect(config('llm')).toMatchObject({ OPENAI_API_KEY: 'sk-env', ANTHROPIC_API_KEY: 'sk-ant-1' });
});

test('without SECRETS_PREFIX Secrets Manager is not called', async () => {
  delete process.env.SECRETS_PREFIX;
  await reloadConfig('llm');
  expect(stub.asked).toEqual([]);
});

describe('an empty secret that is filled in later', () => {
  const EMPTY = { 'rag/openai': { api_key: '' }, 'rag/google-oauth': { client_id: '', client_secret: '' } };

  beforeEach(async () => {
    stub.store(EMPTY);
    await reloadConfig('llm');
    stub.asked.length = 0;
  });

  /** Moves only the clock; timers and I/O stay real. */
  function advance(seconds: number): void {
    import.meta.jest.useFakeTimers({ now: Date.now() + seconds * 1_000, doNotFake: [...TIMERS] });
  }

  test('is read again after a minute by a running process', async () => {
    stub.store({ 'rag/openai': { api_key: 'sk-late' } });
    await loadConfig('llm');
    expect([config('llm').OPENAI_API_KEY, stub.asked]).toEqual([undefined, []]);
    advance(61);
    await loadConfig('llm');
    expect(config('llm')).toMatchObject({ OPENAI_API_KEY: 'sk-late', ANTHROPIC_API_KEY: 'sk-ant-1' });
    expect(stub.asked).toEqual(['rag/openai']);
  });

  test('is read at most once a minute, and not again once it has a value', async () => {
    advance(61);
    await Promise.all([loadConfig('llm'), loadConfig('llm')]);
    await loadConfig('llm');
    expect(stub.asked).toEqual(['rag/openai']);
    stub.store({ 'rag/openai': { api_key: 'sk-late' } });
    advance(61);
    await loadConfig('llm');
    advance(61);
    await loadConfig('llm');
    expect(stub.asked).toEqual(['rag/openai', 'rag/openai']);
  });

  test('keeps the loaded configuration if a read fails, and is read again', async () => {
    stub.store({ 'rag/openai': null });
    advance(61);
    await loadConfig('llm');
    expect(config('llm').ANTHROPIC_API_KEY).toBe('sk-ant-1');
    stub.store({ 'rag/openai': { api_key: 'sk-late' } });
    advance(61);
    await loadConfig('llm');
    expect(config('llm').OPENAI_API_KEY).toBe('sk-late');
  });

  test('of Google is not needed at the start, and read later', async () => {
    forgetSecret('google-oauth');
    await reloadConfig('google');
    expect(config('google').GOOGLE_CLIENT_ID).toBeUndefined();
    stub.store({ 'rag/google-oauth': { client_id: 'client', client_secret: 'client-pw' } });
    advance(61);
    await loadConfig('google');
    expect(config('google').GOOGLE_CLIENT_ID).toBe('client');
  });
});

const TIMERS = [
  'setTimeout',
  'clearTimeout',
  'setInterval',
  'clearInterval',
  'setImmediate',
  'clearImmediate',
  'nextTick',
  'queueMicrotask',
  'performance',
  'hrtime',
] as const;
