import { type Checks, type Finding, failed, type Lesson, ok, skipped } from './check.ts';
import type { Answer, Network } from './network.ts';

const PROBLEM = 'application/problem+json';
const LOGS = 'Read the function’s log: aws logs tail /aws/lambda/<stack>-<function> --since 1h';

type Site = {
  network: Network;
  /** The API's base URL. */
  api: string;
  /** The embedder's base URL, if it is public. */
  embedder: string | undefined;
  /** The origin of a front end, which the API must allow. */
  origin: string | undefined;
  /** An API key, for the check that asks a bot. */
  key: string | undefined;
};

/** Checks without credentials: health, dependencies, pages, CORS, the format of errors, streaming. */
export function httpChecks(site: Site): Checks {
  const { network, api, embedder } = site;
  return {
    'API /health': () => health(network, `${api}/health`),
    ...(embedder ? { 'embedder /health': () => health(network, `${embedder}/health`) } : {}),
    'API /ready': () => ready(site),
    'API /docs': () => docs(site),
    'preflight of a browser': () => preflight(site),
    'errors are problem+json': () => problem(site),
    'streamed route answers': () => stream(site),
  };
}

/** Checks of what only AWS has in front of the platform: the firewall and the load balancer. */
export function edgeChecks({ network, api, embedder }: Site): Checks {
  return {
    'firewall refuses a script in a query': () => firewall(network, api),
    ...(embedder ? { 'http goes to https': () => redirect(network, embedder) } : {}),
  };
}

async function health(network: Network, url: string): Promise<Finding> {
  const answer = await network.ask(url);
  if (answer.status === 200) return ok(`200 in ${Math.round(answer.totalMs)} ms`);
  return failed(summaryOf(answer), LOGS);
}

/** What to check if a dependency is unavailable, by its name in /ready. */
const DEPENDENCIES: Record<string, { next: string; lesson?: Lesson }> = {
  database: {
    next: 'Check egress to 5432, the subnets’ routes and whether Aurora is available.',
    lesson: 3,
  },
  redis: { next: 'Check REDIS_TLS and the redis secret, then egress to 6379.', lesson: 1 },
  vectors: { next: 'Check egress to 8000 and Chroma’s task.', lesson: 3 },
  embedder: { next: 'Check egress to 8001 and the embedder’s tasks.', lesson: 3 },
  storage: {
    next: 'Check the documents bucket and the S3 endpoint of the private route table.',
    lesson: 2,
  },
};

async function ready({ network, api }: Site): Promise<Finding> {
  const answer = await network.ask(`${api}/ready`);
  const { checks = {} } = json<{ checks?: Record<string, { ok: boolean; latency_ms: number }> }>(answer);
  const parts = Object.entries(checks);
  const away = parts.filter(([, { ok }]) => !ok).map(([name]) => name);
  if (answer.status === 200 && away.length === 0)
    return ok(parts.map(([name, { latency_ms: ms }]) => `${name} ${ms} ms`).join(', '));
  const { next, lesson } = DEPENDENCIES[away[0] ?? ''] ?? { next: LOGS };
  return failed(away.length > 0 ? `no ${away.join(', ')}` : summaryOf(answer), next, lesson);
}

async function docs({ network, api }: Site): Promise<Finding> {
  const answer = await network.ask(`${api}/docs`);
  const isPage = answer.status === 200 && /text\/html/.test(String(answer.headers['content-type']));
  return isPage ? ok('200') : failed(summaryOf(answer), LOGS);
}

async function preflight({ network, api, origin }: Site): Promise<Finding> {
  const answer = await network.ask(`${api}/v1/teams`, {
    method: 'OPTIONS',
    headers: {
      Origin: origin ?? 'https://doctor.invalid',
      'Access-Control-Request-Method': 'POST',
      'Access-Control-Request-Headers': 'authorization,content-type',
    },
  });
  const allowed = answer.headers['access-control-allow-origin'];
  if (answer.status !== 204) return failed(summaryOf(answer), LOGS);
  if (origin && allowed !== origin)
    return failed(`${origin} is not allowed`, 'Add it to --param corsOrigins=… and deploy.');
  if (!origin && allowed !== undefined)
    return failed(
      `an unknown origin is allowed: ${String(allowed)}`,
      'List each origin in --param corsOrigins=….',
    );
  return ok(origin ? `${origin} is allowed` : 'an unknown origin is refused; --origin checks one of yours');
}

