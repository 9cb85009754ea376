import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Client } from 'pg';
import type { Api } from '#local/demo/api-client.ts';
import { documentKey } from '#shared/aws/document-keys.ts';
import { METRICS_NAMESPACE } from '#shared/observability/metrics.ts';
import { readEvents, readJson } from '#tests/support/lambda-runtime/answer.ts';
import { PACKAGES_TIMEOUT_MS } from '#tests/support/lambda-runtime/packaged.ts';
import { requestEvent, uploadedEvent } from '#tests/support/lambda-runtime/packaged-functions.ts';
import {
  MODEL,
  type PackagedPlatform,
  startPackagedPlatform,
} from '#tests/support/lambda-runtime/packaged-platform.ts';
import type { RunningFunction } from '#tests/support/lambda-runtime/runtime.ts';
import {
  type LogLine,
  logLines,
  type Series,
  seriesOf,
  startDaemon,
  startTraceWatcher,
} from '#tests/support/telemetry.ts';
import { temporaryDirectory } from '#tests/support/temporary.ts';
import { until } from '#tests/support/until.ts';
import { wantedMetrics } from './checks/alarms.ts';
import type { WantedMetric } from './dashboard.ts';
import { resolvedTemplateOf } from './stages.ts';

// Programs start slowly on a busy machine: the limit is no assertion.
import.meta.jest.setTimeout(180_000);

const TEXT = 'The quokka clause: annual leave is fifteen days and is asked for in advance.';
const QUESTION = 'How many days of annual leave does the quokka clause give?';
const ROOT = '1-67891233-abcdef012345678912345678';
const LAMBDA = '53995c3f42cd8ad8';
const WRITTEN_TIMEOUT_MS = 60_000;
const TRACE = `Root=${ROOT};Parent=${LAMBDA};Sampled=1`;

let packaged: PackagedPlatform;
let daemon: Awaited<ReturnType<typeof startDaemon>>;
let embedder: Awaited<ReturnType<typeof startTraceWatcher>>;
let api: Api;
let userId: string;
let teamId: string;
let key: PackagedPlatform['key'];

beforeAll(async () => {
  daemon = await startDaemon();
  packaged = await startPackagedPlatform(temporaryDirectory('observability'));
  ({ api, teamId, key } = packaged);
  embedder = await startTraceWatcher(packaged.platform.env.EMBEDDER_URL ?? '');
  userId = (await api.get<{ id: string }>('/v1/me')).id;
}, PACKAGES_TIMEOUT_MS);

afterAll(() => Promise.all([packaged?.stop(), daemon?.close(), embedder?.close()]));

const teamPath = () => `/v1/teams/${teamId}`;

function start(name: string, env: Record<string, string> = {}): Promise<RunningFunction> {
  return packaged.start(name, {
    POWERTOOLS_METRICS_DISABLED: 'false',
    AWS_XRAY_DAEMON_ADDRESS: daemon.address,
    EMBEDDER_URL: embedder.url,
    ...env,
  });
}

/** Waits for a trace segment by its name. */
function waitForSegment(service: string): Promise<void> {
  return until(() => daemon.received.some(({ name }) => name === service), WRITTEN_TIMEOUT_MS);
}

/** Waits for a metric, which is written when an invocation ends. @returns all metrics so far */
async function waitForMetric(lambda: RunningFunction, metric: string, times = 1): Promise<Series[]> {
  const count = () => seriesOf(lambda.log()).filter((each) => each.metric === metric).length;
  await until(() => count() >= times, WRITTEN_TIMEOUT_MS);
  return seriesOf(lambda.log());
}

async function addText(title: string): Promise<string> {
  const { document } = await api.post<{ document: { id: string } }>(`${teamPath()}/documents/text`, {
    title,
    text: TEXT,
  });
  return document.id;
}

/** Puts a document into the state after its worker crashed on the last attempt. */
async function abandon(documentId: string): Promise<void> {
  const database = new Client({ connectionString: packaged.platform.env.DATABASE_OWNER_URL });
  await database.connect();
  await database.query(
    `UPDATE documents SET status = 'parsing', generation = 5, lease_expires_at = now() - interval '1 hour',
       updated_at = now() - interval '1 hour' WHERE id = $1`,
    [documentId],
  );
  await database.end();
}

const ask = (message: string, more: object = {}) =>
  requestEvent('POST', `${teamPath()}/bots/${packaged.botId}/chat`, {
    credential: key.key,
    body: { message, ...more },
  });

