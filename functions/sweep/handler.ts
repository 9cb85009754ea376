import type { Context, ScheduledEvent } from 'aws-lambda';
import { z } from 'zod';
import { REINDEX_SOURCES } from '#shared/aws/queue.ts';
import { loadConfig, section } from '#shared/core/config.ts';
import * as indexedDocuments from '#shared/db/indexed-documents.ts';
import { seeingEverything } from '#shared/db/reader.ts';
import { forget } from '#shared/ingestion/forget.ts';
import { requestReindex } from '#shared/ingestion/request-reindex.ts';
import { sweep } from '#shared/ingestion/sweep.ts';
import { log } from '#shared/observability/log.ts';
import { withInvocation } from '#shared/observability/observe.ts';
import { sweepTransfers } from '#shared/transfers/sweep-transfers.ts';
import { deliverDue } from '#shared/webhooks/deliver.ts';

// With ingestion, it logs in as the role that sees what is due of all teams.
section('database_worker');

/** The event of the schedule has no `reindex`; an operator invokes the function with it by hand. */
const SweepEvent = z.object({
  reindex: z
    .strictObject({
      from: z.enum(REINDEX_SOURCES).default('chunks'),
      team_id: z.uuid().nullable().default(null),
      after: z.uuid().nullable().default(null),
      /** Only counts the documents per model; queues nothing. */
      dry_run: z.boolean().default(false),
    })
    .optional(),
});

type ReindexReport = { asked: number; next: string | null; models: Record<string, number> };
type SweepContext = Pick<Context, 'functionName' | 'awsRequestId' | 'getRemainingTimeInMillis'>;

/** Time reserved for returning the response before the Lambda timeout. */
const MARGIN_MS = 10_000;
/** Time for beginning deliveries of webhooks; those that have begun take up to 8 s more. */
const WEBHOOKS_MS = 20_000;
const NOTHING_ASKED = { asked: 0, next: null };

/**
 * Runs on a schedule, every minute where the database never pauses: queues stuck documents again, carries out
 * deletions, removes expired rows, sends webhooks. Invoked with `{"reindex": {…}}`, it queues documents to be indexed anew instead.
 * @throws ZodError for an event of another form
 */
export function handler(
  event: Partial<ScheduledEvent> | { reindex: object },
  context: SweepContext,
): Promise<ReindexReport | null> {
  return withInvocation(context, { request_id: context.awsRequestId }, async () => {
    const { reindex } = SweepEvent.parse(event);
    await loadConfig();
    return await seeingEverything(() => (reindex ? reindexDocuments(reindex, context) : runSweep()));
  });
}

async function reindexDocuments(
  { from, team_id: teamId, after, dry_run }: NonNullable<z.output<typeof SweepEvent>['reindex']>,
  { getRemainingTimeInMillis }: SweepContext,
): Promise<ReindexReport> {
  const hasTime = () => getRemainingTimeInMillis() > MARGIN_MS;
  const asked = dry_run ? NOTHING_ASKED : await requestReindex({ from, teamId, after, hasTime });
  return { ...asked, models: await indexedDocuments.countByModel(teamId) };
}

/** The parts do not wait for each other, and one that fails does not stop the others. */
async function runSweep(): Promise<null> {
  const [swept, forgotten, transfers, webhooks] = await Promise.allSettled([
    sweep(),
    forget(),
    sweepTransfers(),
    deliverDue({ deadlineMs: WEBHOOKS_MS }),
  ]);
  const done = {
    ...valueOf(swept),
    ...valueOf(forgotten),
    transfers: valueOf(transfers),
    webhooks: valueOf(webhooks),
  };
  if (Object.values(done).some((count) => count > 0)) log.info('swept', done);
  return null;
}

/** @throws what stopped a part, after all of them have ended */
function valueOf<T>(result: PromiseSettledResult<T>): T {
  if (result.status === 'rejected') throw result.reason;
  return result.value;
}
