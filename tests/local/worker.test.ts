import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import type { Context, SQSEvent, SQSRecord } from 'aws-lambda';
import { LOCAL_CREDENTIALS, localArn, REGION, queueUrl as urlOf } from '#local/platform/aws-account.ts';
import { startQueueServer } from '#local/sqs/queue-server.ts';
import { consumeQueue, type QueueHandler } from '#local/worker/queue.ts';
import { reindexOnStart } from '#local/worker/reindex.ts';
import { runSchedule } from '#local/worker/schedule.ts';
import { until } from '#tests/support/until.ts';

const lambda = { name: 'ingest', module: '', exportName: 'handler', timeoutMs: 60_000, memoryMb: 512 };
let server: Awaited<ReturnType<typeof startQueueServer>>;
let endpoint: string;
let sqs: SQSClient;
let queueUrl: string;
let deadUrl: string;
let stop: AbortController;
let done: Promise<void>;

beforeAll(async () => {
  server = await startQueueServer({ port: 0, queues: [] });
  endpoint = `http://127.0.0.1:${server.port}`;
  sqs = new SQSClient({ region: REGION, endpoint, credentials: LOCAL_CREDENTIALS });
});

afterAll(async () => {
  sqs.destroy();
  await server.stop();
});

beforeEach(async () => {
  stop = new AbortController();
  done = Promise.resolve();
  const id = crypto.randomUUID();
  const deadLetterTargetArn = localArn('sqs', `dead-${id}`);
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn, maxReceiveCount: 3 });
  deadUrl = await createQueue(`dead-${id}`);
  queueUrl = await createQueue(`ingest-${id}`, { RedrivePolicy, VisibilityTimeout: '1' });
});

async function createQueue(QueueName: string, Attributes: Record<string, string> = {}): Promise<string> {
  await sqs.send(new CreateQueueCommand({ QueueName, Attributes }));
  return urlOf(endpoint, QueueName);
}

afterEach(async () => {
  stop.abort();
  await done;
});

function consume(handler: QueueHandler, batchSize = 10): void {
  done = consumeQueue({
    sqs,
    queueUrl,
    lambda,
    handler,
    batchSize,
    visibilitySeconds: 1,
    retrySeconds: 0,
    signal: stop.signal,
    log: { error: () => {} },
  });
}

const send = (...bodies: string[]) =>
  Promise.all(
    bodies.map((MessageBody) => sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody }))),
  );

async function messagesIn(QueueUrl: string): Promise<number> {
  const AttributeNames = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] as const;
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [...AttributeNames] }),
  );
  return AttributeNames.reduce((sum, name) => sum + Number(Attributes?.[name]), 0);
}

async function untilEmpty(QueueUrl: string): Promise<void> {
  await until(async () => (await messagesIn(QueueUrl)) === 0, 10_000);
}

function isBadAtFirst({ body, attributes }: SQSRecord): boolean {
  return body === 'bad' && attributes.ApproximateReceiveCount === '1';
}