/** The log lines of one request. */
function linesOf(lambda: RunningFunction, requestId: string): LogLine[] {
  return logLines(lambda.log()).filter((line) => line.request_id === requestId);
}

describe('functions as Lambda runs them', () => {
  const all: Series[] = [];
  let chat: RunningFunction;

  beforeAll(async () => {
    const document = await addText('leave');
    const ingest = await start('ingest');
    await ingest.invoke(uploadedEvent(documentKey(teamId, document)), TRACE).then(readJson);
    all.push(...(await waitForMetric(ingest, 'IngestionLag')));
    expect(await api.get(`${teamPath()}/documents/${document}`)).toMatchObject({ status: 'ready' });

    const unlucky = documentKey(teamId, await addText('unlucky'));
    const blind = await start('ingest', { EMBEDDER_URL: 'http://127.0.0.1:9' });
    await blind.invoke(uploadedEvent(unlucky, 3)).then(readJson);
    all.push(...(await waitForMetric(blind, 'IngestionFailures')));

    await abandon(await addText('abandoned'));
    const sweep = await start('sweep');
    await sweep.invoke({}).then(readJson);
    all.push(...(await waitForMetric(sweep, 'IngestionFailures')));

    chat = await start('chat');
  });

  test('a search by a user is counted, timed, logged with its ids and traced to the embedder', async () => {
    const documents = await start('documents');
    const event = requestEvent('POST', `${teamPath()}/search`, {
      credential: packaged.userToken,
      body: { query: QUESTION },
    });
    daemon.received.length = 0;
    embedder.headers.length = 0;
    const answer = await readJson<{ statusCode: number }>(await documents.invoke(event, TRACE));
    expect(answer.statusCode).toBe(200);
    const series = await waitForMetric(documents, 'Latency');
    all.push(...series);
    const about = { stage: 'dev', function: 'documents' };
    const route = 'POST /v1/teams/{team_id}/search';
    expect(series).toContainEqual(
      expect.objectContaining({
        metric: 'Requests',
        unit: 'Count',
        value: 1,
        dimensions: { ...about, status: '2xx' },
      }),
    );
    expect(series).toContainEqual(
      expect.objectContaining({ metric: 'Latency', dimensions: { ...about, route } }),
    );
    for (const metric of ['RetrievalTotal', 'RetrievalEmbed', 'RetrievalVector', 'RetrievalLexical'])
      expect(series).toContainEqual(expect.objectContaining({ metric, dimensions: { stage: 'dev' } }));

    const ids = { team_id: teamId, user_id: userId, function: 'documents', route };
    expect(linesOf(documents, event.requestContext.requestId)).toEqual([
      expect.objectContaining({ message: 'request', status: 200, xray_trace_id: ROOT, ...ids }),
    ]);

    await Promise.all(['postgres', 'embedder', 'chroma'].map(waitForSegment));
    const names = daemon.received.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['postgres', 'embedder', 'chroma']));
    const known = new Set([LAMBDA, ...daemon.received.map(({ id }) => id)]);
    for (const { trace_id, parent_id } of daemon.received) {
      expect(trace_id).toBe(ROOT);
      expect(known).toContain(parent_id);
    }
    const calls = daemon.received.filter(({ name }) => name === 'embedder').map(({ id }) => id);
    expect(embedder.headers).toEqual(calls.map((id) => `Root=${ROOT};Parent=${id};Sampled=1`));
    expect(JSON.stringify(daemon.received)).not.toMatch(/quokka|Bearer|eyJ|\?/);
  });

  test('what a user writes into a query string is neither traced nor logged', async () => {
    const documents = await start('documents');
    daemon.received.length = 0;
    const event = requestEvent('GET', `${teamPath()}/documents?q=quokka`, { credential: packaged.userToken });
    const answer = await readJson<{ statusCode: number }>(await documents.invoke(event, TRACE));
    expect(answer.statusCode).toBe(200);
    await waitForSegment('postgres');
    expect(linesOf(documents, event.requestContext.requestId)).toHaveLength(1);
    expect(JSON.stringify(daemon.received)).not.toMatch(/quokka|Bearer|eyJ|\?/);
    expect(documents.log()).not.toContain('quokka');
  });

  test('a streamed answer is traced to the model and counted when its stream ends', async () => {
    daemon.received.length = 0;
    const event = ask(QUESTION);
    const { events } = await readEvents(await chat.invoke(event, TRACE));
    const used = events.find((each) => each.event === 'usage')?.data as {
      input_tokens: number;
      output_tokens: number;
      cost_usd: number;
    };
    const series = await waitForMetric(chat, 'Cost');
    all.push(...series);
    const dimensions = { stage: 'dev', model: MODEL };
    const values = { InputTokens: used.input_tokens, OutputTokens: used.output_tokens, Cost: used.cost_usd };
    for (const [metric, value] of Object.entries(values))
      expect(series).toContainEqual(expect.objectContaining({ metric, dimensions, value }));
    const cold = series.filter(({ metric }) => metric === 'ColdStarts');
    expect(cold).toMatchObject([{ value: 1, dimensions: { stage: 'dev', function: 'chat' } }]);

    await waitForSegment('openai');
    const model = daemon.received.find(({ name }) => name === 'openai');
    expect(model).toMatchObject({ namespace: 'remote', annotations: { model: MODEL } });
    expect(model).not.toHaveProperty('fault');
    expect(JSON.stringify(daemon.received)).not.toMatch(/quokka|annual leave|sk-test|rag_/);
  });

  test('an interrupted answer is counted too, and each of its log lines names the team and the key', async () => {
    const before = seriesOf(chat.log()).filter(({ metric }) => metric === 'InputTokens').length;
    const event = ask(`${QUESTION} stub:cut`);
    const { events } = await readEvents(await chat.invoke(event));
    expect(events.at(-1)).toMatchObject({ event: 'error', data: { code: 'provider_error' } });
    await waitForMetric(chat, 'InputTokens', before + 1);
    const lines = linesOf(chat, event.requestContext.requestId);
    expect(lines.map(({ message }) => message)).toEqual(['request', 'An answer failed']);
    for (const line of lines) {
      expect(line).toMatchObject({ team_id: teamId, key_id: key.id });
      expect(line).not.toHaveProperty('user_id');
    }
  });

  test('a refused request is counted with its status', async () => {
    const series = await waitForMetric(chat, 'Requests', 2);
    const event = ask(QUESTION);
    event.headers.Authorization = 'Bearer rag_nobody';
    await readEvents(await chat.invoke(event));
    const more = (await waitForMetric(chat, 'Requests', 3)).slice(series.length);
    expect(more).toContainEqual(
      expect.objectContaining({
        metric: 'Requests',
        dimensions: { stage: 'dev', function: 'chat', status: '4xx' },
      }),
    );
    expect(linesOf(chat, event.requestContext.requestId)).toHaveLength(1);
  });

  test('no log line contains questions, answers, tokens or keys', () => {
    for (const lambda of packaged.running)
      expect(lambda.log()).not.toMatch(/quokka|annual leave|eyJ[\w-]{20}|rag_[\w-]{8}|sk-test|Bearer/);
  });

  describe('the metrics that the template reads', () => {
    let wantedOfTemplate: WantedMetric[];
    const fits = ({ metric, dimensions }: WantedMetric, each: Series) =>
      each.metric === metric &&
      Object.keys(each.dimensions).sort().join() === Object.keys(dimensions).sort().join() &&
      Object.entries(dimensions).every(([name, value]) => value === null || each.dimensions[name] === value);

    beforeAll(async () => {
      const template = await resolvedTemplateOf('dev');
      wantedOfTemplate = wantedMetrics(template).filter(({ namespace }) => namespace === METRICS_NAMESPACE);
    });

    test('are written, with the same dimensions and values', () => {
      expect(wantedOfTemplate.length).toBeGreaterThan(12);
      expect(wantedOfTemplate.filter((wanted) => !all.some((each) => fits(wanted, each)))).toEqual([]);
    });

    test('include every metric that is written', () => {
      expect(all.filter((each) => !wantedOfTemplate.some((wanted) => fits(wanted, each)))).toEqual([]);
    });

    test('have a namespace, numeric values, and no ids of users, teams or keys as dimensions', () => {
      for (const { namespace, value, dimensions } of all) {
        expect(namespace).toBe(METRICS_NAMESPACE);
        expect(value).toBeGreaterThanOrEqual(0);
        expect(JSON.stringify(dimensions)).not.toMatch(/[0-9a-f]{8}-[0-9a-f]{4}-/);
      }
    });
  });
});

test('a local platform writes no metrics to its logs', () => {
  const logs = readdirSync(packaged.platform.logDir).map((file) =>
    readFileSync(path.join(packaged.platform.logDir, file), 'utf8'),
  );
  expect(logs.join('\n')).toContain('"message":"request"');
  expect(logs.join('\n')).not.toContain('"_aws"');
});
