import { z } from 'zod';
import { keyRing, publicKeys } from './key-settings.ts';

const port = z.coerce.number().int().min(1).max(65_535);
const url = z.url({ protocol: /^https?$/ }).transform((value) => value.replace(/\/+$/, ''));
const flag = z.stringbool();
const budgetUsd = z.coerce.number().min(0).max(1_000_000).optional();
const list = z.string().transform((value) =>
  value
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean),
);

const KEY_RING = '[{"secret":"…","active_from":"2026-11-28T00:00:00Z"}]';

/** Where the database is. Each login of it is a section of its own, so that a process holds only what it uses. */
const databaseAddress = {
  DATABASE_HOST: z.string().min(1).meta({ example: 'db.cluster-xyz.ap-northeast-2.rds.amazonaws.com' }),
  DATABASE_PORT: port.default(5432).meta({ example: '5432' }),
  DATABASE_NAME: z.string().min(1).default('ragdb').meta({ example: 'ragdb' }),
  DATABASE_TLS: flag.default(true).meta({ example: 'true' }),
};

/** The schema of every setting. An error message about a setting quotes its example. */
export const SETTINGS = {
  http: z.object({
    API_URL: url.meta({ example: 'https://api.example.com' }),
    CORS_ORIGINS: list.default([]).meta({ example: 'https://app.example.com,https://admin.example.com' }),
    RETURN_TO_URLS: list.default([]).meta({ example: 'https://app.example.com/signed-in' }),
    VALIDATE_RESPONSES: flag.default(false).meta({ example: 'false' }),
  }),
  /** A section of its own: the embedder counts requests too, but has no `API_URL`. */
  rate_limits: z.object({
    RATE_LIMIT_PER_MINUTE: z.coerce.number().int().min(1).default(600).meta({ example: '600' }),
    SIGN_IN_LIMIT_PER_MINUTE: z.coerce.number().int().min(1).default(300).meta({ example: '300' }),
    ADDRESS_LIMIT_PER_MINUTE: z.coerce.number().int().min(1).default(60).meta({ example: '60' }),
  }),
  /** The login of requests. */
  database: z.object({
    ...databaseAddress,
    DATABASE_USER: z.string().min(1).meta({ example: 'rag_app_login' }),
    DATABASE_PASSWORD: z.string().meta({ example: '(a password)' }),
    DATABASE_POOL_SIZE: z.coerce.number().int().min(1).max(50).default(3).meta({ example: '3' }),
  }),
  /** The login of the functions sweep and ingest, which sees what is due of all teams. */
  database_worker: z.object({
    ...databaseAddress,
    DATABASE_WORKER_USER: z.string().min(1).meta({ example: 'rag_worker_login' }),
    DATABASE_WORKER_PASSWORD: z.string().meta({ example: '(a password)' }),
  }),
  /** The login that owns the tables: for migrations alone. */
  database_owner: z.object({
    ...databaseAddress,
    DATABASE_OWNER_USER: z.string().min(1).meta({ example: 'rag' }),
    DATABASE_OWNER_PASSWORD: z.string().meta({ example: '(a password)' }),
  }),
  redis: z.object({
    REDIS_HOST: z.string().optional().meta({ example: 'master.rag.apn2.cache.amazonaws.com' }),
    REDIS_PORT: port.default(6379).meta({ example: '6379' }),
    REDIS_PASSWORD: z.string().optional().meta({ example: '(a password)' }),
    REDIS_TLS: flag.default(true).meta({ example: 'true' }),
  }),
  auth: z.object({
    JWT_SECRET: z.string().min(32).meta({ example: '(at least 32 random characters: openssl rand -hex 32)' }),
    SIGNING_KEYS: keyRing.meta({ example: KEY_RING }),
    OIDC_ISSUER: url.default('https://accounts.google.com').meta({ example: 'https://accounts.google.com' }),
  }),
  /** Hashes of API keys. Without a pepper they are keyed by `JWT_SECRET`. */
  pepper: z.object({
    API_KEY_PEPPER: z.string().min(32).optional().meta({ example: '(at least 32 random characters)' }),
    API_KEY_PEPPERS: keyRing.meta({ example: KEY_RING }),
  }),
  /** What the embedder checks service tokens with: no secret. */
  service_keys: z.object({
    SERVICE_PUBLIC_KEYS: publicKeys.meta({
      example: '[{"kid":"…","kty":"EC","crv":"P-256","x":"…","y":"…"}]',
    }),
  }),
  /** Who may come in, and how many teams one person may found. */
  sign_up: z
    .object({
      SIGN_UP: z.enum(['open', 'domains', 'invited']).default('invited').meta({ example: 'domains' }),
      SIGN_UP_DOMAINS: list
        .transform((domains) => domains.map((domain) => domain.toLowerCase()))
        .default([])
        .meta({ example: 'example.com,example.co.kr' }),
      FIRST_OWNER_EMAIL: z
        .email()
        .transform((email) => email.normalize('NFC').toLowerCase())
        .optional()
        .meta({ example: 'owner@example.com' }),
      MAX_TEAMS_PER_PERSON: z.coerce.number().int().min(0).optional().meta({ example: '3' }),
    })
    .refine(({ SIGN_UP, SIGN_UP_DOMAINS }) => SIGN_UP !== 'domains' || SIGN_UP_DOMAINS.length > 0, {
      path: ['SIGN_UP_DOMAINS'],
    }),
  /** Links by mail, issuers of teams, and how long a session may rest. */
  sign_in: z.object({
    /** Without it, and without a directory, nobody signs in by mail. */
    MAIL_FROM: z.string().min(3).optional().meta({ example: 'RAG Platform <sign-in@example.com>' }),
    /** A local mailbox: mails become files. Ignored unless `API_URL` is an address of this machine. */
    MAIL_DIRECTORY: z.string().min(1).optional().meta({ example: '.data/mail' }),
    SIGN_IN_LINKS_PER_ADDRESS: z.coerce.number().int().min(1).default(20).meta({ example: '20' }),
    SESSION_IDLE_MINUTES: z.coerce.number().int().min(15).default(10_080).meta({ example: '480' }),
    OIDC_ALLOW_LOOPBACK: flag.default(false).meta({ example: 'false' }),
    DOMAIN_PROOF: z.enum(['dns', 'none']).default('dns').meta({ example: 'dns' }),
  }),
  /** Limits of what answers may cost, in US dollars. */
  spending: z.object({
    DEFAULT_TEAM_BUDGET_USD: budgetUsd.meta({ example: '20' }),
    INSTALLATION_MONTHLY_BUDGET_USD: budgetUsd.meta({ example: '500' }),
  }),
  /** Without a client nobody signs in with Google. */
  google: z.object({
    GOOGLE_CLIENT_ID: z.string().min(1).optional().meta({ example: '1234-abc.apps.googleusercontent.com' }),
    GOOGLE_CLIENT_SECRET: z.string().min(1).optional().meta({ example: '(from the Google console)' }),
  }),
  vectors: z
    .object({
      VECTOR_STORE: z.enum(['chroma', 'pgvector']).default('chroma').meta({ example: 'pgvector' }),
      CHROMA_URL: url.optional().meta({ example: 'http://chroma.internal:8000' }),
    })
    .refine(({ VECTOR_STORE, CHROMA_URL }) => VECTOR_STORE !== 'chroma' || CHROMA_URL !== undefined, {
      path: ['CHROMA_URL'],
    }),
  embedder: z.object({
    EMBEDDER_URL: url.meta({ example: 'https://embed.example.com' }),
    EMBEDDER_TIMEOUT_MS: z.coerce.number().int().min(100).default(20_000).meta({ example: '20000' }),
    RERANK_BUDGET_MS: z.coerce.number().int().min(0).max(10_000).default(500).meta({ example: '500' }),
  }),
  embedder_server: z.object({
    EMBEDDING_MODEL: z.string().min(1).default('multilingual-e5-small').meta({ example: 'builtin/hashing' }),
    RERANK_MANIFEST: z.string().min(1).optional().meta({ example: '/opt/models/reranker.json' }),
    MODELS_DIR: z.string().min(1).default('.models').meta({ example: '/opt/models' }),
    MODEL_HUB_URL: url.default('https://huggingface.co').meta({ example: 'https://hub-mirror.example.com' }),
    EMBEDDER_HOST: z.string().min(1).default('0.0.0.0').meta({ example: '127.0.0.1' }),
    EMBEDDER_PORT: z.coerce.number().int().min(0).max(65_535).default(8001).meta({ example: '8001' }),
    EMBEDDER_MAX_BATCH_TEXTS: z.coerce.number().int().min(1).max(2_048).default(512).meta({ example: '512' }),
    EMBEDDER_MAX_INPUT_CHARS: z.coerce.number().int().min(1).default(100_000).meta({ example: '100000' }),
    EMBEDDER_MAX_BODY_BYTES: z.coerce
      .number()
      .int()
      .min(1_024)
      .default(2_097_152)
      .meta({ example: '2097152' }),
    EMBEDDER_MAX_QUEUE_TOKENS: z.coerce.number().int().min(512).default(65_536).meta({ example: '65536' }),
    EMBEDDER_DEADLINE_MS: z.coerce.number().int().min(100).default(30_000).meta({ example: '30000' }),
    EMBEDDER_WORKERS: z.coerce.number().int().min(1).max(256).optional().meta({ example: '2' }),
    EMBEDDER_CACHE_DIR: z.string().min(1).optional().meta({ example: '/var/cache/embedder' }),
    EMBEDDER_METRICS_TOKEN: z
      .string()
      .min(32)
      .optional()
      .meta({ example: '(at least 32 random characters: openssl rand -hex 32)' }),
    EMBEDDER_DRAIN_SECONDS: z.coerce.number().min(0).max(25).default(0).meta({ example: '5' }),
  }),
  storage: z.object({
    DOCUMENTS_BUCKET: z.string().min(3).meta({ example: 'rag-prod-documents' }),
    S3_FORCE_PATH_STYLE: flag.default(false).meta({ example: 'false' }),
    /** Whether a scanner reports on each new object, and files are read only once it found them clean. */
    MALWARE_SCAN: flag.default(false).meta({ example: 'true' }),
    MAX_UPLOAD_BYTES: z.coerce.number().int().min(1).default(52_428_800).meta({ example: '52428800' }),
    UPLOAD_EXPIRES_SECONDS: z.coerce.number().int().min(1).max(3_600).default(900).meta({ example: '900' }),
  }),
  /** CloudFront in front of the documents. Without a URL, or while the secret is empty, downloads come from S3. */
  downloads: z
    .object({
      DOWNLOADS_URL: url.optional().meta({ example: 'https://files.example.com' }),
      DOWNLOADS_KEY_PAIR_ID: z.string().optional().meta({ example: 'K2JCJMDEHXQW5F' }),
      DOWNLOADS_PUBLIC_KEY: z.string().optional().meta({ example: '(the public half: DER in base64)' }),
      DOWNLOADS_PRIVATE_KEY: z.string().optional().meta({ example: '(an RSA key of 2048 bits in PEM)' }),
    })
    .refine(({ DOWNLOADS_URL, DOWNLOADS_KEY_PAIR_ID }) => !DOWNLOADS_URL || DOWNLOADS_KEY_PAIR_ID, {
      path: ['DOWNLOADS_KEY_PAIR_ID'],
    }),
  /** How long the log of what people did is kept. It outlives teams and people. */
  audit: z.object({
    AUDIT_RETENTION_DAYS: z.coerce.number().int().min(30).max(3_650).default(400).meta({ example: '400' }),
  }),
  /** Where webhooks may go: the public internet, this machine too, or private networks too. */
  webhooks: z.object({
    WEBHOOKS_REACH: z.enum(['public', 'loopback', 'private']).default('public').meta({ example: 'public' }),
  }),
  queue: z.object({
    INGEST_QUEUE_URL: url.meta({ example: 'https://sqs.ap-northeast-2.amazonaws.com/1/ingest' }),
  }),
  /** The processes that read documents; see shared/ingestion/reader. */
  readers: z.object({
    READER_MEMORY_MB: z.coerce.number().int().min(150).default(450).meta({ example: '450' }),
    READER_TIMEOUT_MS: z.coerce.number().int().min(10).default(60_000).meta({ example: '60000' }),
  }),
  llm: z.object({
    OPENAI_API_KEY: z.string().optional().meta({ example: 'sk-…' }),
    OPENAI_BASE_URL: url.optional().meta({ example: 'https://api.openai.com/v1' }),
    ANTHROPIC_API_KEY: z.string().optional().meta({ example: 'sk-ant-…' }),
    ANTHROPIC_BASE_URL: url.optional().meta({ example: 'https://api.anthropic.com' }),
    TEAM_CONCURRENT_ANSWERS: z.coerce.number().int().min(1).default(20).meta({ example: '20' }),
    /** Providers whose servers the operator runs, such as a vLLM behind OPENAI_BASE_URL. */
    INTERNAL_LLM_PROVIDERS: list.default([]).meta({ example: 'openai' }),
    LLM_TIMEOUT_MS: z.coerce.number().int().min(100).default(60_000).meta({ example: '60000' }),
  }),
} as const;
