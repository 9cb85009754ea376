import { asWorker, teamRows } from './scope.ts';

/** A document that waits for a worker. `pending_upload`: its file may be there, or not yet. */
export type Waiting = { id: string; team_id: string; status: string; object_key: string };

/** Web pages that are fetched for one team at the same time: a slow site must not hold every worker. */
const MAX_FETCHES = 2;
/** Younger ones have a message of their own on its way. */
const WAITED = `interval '2 seconds'`;
/** Teams whose next documents are looked at, and documents of each. */
const TEAMS = 6;
const EACH = 3;

const UNFINISHED = `d.status NOT IN ('ready', 'failed', 'deleting')`;
const IN_WORK = `${UNFINISHED} AND d.status IN ('parsing', 'chunking', 'embedding', 'indexing')`;

/** The number of the team's documents that are not finished, up to `limit`. */
export async function countUnfinished(teamId: string, limit: number): Promise<number> {
  const rows = await teamRows(
    teamId,
    `SELECT FROM documents d WHERE team_id = $1 AND ${UNFINISHED} LIMIT $2`,
    { values: [teamId, limit] },
  );
  return rows.length;
}

/**
 * Waiting documents in the order in which they should be taken: first of the team with the fewest in work, then of the
 * team whose last turn was longest ago; oldest first within a team. Teams that may fetch no more wait with their pages.
 */
export function listWaiting(): Promise<Waiting[]> {
  return asWorker(async (db) => {
    const { rows } = await db.query<Waiting>(
      `WITH RECURSIVE teams AS (
         (SELECT d.team_id FROM documents d WHERE ${UNFINISHED} ORDER BY d.team_id LIMIT 1)
         UNION ALL
         SELECT (SELECT d.team_id FROM documents d WHERE ${UNFINISHED} AND d.team_id > teams.team_id
                 ORDER BY d.team_id LIMIT 1)
         FROM teams WHERE teams.team_id IS NOT NULL
       ), loads AS (
         SELECT team_id, busy.all, busy.fetching, (
           SELECT d.claimed_at FROM documents d WHERE d.team_id = teams.team_id AND d.claimed_at IS NOT NULL
           ORDER BY d.claimed_at DESC LIMIT 1) AS served
         FROM teams, LATERAL (
           SELECT count(*) AS all, count(*) FILTER (WHERE d.fetch_url IS NOT NULL) AS fetching FROM documents d
           WHERE d.team_id = teams.team_id AND ${IN_WORK} AND d.lease_expires_at >= now()
         ) busy
         WHERE team_id IS NOT NULL AND EXISTS (SELECT FROM documents d
           WHERE d.team_id = teams.team_id AND ${UNFINISHED} AND d.status IN ('pending_upload', 'uploaded'))
         ORDER BY busy.all, served NULLS FIRST LIMIT ${TEAMS}
       )
       SELECT next.id, loads.team_id, next.status, next.object_key FROM loads, LATERAL (
         (SELECT id, status, object_key, 0 AS rank FROM documents d
          WHERE d.team_id = loads.team_id AND ${UNFINISHED} AND d.status = 'uploaded'
            AND NOT (d.scan_pending AND d.scanned_etag IS NULL AND d.fetch_url IS NULL) AND d.updated_at < now() - ${WAITED}
            AND (d.fetch_url IS NULL OR loads.fetching < ${MAX_FETCHES}) ORDER BY id LIMIT ${EACH})
         UNION ALL
         (SELECT id, status, object_key, 1 FROM documents d
          WHERE d.team_id = loads.team_id AND ${UNFINISHED} AND d.status = 'pending_upload' AND NOT d.scan_pending
            AND coalesce(d.probed_at, d.updated_at) < now() - ${WAITED}
          ORDER BY d.probed_at NULLS FIRST, id LIMIT ${EACH})
       ) next
       ORDER BY loads.all, loads.served NULLS FIRST, loads.team_id, next.rank, next.id`,
    );
    return rows;
  });
}

/** Records that a file has arrived. */
export async function arrive(teamId: string, documentId: string): Promise<void> {
  await teamRows(
    teamId,
    `UPDATE documents SET status = 'uploaded', updated_at = now()
     WHERE team_id = $1 AND id = $2 AND status = 'pending_upload'`,
    { values: [teamId, documentId] },
  );
}

/** Records that the bucket was asked for a file that was not there. */
export async function probed({ team_id: teamId, id }: Waiting): Promise<void> {
  await teamRows(teamId, 'UPDATE documents SET probed_at = now() WHERE team_id = $1 AND id = $2', {
    values: [teamId, id],
  });
}

/** One of the team's pages that wait to be fetched; any, so that two workers seldom name the same. */
export async function findWaitingFetch(teamId: string): Promise<string | null> {
  const rows = await teamRows<{ id: string }>(
    teamId,
    `SELECT id FROM (
       SELECT id FROM documents d WHERE team_id = $1 AND ${UNFINISHED} AND d.status = 'uploaded'
         AND d.fetch_url IS NOT NULL ORDER BY id LIMIT 20
     ) next ORDER BY random() LIMIT 1`,
    { values: [teamId] },
  );
  return rows[0]?.id ?? null;
}

/** Whether a further page of the team may be fetched now. */
export async function mayFetch(teamId: string): Promise<boolean> {
  const rows = await teamRows(
    teamId,
    `SELECT FROM documents d WHERE team_id = $1 AND ${IN_WORK} AND d.lease_expires_at >= now()
       AND d.fetch_url IS NOT NULL LIMIT $2`,
    { values: [teamId, MAX_FETCHES] },
  );
  return rows.length < MAX_FETCHES;
}
