import { config, loadConfig, reloadConfig, type Section, section } from './config.ts';

const SECRET = 'tiny-secret';
const own = { ...process.env };

/** Replaces the environment by these settings. */
function environment(settings: Record<string, string>): void {
  process.env = { PATH: own.PATH, ...settings };
}

async function failure(...sections: Section[]): Promise<string> {
  const error: unknown = await loadConfig(...sections).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(Error);
  return (error as Error).message;
}

afterEach(() => {
  process.env = { ...own };
});

test('one message lists all missing settings, each with an example', async () => {
  environment({});
  expect(await failure('http', 'auth', 'vectors')).toBe(
    [
      'The configuration is not usable:',
      '- API_URL: missing. Example: API_URL=https://api.example.com',
      '- JWT_SECRET: missing. Example: JWT_SECRET=(at least 32 random characters: openssl rand -hex 32)',
      '- CHROMA_URL: missing. Example: CHROMA_URL=http://chroma.internal:8000',
    ].join('\n'),
  );
});

test('sign-up by domains without a domain is refused at the start', async () => {
  environment({ SIGN_UP: 'domains' });
  expect(await failure('sign_up')).toContain(
    '- SIGN_UP_DOMAINS: missing. Example: SIGN_UP_DOMAINS=example.com',
  );
});

test('an empty setting counts as missing', async () => {
  environment({ CHROMA_URL: '' });
  expect(await failure('vectors')).toContain('- CHROMA_URL: missing');
});

test('a refused URL is reported once, whatever other sections are loaded', async () => {
  environment({ REDIS_URL: 'rediss://host:6379?ssl_cert_reqs=none' });
  const message = await failure('redis', 'queue');
  expect(message.match(/REDIS_URL: /g)).toHaveLength(1);
});

const WRONG: [Section, string, string][] = [
  ['http', 'API_URL', 'ftp://api.example.com'],
  ['http', 'VALIDATE_RESPONSES', 'perhaps'],
  ['rate_limits', 'RATE_LIMIT_PER_MINUTE', '0'],
  ['rate_limits', 'SIGN_IN_LIMIT_PER_MINUTE', 'many'],
  ['database', 'DATABASE_PORT', '70000'],
  ['database', 'DATABASE_TLS', 'no thanks'],
  ['database', 'DATABASE_POOL_SIZE', '1.5'],
  ['redis', 'REDIS_PORT', 'x'],
  ['redis', 'REDIS_TLS', '2'],
  ['auth', 'JWT_SECRET', SECRET],
  ['auth', 'OIDC_ISSUER', 'accounts.google.com'],
  ['sign_up', 'SIGN_UP', 'everybody'],
  ['sign_up', 'FIRST_OWNER_EMAIL', 'me'],
  ['sign_up', 'MAX_TEAMS_PER_PERSON', 'few'],
  ['sign_in', 'SESSION_IDLE_MINUTES', '1'],
  ['sign_in', 'DOMAIN_PROOF', 'trust'],
  ['spending', 'DEFAULT_TEAM_BUDGET_USD', '-1'],
  ['spending', 'INSTALLATION_MONTHLY_BUDGET_USD', 'much'],
  ['vectors', 'CHROMA_URL', 'chroma'],
  ['vectors', 'VECTOR_STORE', 'milvus'],
  ['embedder', 'EMBEDDER_URL', 'localhost:8001'],
  ['embedder', 'EMBEDDER_TIMEOUT_MS', '5'],
  ['embedder_server', 'EMBEDDER_PORT', '-1'],
  ['embedder_server', 'MODEL_HUB_URL', 'hub'],
  ['storage', 'MAX_UPLOAD_BYTES', '-5'],
  ['storage', 'UPLOAD_EXPIRES_SECONDS', '1e9'],
  ['storage', 'DOCUMENTS_BUCKET', 'x'],
  ['queue', 'INGEST_QUEUE_URL', 'ingest'],
  ['llm', 'OPENAI_BASE_URL', 'api.openai.com'],
  ['llm', 'LLM_TIMEOUT_MS', 'soon'],
];

test.each(WRONG)(
  'in section %s a wrong %s (%s) is reported with its name and an example',
  async (...wrong) => {
    const [section, name, value] = wrong;
    environment({ [name]: value });
    const line = (await failure(section)).split('\n').find((each) => each.startsWith(`- ${name}: `));
    expect(line).toMatch(new RegExp(`^- ${name}: (?!missing).+\\. Example: ${name}=.+`));
    expect(line).not.toContain(value === SECRET ? SECRET : ` ${value} `);
  },
);

test('settings of other sections are not required', async () => {
  environment({ OPENAI_API_KEY: SECRET });
  await loadConfig('llm', 'redis');
  expect(config('llm')).toMatchObject({ OPENAI_API_KEY: SECRET, LLM_TIMEOUT_MS: 60_000 });
  expect(config('redis')).toEqual({ REDIS_PORT: 6379, REDIS_TLS: true });
});

test('settings are parsed as numbers, flags, lists, and URLs without a trailing slash', async () => {
  environment({
    API_URL: 'https://api.example.com/',
    CORS_ORIGINS: ' https://a.example.com, ,https://b.example.com',
    VALIDATE_RESPONSES: 'true',
    RATE_LIMIT_PER_MINUTE: '10',
  });
  await loadConfig('http', 'rate_limits');
  expect(config('http')).toMatchObject({
    API_URL: 'https://api.example.com',
    CORS_ORIGINS: ['https://a.example.com', 'https://b.example.com'],
    VALIDATE_RESPONSES: true,
  });
  expect(config('rate_limits')).toMatchObject({ RATE_LIMIT_PER_MINUTE: 10 });
});

test('a single setting overrides the one in a URL', async () => {
  environment({ DATABASE_URL: 'postgres://rag:one@127.0.0.1:5433/ragdb', DATABASE_PASSWORD: 'two' });
  await loadConfig('database');
  expect(config('database')).toMatchObject({
    DATABASE_HOST: '127.0.0.1',
    DATABASE_PORT: 5433,
    DATABASE_PASSWORD: 'two',
    DATABASE_TLS: false,
  });
});

test('reading a section that was not loaded is an error with its name', () => {
  expect(() => config('storage')).toThrow("Settings 'storage' were not loaded");
});

test('without a list, the sections that imported modules declared are loaded, and no others', async () => {
  environment({ DOCUMENTS_BUCKET: 'documents' });
  const storageConfig = section('storage');
  await loadConfig();
  expect(storageConfig()).toBe(config('storage'));
  expect(() => config('embedder')).toThrow("Settings 'embedder' were not loaded");
});

test('a failure is not cached: the next call reads the environment again', async () => {
  environment({});
  await failure('queue');
  environment({ INGEST_QUEUE_URL: 'https://sqs.ap-northeast-2.amazonaws.com/1/ingest' });
  await loadConfig('queue');
  expect(config('queue').INGEST_QUEUE_URL).toMatch(/ingest$/);
});

test('settings are read once, until they are reloaded', async () => {
  environment({ CHROMA_URL: 'http://one:8000' });
  await loadConfig('vectors');
  environment({ CHROMA_URL: 'http://two:8000' });
  await loadConfig('vectors');
  expect(config('vectors').CHROMA_URL).toBe('http://one:8000');
  await reloadConfig('vectors');
  expect(config('vectors').CHROMA_URL).toBe('http://two:8000');
});
