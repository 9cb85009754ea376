import type { Role } from '#shared/core/roles.ts';
import type { DocumentRow, DocumentStatus } from './documents.ts';
import { DOCUMENT_COLUMNS } from './documents.ts';
import { queueOldVectors } from './outbox.ts';
import { asWorker, type Db, inTeam, teamRows } from './scope.ts';
import * as deliveries from './webhook-deliveries.ts';

/** How long a worker owns a document after its last progress. */
const LEASE = `interval '3 minutes'`;

/** `reader_ends`: how often the document ended the process that read it. */
export type ClaimedDocument = DocumentRow & { reader_ends: number };

/**
 * Claims a document for ingestion under a new generation. Events arrive repeatedly and out of order; this statement
 * makes one attempt of them.
 * @returns null when another worker has the document, or when it is ready, failed or being deleted
 */
export async function claim(teamId: string, documentId: string): Promise<ClaimedDocument | null> {
  const rows = await teamRows<ClaimedDocument>(
    teamId,
    `UPDATE documents SET status = 'parsing', generation = generation + 1, progress = 0.02,
       lease_expires_at = now() + ${LEASE}, claimed_at = now(), updated_at = now()
     WHERE team_id = $1 AND id = $2 AND (status IN ('pending_upload', 'uploaded')
       OR (status IN ('parsing', 'chunking', 'embedding', 'indexing') AND lease_expires_at < now()))
     RETURNING ${DOCUMENT_COLUMNS}, reader_ends`,
    { values: [teamId, documentId] },
  );
  return rows[0] ?? null;
}

/**
 * Records that the document ended the process that read it, and renews the lease.
 * @returns how often it has done so; null when this attempt no longer owns the document
 */
export async function recordReaderEnd(
  teamId: string,
  { documentId, generation }: Attempt,
): Promise<number | null> {
  const rows = await teamRows<{ reader_ends: number }>(
    teamId,
    `UPDATE documents SET reader_ends = reader_ends + 1, lease_expires_at = now() + ${LEASE}, updated_at = now()
     WHERE team_id = $1 AND id = $2 AND generation = $3 AND status IN ('parsing', 'chunking')
     RETURNING reader_ends`,
    { values: [teamId, documentId, generation] },
  );
  return rows[0]?.reader_ends ?? null;
}

export type Attempt = { documentId: string; generation: number };
export type Step = {
  status: DocumentStatus;
  progress: number;
  pages?: number | null;
  sha256?: string;
  model?: string;
};

/**
 * Records progress and renews the lease. When the embedding model changes, queues the deletion of the old vectors.
 * @returns false when this attempt no longer owns the document
 */
export async function advance(
  teamId: string,
  { documentId, generation }: Attempt,
  step: Step,
): Promise<boolean> {
  const rows = await teamRows(
    teamId,
    `WITH was AS (
       SELECT embedding_model FROM documents WHERE team_id = $1 AND id = $2 AND generation = $3
         AND status IN ('parsing', 'chunking', 'embedding', 'indexing') FOR UPDATE
     ), moved AS (
       UPDATE documents SET status = $4, progress = greatest(progress, $5), pages = coalesce($6, pages),
         sha256 = coalesce($7, sha256), embedding_model = coalesce($8, documents.embedding_model),
         lease_expires_at = now() + ${LEASE}, updated_at = now()
       FROM was WHERE team_id = $1 AND id = $2 RETURNING id
     ), rest AS (${queueOldVectors('$8')})
     SELECT id FROM moved`,
    {
      values: [
        teamId,
        documentId,
        generation,
        step.status,
        step.progress,
        step.pages,
        step.sha256,
        step.model,
      ],
    },
  );
  return rows.length > 0;
}

type KeptFile = Pick<DocumentRow, 'object_key' | 'scan_pending'> &
  Partial<Pick<DocumentRow, 'filename' | 'content_type' | 'size_bytes'>>;