async function problem({ network, api }: Site): Promise<Finding> {
  const answer = await network.ask(`${api}/v1/there-is-no-such-route`);
  return isProblem(answer, 404) ? ok('404 with a code and a request id') : failed(summaryOf(answer), LOGS);
}

async function firewall(network: Network, api: string): Promise<Finding> {
  const answer = await network.ask(`${api}/health?q=%3Cscript%3Ealert(1)%3C%2Fscript%3E`);
  if (isProblem(answer, 403)) return ok('403');
  if (answer.status === 403)
    return failed(
      '403, but not as problem+json',
      'Deploy the stack again: its gateway responses are missing.',
    );
  return failed(summaryOf(answer), 'The web ACL is not on the API’s stage: deploy the stack again.');
}

async function redirect(network: Network, embedder: string): Promise<Finding> {
  const { status, headers } = await network.ask(`${embedder.replace('https:', 'http:')}/health`);
  const location = String(headers.location);
  if (status === 301 && location.startsWith('https://')) return ok(`301 to ${location}`);
  return failed(`${status} ${headers.location ? location : ''}`.trim(), 'Check the listener on port 80.');
}

const COMPLETIONS = '/v1/chat/completions';

/** With a key, asks a bot and expects a stream. Without one, expects the streaming integration to answer 401. */
async function stream(site: Site): Promise<Finding> {
  const { network, api, key } = site;
  const headers = { 'Content-Type': 'application/json', ...(key ? { Authorization: `Bearer ${key}` } : {}) };
  if (!key) {
    const answer = await network.ask(`${api}${COMPLETIONS}`, { method: 'POST', headers, body: '{}' });
    if (answer.status !== 401) return failed(summaryOf(answer), LOGS);
    return ok(`401, first byte after ${Math.round(answer.firstByteMs)} ms; with RAG_API_KEY it asks a bot`);
  }
  const models = await network.ask(`${api}/v1/models`, { headers });
  const model = json<{ data?: { id: string }[] }>(models).data?.[0]?.id;
  if (models.status !== 200)
    return failed(summaryOf(models), 'RAG_API_KEY must be a key with the scope chat.');
  if (!model) return skipped('there is no bot to ask');
  const body = JSON.stringify({ model, stream: true, messages: [{ role: 'user', content: 'Hello?' }] });
  const answer = await network.ask(`${api}${COMPLETIONS}`, { method: 'POST', headers, body });
  const isStream = answer.status === 200 && /event-stream/.test(String(answer.headers['content-type']));
  if (!isStream || !answer.body.includes('data: [DONE]'))
    return failed(
      summaryOf(answer),
      'The routes of chat need transferMode STREAM; a proxy in front of them must not buffer.',
    );
  return ok(
    `first byte after ${Math.round(answer.firstByteMs)} ms, all after ${Math.round(answer.totalMs)} ms`,
  );
}

function isProblem(answer: Answer, status: number): boolean {
  const isTyped = String(answer.headers['content-type']).startsWith(PROBLEM);
  return answer.status === status && isTyped && 'code' in json(answer) && 'request_id' in json(answer);
}

function json<T extends object>({ body }: Answer): Partial<T> {
  try {
    return JSON.parse(body) as T;
  } catch {
    return {};
  }
}

/** The status, with code and detail if the answer has them. Never a whole body. */
function summaryOf(answer: Answer): string {
  const { code, detail } = json<{ code: string; detail: string }>(answer);
  return [answer.status, code, detail].filter(Boolean).join(' ');
}
