import { randomUUID } from 'node:crypto';
import { openAsBlob, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { apiClient } from '#local/demo/api-client.ts';
import { readService } from '#local/gateway/service.ts';
import { PACKED_CMAPS } from '#shared/parsing/pdf/cmap-data.ts';
import { readEntry } from '#shared/parsing/zip.ts';
import { readEvents, readJson } from '#tests/support/lambda-runtime/answer.ts';
import {
  type Archive,
  PACKAGES_TIMEOUT_MS,
  packagedStage,
  readArchive,
  unpack,
} from '#tests/support/lambda-runtime/packaged.ts';
import { folderOf, requestEvent, uploadedEvent } from '#tests/support/lambda-runtime/packaged-functions.ts';
import {
  type PackagedPlatform,
  startPackagedPlatform,
} from '#tests/support/lambda-runtime/packaged-platform.ts';
import type { FunctionAnswer, RunningFunction } from '#tests/support/lambda-runtime/runtime.ts';
import { temporaryDirectory } from '#tests/support/temporary.ts';
import { WITH_TWO_ROLES } from './checks/queue.ts';

// Programs start slowly on a busy machine: the limit is no assertion.
import.meta.jest.setTimeout(180_000);

const NAMES = [
  'apiKeys',
  'auth',
  'bots',
  'chat',
  'documents',
  'embeddings',
  'health',
  'ingest',
  'migrate',
  'reference',
  'sweep',
  'teams',
];
const MB = 1_048_576;
const SWAGGER_UI = 'node_modules/swagger-ui-dist';
const SAMPLE = {
  file: 'local/demo/samples/work-rules.pdf',
  question: '원격근무는 일주일에 며칠까지 할 수 있나요?',
  page: 2,
};

type Registered = { document: { id: string }; upload: { url: string; fields: Record<string, string> } };

const service = readService('serverless.yml');
let directory: string;
let packages: string;
const archives = new Map<string, Archive>();

beforeAll(async () => {
  directory = temporaryDirectory('unpacked');
  packages = await packagedStage('dev');
  for (const name of NAMES) archives.set(name, readArchive(path.join(packages, `${name}.zip`)));
}, PACKAGES_TIMEOUT_MS);

function filesOf(name: string): string[] {
  return (
    archives
      .get(name)
      ?.entries.map((entry) => entry.name)
      .sort() ?? []
  );
}

describe('the packages', () => {
  test('exist for exactly the functions', () => {
    const zips = readdirSync(packages).filter((file) => file.endsWith('.zip'));
    expect(zips.sort()).toEqual(NAMES.map((name) => `${name}.zip`));
  });

  test.each(NAMES)('%s is below the size limit', (name) => {
    const limit = name === 'ingest' || name === 'reference' ? 4 * MB : 1.5 * MB;
    expect(statSync(path.join(packages, `${name}.zip`)).size).toBeLessThan(limit);
  });

  test.each(NAMES.filter((name) => !['reference', 'migrate', 'ingest'].includes(name)))(
    '%s contains only its bundle',
    (name) => expect(filesOf(name)).toEqual([`${folderOf(name)}/handler.mjs`]),
  );

  test('migrate contains every migration', () => {
    const files = readdirSync('migrations', { recursive: true }).map((file) => `migrations/${String(file)}`);
    const migrations = files.filter((file) => file.endsWith('.sql'));
    expect(filesOf('migrate')).toEqual(['functions/migrate/handler.mjs', ...migrations.sort()]);
  });

  test('reference contains its page, the OpenAPI document and two files of Swagger UI', () => {
    expect(filesOf('reference')).toEqual([
      'functions/reference/handler.mjs',
      'functions/reference/page/icon.svg',
      'functions/reference/page/page.css',
      'functions/reference/page/start.js',
      `${SWAGGER_UI}/swagger-ui-bundle.js`,
      `${SWAGGER_UI}/swagger-ui.css`,
      'openapi.json',
    ]);
  });

  test('ingest contains the program of its readers, and the parsers are in that alone', () => {
    expect(filesOf('ingest')).toEqual(['functions/ingest/handler.mjs', 'functions/ingest/reader.mjs']);
    const unpacked = path.join(directory, 'ingest-unpacked');
    unpack(archives.get('ingest')!, unpacked);
    const hasCmaps = (file: string) =>
      readFileSync(path.join(unpacked, 'functions/ingest', file), 'utf8').includes(PACKED_CMAPS);
    // The character maps are for Korean PDFs without embedded fonts.
    expect([hasCmaps('handler.mjs'), hasCmaps('reader.mjs')]).toEqual([false, true]);
  });
});

test('only ingest and sweep use a second database role, as the check of connections assumes', () => {
  const taking = NAMES.filter((name) => {
    const { bytes, entries } = archives.get(name)!;
    const bundle = entries.find((entry) => entry.name.endsWith('handler.mjs'))!;
    return /["'`]rag_worker["'`]/.test(Buffer.from(readEntry(bytes, bundle, 10 * MB)).toString());
  });
  expect(taking).toEqual(WITH_TWO_ROLES);
});

describe('the template', () => {
  type Resource = { Type: string; Properties: Record<string, unknown> };
  let resources: Resource[];
  const ofType = (type: string) => resources.filter((resource) => resource.Type === type);

  beforeAll(() => {
    const file = path.join(packages, 'cloudformation-template-update-stack.json');
    const template = JSON.parse(readFileSync(file, 'utf8')) as { Resources: Record<string, Resource> };
    resources = Object.values(template.Resources);
  });

  test('every function runs its own handler on Node 24, without secrets in its environment', () => {
    const functions = ofType('AWS::Lambda::Function').map(({ Properties }) => Properties);
    expect(functions.map(({ Handler }) => String(Handler)).sort()).toEqual(
      NAMES.map((name) => `${folderOf(name)}/handler.handler`),
    );
    for (const { Runtime, Architectures, Environment } of functions) {
      expect([Runtime, Architectures]).toEqual(['nodejs24.x', ['arm64']]);
      expect(JSON.stringify(Environment)).not.toMatch(/password|secret_key|api_key|JWT_SECRET/i);
    }
  });

  test('chat streams its responses for up to five minutes, and all other routes are buffered', () => {
    const integrations = ofType('AWS::ApiGateway::Method').map(({ Properties }) =>
      JSON.stringify(Properties['Integration']),
    );
    const streamed = integrations.filter((text) => text.includes('"ResponseTransferMode":"STREAM"'));
    const endpoints = service.endpoints.filter(({ stream }) => stream);
    expect(streamed).toHaveLength(endpoints.length);
    for (const text of streamed) {
      expect(text).toContain('response-streaming-invocations');
      expect(text).toContain('"TimeoutInMillis":300000');
    }
  });

  test('ingest receives one message at a time and reports each failure', () => {
    expect(ofType('AWS::Lambda::EventSourceMapping')).toMatchObject([
      {
        Properties: {
          BatchSize: 1,
          EventSourceArn: { 'Fn::GetAtt': ['IngestQueue', 'Arn'] },
          FunctionResponseTypes: ['ReportBatchItemFailures'],
        },
      },
    ]);
  });

  test('sweep runs on a schedule', () => {
    const rules = ofType('AWS::Events::Rule').map(({ Properties }) => Properties);
    const [sweep, ...others] = rules.filter((rule) => rule?.ScheduleExpression !== undefined);
    expect(others).toEqual([]);
    expect(sweep).toMatchObject({
      ScheduleExpression: expect.stringMatching(/^rate\(\d+ (minute|hour)s?\)$/) as string,
      Targets: [{ Arn: { 'Fn::GetAtt': ['SweepLambdaFunction', 'Arn'] } }],
    });
  });
});

describe('under the Lambda runtime client', () => {
  let packaged: PackagedPlatform;
  let teamPath: string;

  beforeAll(async () => {
    packaged = await startPackagedPlatform(directory, { VALIDATE_RESPONSES: 'true' });
    teamPath = `/v1/teams/${packaged.teamId}`;
  });

  afterEach(() => packaged.stopFunctions());
  afterAll(() => packaged?.stop());

  const start = (name: string) => packaged.start(name);

  function request(method: string, url: string, body?: unknown, credential = packaged.key.key) {
    return requestEvent(method, url, { credential, body });
  }

  async function get(lambda: RunningFunction, url: string) {
    return await readJson<{ statusCode: number; headers: Record<string, string>; body: string }>(
      await lambda.invoke(request('GET', url)),
    );
  }

  test('health serves /health', async () => {
    const answer = await get(await start('health'), '/health');
    expect(answer).toMatchObject({ statusCode: 200, headers: { 'X-Content-Type-Options': 'nosniff' } });
    expect(JSON.parse(answer.body)).toEqual({
      status: 'healthy',
      app_name: 'RAG Platform Backend',
      version: '1.0.0',
    });
  });

  test('reference serves its page, the page’s files and the OpenAPI document', async () => {
    const reference = await start('reference');
    const { body: page } = await get(reference, '/docs');
    const [, script = ''] = /src="(\/docs\/swagger-ui-bundle[^"]+)"/.exec(page) ?? [];
    expect((await get(reference, script)).body).toBe(
      readFileSync(`${SWAGGER_UI}/swagger-ui-bundle.js`, 'utf8'),
    );
    const { paths } = JSON.parse((await get(reference, '/openapi.json')).body) as { paths: object };
    expect(paths).toHaveProperty('/v1/chat/completions');
  });

  test.each(['auth', 'teams', 'apiKeys', 'documents', 'bots'])('%s refuses an unknown key', async (name) => {
    const { resource } = service.endpoints.find(({ lambda }) => lambda.name === name)!;
    const url = resource.replace('{proxy+}', 'refresh').replace('{team_id}', randomUUID());
    const event = request(name === 'auth' ? 'POST' : 'GET', url, undefined, 'rag_not_a_key');
    const answer = await readJson<{ statusCode: number; body: string }>(
      await (await start(name)).invoke(event),
    );
    expect(answer.statusCode).toBe(401);
    expect(JSON.parse(answer.body)).toMatchObject({
      status: 401,
      request_id: event.requestContext.requestId,
    });
  });

  test('migrate finds that every migration has run', async () => {
    const answer = await (await start('migrate')).invoke({});
    expect(await readJson(answer)).toEqual({ ran: [] });
  });

  test('sweep runs', async () => {
    expect(await readJson(await (await start('sweep')).invoke({}))).toBeNull();
  });

  async function ask(message: string): Promise<FunctionAnswer> {
    const chat = await start('chat');
    return await chat.invoke(request('POST', `${teamPath}/bots/${packaged.botId}/chat`, { message }));
  }

  describe('a Korean PDF that was uploaded', () => {
    let document: { id: string };
    let ingested: unknown;

    beforeAll(async () => {
      const size_bytes = statSync(SAMPLE.file).size;
      const registered = await packaged.api.post<Registered>(`${teamPath}/documents`, {
        filename: 'work-rules.pdf',
        content_type: 'application/pdf',
        size_bytes,
      });
      ({ document } = registered);
      const { url, fields } = registered.upload;
      const form = new FormData();
      for (const [name, value] of Object.entries(fields)) form.set(name, value);
      form.set('file', await openAsBlob(SAMPLE.file));
      expect((await fetch(url, { method: 'POST', body: form })).ok).toBe(true);
      const ingest = await start('ingest');
      ingested = await readJson(await ingest.invoke(uploadedEvent(fields.key ?? '')));
    });

    test('is ingested', async () => {
      expect(ingested).toEqual({ batchItemFailures: [] });
      const now = await packaged.api.get<object>(`${teamPath}/documents/${document.id}`);
      expect(now).toMatchObject({ status: 'ready', error: null });
    });

    test('is cited with its page in the streamed answer', async () => {
      const { status, headers, events } = await readEvents(await ask(SAMPLE.question));
      expect(status).toBe(200);
      expect(headers).toMatchObject({ 'Content-Type': 'text/event-stream; charset=utf-8' });
      const kinds = [...new Set(events.map(({ event }) => event))];
      expect(kinds).toEqual(['message_start', 'retrieval', 'delta', 'citation', 'usage', 'done']);
      const citation = events.find(({ event }) => event === 'citation')?.data;
      expect(citation).toMatchObject({ document_id: document.id, page: SAMPLE.page });
    });

    test('is streamed piece by piece, as the model answers', async () => {
      // The model stalls and keeps the connection open, so whatever arrives was streamed.
      const answer = await ask(`${SAMPLE.question} stub:stall`);
      const { events, pieces } = await readEvents(answer, (soFar) => soFar.split('event: delta').length > 3);
      expect(events.map(({ event }) => event)).not.toContain('done');
      expect(pieces).toBeGreaterThan(3);
    });

    test('has its answer stored before an invocation times out', async () => {
      const message = `${SAMPLE.question} stub:stall`;
      const event = request('POST', `${teamPath}/bots/${packaged.botId}/chat`, { message });
      const answer = await (await start('chat')).invoke(event, undefined, 14_000);
      const { events } = await readEvents(answer);
      expect(events.at(-1)).toEqual({ event: 'done', data: { finish_reason: 'aborted' } });
      // Read it at once: Lambda would freeze the process now.
      const keyClient = apiClient(packaged.platform.url, packaged.key.key);
      const { data } = await keyClient.get<{ data: { id: string }[] }>(`${teamPath}/conversations?limit=1`);
      const url = `${teamPath}/conversations/${data[0]?.id}/messages`;
      const { data: messages } = await keyClient.get<{ data: { role: string; content: string }[] }>(url);
      const stored = messages.find(({ role }) => role === 'assistant');
      expect(stored).toMatchObject({ finish_reason: 'aborted' });
      expect(stored?.content).not.toBe('');
    });
  });
});