describe('the queue consumer', () => {
  test('invokes the handler with the records that Lambda would get, and deletes them', async () => {
    const seen: { event: SQSEvent; context: Context }[] = [];
    consume(async (event, context) => void seen.push({ event, context }));
    await send('{"a":1}');
    await until(() => seen.length === 1);
    const [record] = seen[0]?.event.Records ?? [];
    expect(record).toMatchObject({
      body: '{"a":1}',
      eventSource: 'aws:sqs',
      eventSourceARN: expect.stringMatching(/^arn:aws:sqs:ap-northeast-2:\d+:ingest-/),
      attributes: { ApproximateReceiveCount: '1', SentTimestamp: expect.stringMatching(/^\d{13}$/) },
      messageId: expect.any(String),
    });
    expect(seen[0]?.context.getRemainingTimeInMillis()).toBeGreaterThan(50_000);
    await untilEmpty(queueUrl);
  });

  test('deletes all messages but those that the handler reports as failed; these are received again', async () => {
    const seen: string[] = [];
    consume(async ({ Records }) => {
      seen.push(...Records.map(({ body }) => body));
      const failed = Records.filter(isBadAtFirst);
      return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) };
    });
    await send('good', 'bad');
    await untilEmpty(queueUrl);
    expect(seen.sort()).toEqual(['bad', 'bad', 'good']);
    expect(await messagesIn(deadUrl)).toBe(0);
  });

  test('moves a message that fails three times to the dead-letter queue', async () => {
    let attempts = 0;
    consume(async () => {
      attempts += 1;
      throw new Error('always');
    });
    await send('poison');
    await untilEmpty(queueUrl);
    expect(attempts).toBe(3);
    const dead = await sqs.send(new ReceiveMessageCommand({ QueueUrl: deadUrl, WaitTimeSeconds: 1 }));
    expect(dead.Messages?.map(({ Body }) => Body)).toEqual(['poison']);
  });

  test('treats the whole batch as failed when the handler reports a message that is not in it', async () => {
    let attempts = 0;
    consume(async () => {
      attempts += 1;
      return attempts === 1
        ? { batchItemFailures: [{ itemIdentifier: 'unknown' }] }
        : { batchItemFailures: [] };
    });
    await send('one');
    await untilEmpty(queueUrl);
    expect(attempts).toBe(2);
  });

  test('keeps a message invisible while its handler takes longer than the visibility timeout', async () => {
    let attempts = 0;
    consume(async () => {
      attempts += 1;
      await delay(1_600);
    }, 1);
    await send('slow');
    await until(() => attempts > 0);
    await untilEmpty(queueUrl);
    expect(attempts).toBe(1);
  });
});

test('a schedule invokes its function repeatedly, also after a failure, until it is stopped', async () => {
  const sources: string[] = [];
  done = runSchedule({
    lambda: { ...lambda, name: 'sweep' },
    everyMs: 1,
    signal: stop.signal,
    log: { error: () => {} },
    handler: async (event) => {
      sources.push(event.source);
      if (sources.length === 1) throw new Error('once');
    },
  });
  await until(() => sources.length >= 3);
  stop.abort();
  await done;
  expect(sources[0]).toBe('aws.events');
});

describe('documents of another embedding model', () => {
  const SWEEP = { ...lambda, name: 'sweep' };
  let asks: number;
  let status: number;
  let embedder: ReturnType<typeof createServer>;
  let embedderUrl: string;

  beforeEach(async () => {
    asks = 0;
    status = 200;
    embedder = createServer((request, response) => {
      asks += 1;
      response.writeHead(request.url === '/ready' ? status : 404).end();
    });
    await new Promise<void>((resolve) => embedder.listen(0, '127.0.0.1', resolve));
    embedderUrl = `http://127.0.0.1:${(embedder.address() as AddressInfo).port}`;
  });
  afterEach(() => {
    embedder.closeAllConnections();
    embedder.close();
  });

  type Handler = Parameters<typeof reindexOnStart>[0]['handler'];
  const reindex = (handler: Handler, errors: unknown[] = []) =>
    reindexOnStart({
      lambda: SWEEP,
      embedderUrl,
      signal: stop.signal,
      handler,
      log: { error: (...said) => void errors.push(said) },
    });

  test('are queued page by page, and not before the embedder is ready', async () => {
    status = 503;
    const events: unknown[] = [];
    done = reindex(async (event) => {
      events.push(event);
      return { next: events.length === 1 ? 'page-2' : null };
    });
    await until(() => asks >= 2, 10_000);
    expect(events).toEqual([]);
    status = 200;
    await done;
    expect(events).toEqual([{ reindex: { after: null } }, { reindex: { after: 'page-2' } }]);
  });

  test('do not delay the end of the platform', async () => {
    status = 503;
    done = reindex(async () => {
      throw new Error('must not be called');
    });
    await until(() => asks >= 1, 10_000);
    stop.abort();
    await done;
  });

  test('do not end the worker when they cannot be queued', async () => {
    const errors: unknown[] = [];
    await reindex(async () => {
      throw new Error('no database');
    }, errors);
    expect(String(errors)).toContain('no database');
  });
});