/**
 * Records where the file that this attempt reads is kept, and for a fetched page what it turned out to be.
 * @returns null when the attempt no longer owns the document
 */
export async function keepFile(
  teamId: string,
  { documentId, generation }: Attempt,
  file: KeptFile,
): Promise<DocumentRow | null> {
  const rows = await teamRows<DocumentRow>(
    teamId,
    `UPDATE documents SET object_key = $4, fetch_url = NULL, filename = coalesce($5, filename),
       content_type = coalesce($6, content_type), size_bytes = coalesce($7, size_bytes), scan_pending = $8,
       lease_expires_at = now() + ${LEASE}, updated_at = now()
     WHERE team_id = $1 AND id = $2 AND generation = $3 AND status = 'parsing' RETURNING ${DOCUMENT_COLUMNS}`,
    {
      values: [
        teamId,
        documentId,
        generation,
        file.object_key,
        file.filename,
        file.content_type,
        file.size_bytes,
        file.scan_pending,
      ],
    },
  );
  return rows[0] ?? null;
}

/** The row of a document whose attempt is about to be made active, locked until `db` ends; null when it lost it. */
export async function lockIndexed(
  teamId: string,
  { documentId, generation }: Attempt,
  db: Db,
): Promise<DocumentRow | null> {
  const { rows } = await db.query<DocumentRow>(
    `SELECT ${DOCUMENT_COLUMNS} FROM documents
     WHERE team_id = $1 AND id = $2 AND generation = $3 AND status = 'indexing' FOR UPDATE`,
    [teamId, documentId, generation],
  );
  return rows[0] ?? null;
}

type Totals = { chunks: number; tokens: number; lexicalLength: number };

/**
 * Makes this attempt the active generation. `title`: the document's title, unless it has one already.
 * @returns false when the attempt no longer owns the document
 */
export async function activate(
  teamId: string,
  { documentId, generation }: Attempt,
  { totals, title, db }: { totals: Totals; title: string; db: Db },
): Promise<boolean> {
  const { rowCount } = await db.query(
    `UPDATE documents SET status = 'ready', progress = 1, active_generation = $3, chunk_count = $4, token_count = $5,
       lexical_length = $6, title = CASE WHEN title = '' THEN $7 ELSE title END, ready_at = now(),
       lease_expires_at = NULL, faults = 0, reader_ends = 0, updated_at = now(),
       error_code = NULL, error_message = NULL, error_retryable = NULL
     WHERE team_id = $1 AND id = $2 AND generation = $3 AND status = 'indexing'`,
    [teamId, documentId, generation, totals.chunks, totals.tokens, totals.lexicalLength, title],
  );
  if (rowCount === 1)
    await deliveries.queue(
      teamId,
      { event: 'document.ready', data: { document_id: documentId, chunks: totals.chunks } },
      db,
    );
  return rowCount === 1;
}

type Failure = { code: string; message: string; retryable: boolean };

/** Ends an attempt as failed and stores the reason on the document. */
export async function fail(teamId: string, attempt: Attempt, failure: Failure): Promise<void> {
  const { documentId, generation } = attempt;
  const { code, message, retryable } = failure;
  await inTeam(teamId, async (db) => {
    const { rowCount } = await db.query(
      `UPDATE documents SET status = 'failed', error_code = $4, error_message = $5, error_retryable = $6,
         lease_expires_at = NULL, updated_at = now()
       WHERE team_id = $1 AND id = $2 AND generation = $3 AND status NOT IN ('ready', 'deleting')`,
      [teamId, documentId, generation, code, message, retryable],
    );
    const data = { document_id: documentId, error: { code, retryable } };
    if (rowCount === 1) await deliveries.queue(teamId, { event: 'document.failed', data }, db);
  });
}

