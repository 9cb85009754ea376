import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { queueUrl } from '#local/platform/aws-account.ts';
import { closeOnSignal, listenLocally } from '#local/platform/listen.ts';
import { createBucketServer } from './bucket-server.ts';
import { objectCreated, testEvent } from './notification.ts';

const ATTEMPTS = 6;

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '4568' },
    directory: { type: 'string', default: '.data/s3' },
    bucket: { type: 'string', default: 'rag-documents' },
    queue: { type: 'string', default: queueUrl('http://127.0.0.1:4569', 'ingest') },
    origin: { type: 'string', multiple: true, default: ['*'] },
  },
});

const sqs = new SQSClient({});
const server = await createBucketServer({
  directory: values.directory,
  bucket: values.bucket,
  origins: values.origin,
  onCreated: (object) => void deliver(objectCreated(object)),
});
closeOnSignal(server);
await listenLocally(server, Number(values.port));
console.log(`S3 on http://localhost:${values.port}`);
await deliver(testEvent(values.bucket));

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
