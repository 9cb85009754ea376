import { section } from '#shared/core/config.ts';
import * as auditLog from '#shared/db/audit-log.ts';
import * as erasures from '#shared/db/erasures.ts';
import * as retention from '#shared/db/retention.ts';
import { log } from '#shared/observability/log.ts';

const auditConfig = section('audit');

/** Batches of one team or person in a round: the others get their turn, and the rest comes in the next round. */
const ROUNDS = 20;

/**
 * Forgets what is due: deleted people, conversations past their team's retention, old entries of the audit log. One
 * team or person that fails does not stop the others.
 */
export async function forget(): Promise<{ erased: number; expired: number; pruned: number }> {
  let [erased, expired] = [0, 0];
  for (const erasure of await erasures.list(100))
    await logFailure(async () => {
      for (let round = 0; round < ROUNDS && !(await erasures.run(erasure)); round += 1);
      erased += 1;
    });
  for (const { id, retention_days: days } of await retention.listTeams())
    await logFailure(async () => {
      for (let round = 0, count = 1; round < ROUNDS && count > 0; round += 1) {
        count = await retention.removeExpired(id, days);
        expired += count;
      }
    });
  return { erased, expired, pruned: await auditLog.prune(auditConfig().AUDIT_RETENTION_DAYS) };
}

async function logFailure(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    log.warn('Data that is due to be forgotten is still there and will be tried again', {
      error: error as Error,
    });
  }
}