/** Releases a document after a temporary fault, so that the next delivery of its event can claim it. */
export async function release(teamId: string, { documentId, generation }: Attempt): Promise<void> {
  await teamRows(
    teamId,
    `UPDATE documents SET status = 'uploaded', lease_expires_at = NULL, faults = faults + 1, updated_at = now()
     WHERE team_id = $1 AND id = $2 AND generation = $3 AND status IN ('parsing', 'chunking', 'embedding', 'indexing')`,
    { values: [teamId, documentId, generation] },
  );
}

/** `active`: search finds it. */
export type Duplicate = { id: string; created_by: string; same_bytes: boolean; active: boolean };

/** Older documents of the collection with the same bytes or the same name. */
export function listDuplicates(
  teamId: string,
  document: DocumentRow,
  sha256: string,
  db?: Db,
): Promise<Duplicate[]> {
  return teamRows(
    teamId,
    `SELECT id, created_by, sha256 IS NOT DISTINCT FROM $4 AS same_bytes, active_generation IS NOT NULL AS active
     FROM documents
     WHERE team_id = $1 AND collection_id = $2 AND id < $3 AND status <> 'deleting' AND (sha256 = $4 OR filename = $5)
     ORDER BY id LIMIT 1000`,
    { values: [teamId, document.collection_id, document.id, sha256, document.filename], db },
  );
}

/** Whether somebody else than this user added a document of this name to the collection. */
export async function hasNameOfOthers(
  teamId: string,
  { collectionId, filename, userId }: { collectionId: string; filename: string; userId: string },
): Promise<boolean> {
  const rows = await teamRows(
    teamId,
    `SELECT 1 FROM documents WHERE team_id = $1 AND collection_id = $2 AND filename = $3 AND created_by <> $4
       AND status <> 'deleting' LIMIT 1`,
    { values: [teamId, collectionId, filename, userId] },
  );
  return rows.length > 0;
}

/** The present role of who added a document; null when he has left the team, or his key for it no longer works. */
export async function findUploaderRole(teamId: string, document: DocumentRow, db?: Db): Promise<Role | null> {
  const rows = await teamRows<{ role: Role }>(
    teamId,
    `SELECT m.role FROM memberships m WHERE m.team_id = $1 AND m.user_id = $2
       AND ($3::uuid IS NULL OR EXISTS (
         SELECT FROM api_keys k WHERE k.team_id = $1 AND k.id = $3 AND k.revoked_at IS NULL
           AND (k.expires_at IS NULL OR k.expires_at > now())))`,
    { values: [teamId, document.created_by, document.created_by_key], db },
  );
  return rows[0]?.role ?? null;
}

export type StaleDocument = {
  id: string;
  team_id: string;
  status: string;
  object_key: string;
  generation: number;
  age_seconds: number;
} & Pick<DocumentRow, 'scan_pending' | 'scanned_etag'>;

/** Wait before a document is queued again: 1 minute, growing to 15. Frequent repeats would only lengthen the queue. */
const RETRY_AFTER = `greatest(interval '1 minute', least((now() - created_at) / 2, interval '15 minutes'))`;

/** Documents without a worker: uploads whose event was lost, and attempts whose lease ran out. */
export function listStale(limit: number): Promise<StaleDocument[]> {
  return asWorker(async (db) => {
    const { rows } = await db.query<StaleDocument>(
      `SELECT id, team_id, status, object_key, generation, scan_pending, scanned_etag, extract(epoch FROM now() - created_at)::int AS age_seconds
       FROM documents
       WHERE (status IN ('parsing', 'chunking', 'embedding', 'indexing') AND lease_expires_at < now())
          OR (status IN ('pending_upload', 'uploaded') AND updated_at < now() - ${RETRY_AFTER})
       ORDER BY updated_at LIMIT $1`,
      [limit],
    );
    return rows;
  });
}

/** Restarts the wait of a stale document that was queued again. */
export async function touch(teamId: string, documentId: string): Promise<void> {
  await teamRows(teamId, 'UPDATE documents SET updated_at = now() WHERE team_id = $1 AND id = $2', {
    values: [teamId, documentId],
  });
}
