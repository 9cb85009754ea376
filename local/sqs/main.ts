import { mkdirSync } from 'node:fs';
import { type ListenOptions, Server } from 'node:net';
import { parseArgs } from 'node:util';
import { startFauxqs } from 'fauxqs';

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '4569' },
    directory: { type: 'string', default: '.data/sqs' },
    visibility: { type: 'string', default: '60' },
    receives: { type: 'string', default: '3' },
  },
});

// fauxqs asks for no credentials and listens on every interface; on loopback nobody else can reach it.
const { listen } = Server.prototype;
Server.prototype.listen = function listenOnLoopback(
  this: Server,
  options: ListenOptions,
  ...rest: unknown[]
) {
  return Reflect.apply(listen, this, [{ ...options, host: '127.0.0.1' }, ...rest]) as Server;
} as typeof listen;

mkdirSync(values.directory, { recursive: true });
const server = await startFauxqs({
  port: Number(values.port),
  logger: false,
  defaultRegion: 'ap-northeast-2',
  dataDir: values.directory,
});
const RedrivePolicy = JSON.stringify({
  deadLetterTargetArn: 'arn:aws:sqs:ap-northeast-2:000000000000:ingest-dlq',
  maxReceiveCount: Number(values.receives),
});
// `setup` leaves a queue that exists, and so the messages kept from the last run, as it is.
server.setup({
  queues: [
    { name: 'ingest-dlq', attributes: { MessageRetentionPeriod: '1209600' } },
    { name: 'ingest', attributes: { VisibilityTimeout: values.visibility, RedrivePolicy } },
  ],
});
process.once('SIGTERM', () => void server.stop().finally(() => process.exit(0)));
console.log(`SQS on http://127.0.0.1:${values.port}`);
