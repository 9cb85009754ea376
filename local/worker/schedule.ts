import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Context, ScheduledEvent } from 'aws-lambda';
import { ACCOUNT_ID, localArn, REGION } from '#local/platform/aws-account.ts';
import { toContext } from '../gateway/event.ts';
import type { LambdaFunction } from '../gateway/service.ts';

export type ScheduledHandler = (event: ScheduledEvent, context: Context) => Promise<unknown>;

type ScheduleOptions = {
  lambda: LambdaFunction;
  handler: ScheduledHandler;
  /** Between the end of one run and the start of the next; runs never overlap. */
  everyMs: number;
  signal: AbortSignal;
  log: Pick<Console, 'error'>;
};

/** EventBridge's schedule for one function. A run that fails is logged and the next one comes as usual. */
export async function runSchedule({ lambda, handler, everyMs, signal, log }: ScheduleOptions): Promise<void> {
  while (!signal.aborted) {
    await delay(everyMs, null, { signal }).catch(() => {});
    if (signal.aborted) return;
    try {
      await handler(scheduledEvent(lambda), toContext(lambda));
    } catch (error) {
      log.error(`${lambda.name} failed:`, error);
    }
  }
}

function scheduledEvent(lambda: LambdaFunction): ScheduledEvent {
  return {
    id: randomUUID(),
    version: '0',
    account: ACCOUNT_ID,
    region: REGION,
    time: new Date().toISOString().replace(/\.\d+Z$/, 'Z'),
    source: 'aws.events',
    'detail-type': 'Scheduled Event',
    resources: [localArn('events', `rule/${lambda.name}`)],
    detail: {},
  };
}
