import type { Context, ScheduledEvent } from 'aws-lambda';
import { z } from 'zod';
import { REINDEX_SOURCES } from '#shared/aws/queue.ts';
import { loadConfig } from '#shared/core/config.ts';
import * as indexedDocuments from '#shared/db/indexed-documents.ts';
import { requestReindex } from '#shared/ingestion/request-reindex.ts';
import { sweep } from '#shared/ingestion/sweep.ts';
import { log } from '#shared/observability/log.ts';
import { withInvocation } from '#shared/observability/observe.ts';

/** What an operator sends by hand instead of waiting for the schedule; see README, operations. */
const Asked = z.object({
  reindex: z
    .strictObject({
      from: z.enum(REINDEX_SOURCES).default('chunks'),
      team_id: z.uuid().nullable().default(null),
      after: z.uuid().nullable().default(null),
      /** Only tells how far it is. */
      dry_run: z.boolean().default(false),
    })
    .optional(),
});

type Reindexed = { asked: number; next: string | null; models: Record<string, number> };
type SweepContext = Pick<Context, 'functionName' | 'awsRequestId' | 'getRemainingTimeInMillis'>;

/** Left for the answer. */
const MARGIN_MS = 10_000;
const NOTHING_ASKED = { asked: 0, next: null };

/**
 * Runs by a schedule, every minute where the database never pauses: re-drives stuck documents, carries out deletions,
 * removes what expired. Asked by hand with `{"reindex": {…}}` it has documents indexed anew instead.
 * @throws Error when what was asked for is not of this form
 */
export function handler(
  event: Partial<ScheduledEvent> | { reindex: object },
  context: SweepContext,
): Promise<Reindexed | null> {
  return withInvocation(context, { request_id: context.awsRequestId }, async () => {
    const { reindex } = Asked.parse(event);
    await loadConfig();
    return reindex ? await reindexed(reindex, context) : await run();
  });
}

async function reindexed(
  { from, team_id: teamId, after, dry_run }: NonNullable<z.output<typeof Asked>['reindex']>,
  { getRemainingTimeInMillis }: SweepContext,
): Promise<Reindexed> {
  const hasTime = () => getRemainingTimeInMillis() > MARGIN_MS;
  const asked = dry_run ? NOTHING_ASKED : await requestReindex({ from, teamId, after, hasTime });
  return { ...asked, models: await indexedDocuments.countByModel(teamId) };
}

async function run(): Promise<null> {
  const done = await sweep();
  if (done.tasks + done.documents > 0) log.info('swept', done);
  return null;
}
