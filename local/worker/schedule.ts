import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Context, ScheduledEvent } from 'aws-lambda';
import { toContext } from '#local/gateway/event.ts';
import type { LambdaFunction } from '#local/gateway/service.ts';
import { ACCOUNT_ID, localArn, REGION } from '#local/platform/aws-account.ts';

export type ScheduledHandler = (event: ScheduledEvent, context: Context) => Promise<unknown>;

type ScheduleOptions = {
  lambda: LambdaFunction;
  handler: ScheduledHandler;
  /** Pause between the end of one run and the start of the next; runs do not overlap. */
  everyMs: number;
  signal: AbortSignal;
  log: Pick<Console, 'error'>;
};

/** Emulates EventBridge's schedule for one function, until `signal` is aborted. A failed run is logged. */
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
