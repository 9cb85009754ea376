import { parseArgs } from 'node:util';
import { localArn } from '#local/platform/aws-account.ts';
import { startQueueServer } from './queue-server.ts';

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '4569' },
    directory: { type: 'string', default: '.data/sqs' },
    visibility: { type: 'string', default: '60' },
    receives: { type: 'string', default: '3' },
  },
});

const FOURTEEN_DAYS_SECONDS = 1_209_600;
const RedrivePolicy = JSON.stringify({
  deadLetterTargetArn: localArn('sqs', 'ingest-dlq'),
  maxReceiveCount: Number(values.receives),
});
const server = await startQueueServer({
  port: Number(values.port),
  directory: values.directory,
  queues: [
    { name: 'ingest-dlq', attributes: { MessageRetentionPeriod: String(FOURTEEN_DAYS_SECONDS) } },
    { name: 'ingest', attributes: { VisibilityTimeout: values.visibility, RedrivePolicy } },
  ],
});
process.once('SIGTERM', () => void server.stop().finally(() => process.exit(0)));
console.log(`SQS on http://127.0.0.1:${server.port}`);
