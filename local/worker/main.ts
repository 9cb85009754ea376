import path from 'node:path';
import { parseArgs } from 'node:util';
import { SQSClient } from '@aws-sdk/client-sqs';
import { loadHandlerOrExit } from '#local/gateway/load-handler.ts';
import { readService } from '#local/gateway/service.ts';
import { queueUrl } from '#local/platform/aws-account.ts';
import { consumeQueue, type QueueHandler } from './queue.ts';
import { reindexOnStart } from './reindex.ts';
import { runSchedule, type ScheduledHandler } from './schedule.ts';

const { values } = parseArgs({
  options: {
    service: { type: 'string', default: 'serverless.yml' },
    queue: { type: 'string', default: queueUrl('http://127.0.0.1:4569', 'ingest') },
    visibility: { type: 'string', default: '60' },
    retry: { type: 'string', default: '5' },
    every: { type: 'string', default: '5000' },
  },
});

const file = path.resolve(values.service);
const service = readService(file);
const sqs = new SQSClient({});
const stop = new AbortController();
process.once('SIGTERM', () => stop.abort());
process.on('unhandledRejection', (reason) =>
  console.error('A function left a rejected promise behind:', reason),
);

const running: Promise<void>[] = [];
for (const { lambda, batchSize, concurrency } of service.consumers) {
  const handler = await loadHandlerOrExit<QueueHandler>(file, lambda);
  const options = {
    sqs,
    queueUrl: values.queue,
    lambda,
    handler,
    batchSize,
    visibilitySeconds: Number(values.visibility),
    retrySeconds: Number(values.retry),
    signal: stop.signal,
    log: console,
  };
  for (let i = 0; i < Math.min(concurrency, 2); i += 1) running.push(consumeQueue(options));
}
for (const lambda of service.schedules) {
  const handler = await loadHandlerOrExit<ScheduledHandler>(file, lambda);
  const options = { lambda, signal: stop.signal, log: console };
  running.push(runSchedule({ ...options, handler, everyMs: Number(values.every) }));
  const embedderUrl = process.env.EMBEDDER_URL;
  if (lambda.name === 'sweep' && embedderUrl)
    running.push(reindexOnStart({ ...options, handler: await loadHandlerOrExit(file, lambda), embedderUrl }));
}
console.log(`Worker: ${service.consumers.length} queue consumer(s), ${service.schedules.length} schedule(s)`);
process.send?.('ready');
await Promise.all(running);
process.exit(0);
