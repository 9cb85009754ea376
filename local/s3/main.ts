import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { LOCAL_CREDENTIALS, queueUrl } from '#local/platform/aws-account.ts';
import { closeOnSignal, listenLocally } from '#local/platform/listen.ts';
import { createBucketServer } from './bucket-server.ts';
import { type CreatedObject, objectCreated, testEvent } from './notification.ts';
import { scanResult } from './scanner.ts';

const ATTEMPTS = 6;

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '4568' },
    directory: { type: 'string', default: '.data/s3' },
    bucket: { type: 'string', default: 'rag-documents' },
    queue: { type: 'string', default: queueUrl('http://127.0.0.1:4569', 'ingest') },
    origin: { type: 'string', multiple: true, default: ['*'] },
    /** `true`: reports on each new object, as a malware scanner does. */
    scan: { type: 'string', default: 'false' },
  },
});

const sqs = new SQSClient({});
const s3 = new S3Client({
  endpoint: `http://127.0.0.1:${values.port}`,
  forcePathStyle: true,
  credentials: LOCAL_CREDENTIALS,
});
const server = await createBucketServer({
  directory: values.directory,
  bucket: values.bucket,
  origins: values.origin,
  onCreated: (object) => {
    void deliver(objectCreated(object));
    if (values.scan === 'true') void scan(object);
  },
});
closeOnSignal(server);
await listenLocally(server, Number(values.port));
console.log(`S3 on http://localhost:${values.port}`);
await deliver(testEvent(values.bucket));

/** Reads a new object and reports what is in it. An object that is gone by then is not reported on. */
async function scan(object: CreatedObject): Promise<void> {
  const found = await s3
    .send(new GetObjectCommand({ Bucket: object.bucket, Key: object.key }))
    .catch(() => null);
  const bytes = await found?.Body?.transformToByteArray();
  if (bytes) await deliver(scanResult(object, bytes));
}

/** Sends a notification, and again while the queue does not respond. Sweep finds objects whose notification is lost. */
async function deliver(event: object): Promise<void> {
  const command = new SendMessageCommand({ QueueUrl: values.queue, MessageBody: JSON.stringify(event) });
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    try {
      await sqs.send(command);
      return;
    } catch (error) {
      console.error(
        `A notification was not delivered (attempt ${attempt}):`,
        error instanceof Error ? error.message : error,
      );
      await delay(500 * 2 ** attempt);
    }
  }
}
