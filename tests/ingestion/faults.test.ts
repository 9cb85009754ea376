import { randomUUID } from 'node:crypto';
import type { SQSEvent, SQSRecord } from 'aws-lambda';
import { handler as ingest } from '#functions/ingest/handler.ts';
import { documentKey } from '#shared/aws/document-keys.ts';
import { reloadConfig } from '#shared/core/config.ts';
import { closePools } from '#shared/db/pool.ts';
import { log } from '#shared/observability/log.ts';
import { type Client, newTeam, succeeded, type Team } from '#tests/support/api.ts';
import { patchDocument, useStores } from '#tests/support/stores.ts';
import { addText, type Document, settled } from '#tests/support/upload.ts';

/** The state of a document whose message has arrived, but which no worker has taken. */
const WAITING = `status = 'uploaded', active_generation = NULL, ready_at = NULL, updated_at = now()`;
const CONTEXT = { functionName: 'rag-platform-test-ingest', awsRequestId: 'one' };

let team: Team;
let owner: Client;

beforeAll(async () => {
  log.setLogLevel('SILENT');
  await useStores();
  team = await newTeam();
  owner = team.owner;
});

afterAll(closePools);

const pathOf = ({ id }: { id: string }) => `${team.path}/documents/${id}`;
const read = async (document: { id: string }) => succeeded(await owner.get<Document>(pathOf(document)));
const keyOf = ({ id }: { id: string }) => documentKey(team.id, id);

/** Runs `work` while this process cannot reach the embedder. */
async function withoutEmbedder(work: () => Promise<void>): Promise<void> {
  const url = process.env.EMBEDDER_URL;
  process.env.EMBEDDER_URL = 'http://127.0.0.1:9';
  await reloadConfig('embedder');
  try {
    await work();
  } finally {
    process.env.EMBEDDER_URL = url;
    await reloadConfig('embedder');
  }
}

function eventOf(...Records: SQSRecord[]): SQSEvent {
  return { Records };
}

function message(key: string, receives: number): SQSRecord {
  const body = { Records: [{ eventName: 'ObjectCreated:Post', s3: { object: { key } } }] };
  return {
    messageId: `message-${receives}`,
    receiptHandle: randomUUID(),
    body: JSON.stringify(body),
    attributes: {
      ApproximateReceiveCount: String(receives),
      SentTimestamp: '',
      SenderId: '',
      ApproximateFirstReceiveTimestamp: '',
    },
    messageAttributes: {},
    md5OfBody: '',
    eventSource: 'aws:sqs',
    eventSourceARN: 'arn:aws:sqs:ap-northeast-2:000000000000:ingest',
    awsRegion: 'ap-northeast-2',
  };
}

test('while the embedder is down a message is delivered again; the last time its document fails, and can be retried', async () => {
  const document = await addText(owner, team.path, '임베더가 없을 때 온 글');
  await patchDocument(document.id, WAITING);
  await withoutEmbedder(async () => {
    for (const receives of [1, 2]) {
      const response = await ingest(eventOf(message(keyOf(document), receives)), CONTEXT);
      expect(response.batchItemFailures).toEqual([{ itemIdentifier: `message-${receives}` }]);
      expect(await read(document)).toMatchObject({ status: 'uploaded', error: null });
    }
    const last = await ingest(eventOf(message(keyOf(document), 3)), CONTEXT);
    expect(last.batchItemFailures).toEqual([]);
  });
  const failed = await read(document);
  expect(failed).toMatchObject({ status: 'failed', error: { code: 'ingestion_failed', retryable: true } });
  expect(failed.error?.message).toMatch(/embedder cannot be reached/);
  expect((await owner.post(`${pathOf(document)}/retry`)).status).toBe(202);
  expect(await settled(owner, team.path, document.id)).toMatchObject({ status: 'ready', chunks: 1 });
});

test('of a batch, only the malformed message is reported; the others are done', async () => {
  const document = await addText(owner, team.path, '이상한 알림과 함께 온 글');
  await patchDocument(document.id, WAITING);
  const broken = { ...message(keyOf(document), 1), messageId: 'broken', body: '{"Records":' };
  const test = { ...message(keyOf(document), 1), messageId: 'test', body: '{"Event":"s3:TestEvent"}' };
  const response = await ingest(eventOf(broken, test, message(keyOf(document), 1)), CONTEXT);
  expect(response.batchItemFailures).toEqual([{ itemIdentifier: 'broken' }]);
  expect(await read(document)).toMatchObject({ status: 'ready' });
});
