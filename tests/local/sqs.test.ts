import { ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { LOCAL_CREDENTIALS, queueUrl, REGION } from '#local/platform/aws-account.ts';
import { startQueueServer } from '#local/sqs/queue-server.ts';
import { temporaryDirectory } from '#tests/support/temporary.ts';

const queues = [{ name: 'ingest', attributes: {} }];

test('a message that was not received before a restart is received after it', async () => {
  const directory = temporaryDirectory('sqs');
  const before = await startQueueServer({ port: 0, directory, queues });
  await withClient(before.port, (sqs, QueueUrl) =>
    sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'kept' })),
  );
  await before.stop();
  const after = await startQueueServer({ port: 0, directory, queues });
  const { Messages } = await withClient(after.port, (sqs, QueueUrl) =>
    sqs.send(new ReceiveMessageCommand({ QueueUrl })),
  );
  await after.stop();
  expect(Messages?.map(({ Body }) => Body)).toEqual(['kept']);
});

async function withClient<T>(port: number, use: (sqs: SQSClient, url: string) => Promise<T>): Promise<T> {
  const endpoint = `http://127.0.0.1:${port}`;
  const sqs = new SQSClient({ region: REGION, endpoint, credentials: LOCAL_CREDENTIALS });
  try {
    return await use(sqs, queueUrl(endpoint, 'ingest'));
  } finally {
    sqs.destroy();
  }
}
