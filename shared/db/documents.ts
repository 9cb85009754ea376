import { withholdAnswers } from './cited-documents.ts';
import { conditionsValue, type DocumentCondition, meetsConditions } from './document-filter.ts';
import { forgetReplies } from './idempotency.ts';
import { type Db, inTeam, teamRows } from './scope.ts';

export const DOCUMENT_STATUSES = [
  'pending_upload',
  'uploaded',
  'parsing',
  'chunking',
  'embedding',
  'indexing',
  'ready',
  'failed',
  'deleting',
] as const;

export type DocumentStatus = (typeof DOCUMENT_STATUSES)[number];
export type OnDuplicate = 'skip' | 'replace' | 'keep';

export type DocumentRow = {
  id: string;
  collection_id: string;
  filename: string;
  /** Empty until the document is ingested for the first time, or named. */
  title: string;
  content_type: string;
  size_bytes: number;
  sha256: string | null;
  status: DocumentStatus;
  error_code: string | null;
  error_message: string | null;
  error_retryable: boolean | null;
  progress: number;
  pages: number | null;
  chunk_count: number | null;
  token_count: number | null;
  embedding_model: string | null;
  metadata: Record<string, unknown>;
  on_duplicate: OnDuplicate;
  object_key: string;
  generation: number;
  active_generation: number | null;
  created_by: string;
  /** The API key by which it came; null for a person's own. */
  created_by_key: string | null;
  created_at: Date;
  ready_at: Date | null;
  enabled: boolean;
  source_url: string | null;
  /** Where a worker fetches the file from first; null where it is in the bucket. */
  fetch_url: string | null;
  /** Attempts that failed because something else was down. */
  faults: number;
  /** The file has still to be found free of malware. */
  scan_pending: boolean;
  /** Of the object that a scanner found clean. */
  scanned_etag: string | null;
};

export const DOCUMENT_COLUMNS = `id, collection_id, filename, title, content_type, size_bytes::float8 AS size_bytes, sha256, status,
  error_code, error_message, error_retryable, progress::text::float8 AS progress, pages, chunk_count, token_count,
  embedding_model, metadata, on_duplicate, object_key, generation, active_generation, created_by, created_by_key, created_at,
  ready_at, enabled, source_url, fetch_url, faults, scan_pending, scanned_etag`;

type NewDocument = Pick<
  DocumentRow,
  'id' | 'collection_id' | 'filename' | 'content_type' | 'size_bytes' | 'metadata'
> &
  Pick<DocumentRow, 'on_duplicate' | 'object_key' | 'created_by' | 'status' | 'scan_pending'> &
  Partial<Pick<DocumentRow, 'title' | 'source_url' | 'fetch_url' | 'created_by_key'>>;

/** Inserts a document, before its bytes are uploaded. */
export async function insert(teamId: string, document: NewDocument, db?: Db): Promise<DocumentRow> {
  const rows = await teamRows<DocumentRow>(
    teamId,
    `INSERT INTO documents (id, team_id, collection_id, filename, content_type, size_bytes, metadata, on_duplicate,
       object_key, created_by, status, title, source_url, fetch_url, created_by_key, scan_pending)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16) RETURNING ${DOCUMENT_COLUMNS}`,
    {
      values: [
        document.id,
        teamId,
        document.collection_id,
        document.filename,
        document.content_type,
        document.size_bytes,
        document.metadata,
        document.on_duplicate,
        document.object_key,
        document.created_by,
        document.status,
        document.title ?? '',
        document.source_url ?? null,
        document.fetch_url ?? null,
        document.created_by_key ?? null,
        document.scan_pending,
      ],
      db,
    },
  );
  return rows[0] as DocumentRow;
}

/** One document that is not being deleted. */
export async function find(teamId: string, documentId: string, db?: Db): Promise<DocumentRow | null> {
  const rows = await teamRows<DocumentRow>(
    teamId,
    `SELECT ${DOCUMENT_COLUMNS} FROM documents WHERE team_id = $1 AND id = $2 AND status <> 'deleting'`,
    { values: [teamId, documentId], db },
  );
  return rows[0] ?? null;
}

/** Those of the documents with these ids that are not being deleted. */
export function listByIds(teamId: string, documentIds: string[], db?: Db): Promise<DocumentRow[]> {
  return teamRows(
    teamId,
    `SELECT ${DOCUMENT_COLUMNS} FROM documents
     WHERE team_id = $1 AND id = ANY($2::uuid[]) AND status <> 'deleting'`,
    { values: [teamId, documentIds], db },
  );
}

export type DocumentChanges = Partial<
  Pick<DocumentRow, 'filename' | 'title' | 'metadata' | 'collection_id' | 'enabled'>
>;

/** Changes the given columns only, so that of two changes at the same time none undoes the other. */
export async function update(
  teamId: string,
  documentId: string,
  { changes, db }: { changes: DocumentChanges; db: Db },
): Promise<DocumentRow | null> {
  const { filename, title, metadata, collection_id, enabled } = changes;
  const { rows } = await db.query<DocumentRow>(
    `UPDATE documents SET filename = coalesce($3, filename), title = coalesce($4, title),
       metadata = coalesce($5::jsonb, metadata), collection_id = coalesce($6::uuid, collection_id),
       enabled = coalesce($7::boolean, enabled)
     WHERE team_id = $1 AND id = $2 AND status <> 'deleting' RETURNING ${DOCUMENT_COLUMNS}`,
    [teamId, documentId, filename, title, metadata, collection_id, enabled],
  );
  return rows[0] ?? null;
}

type DocumentPage = {
  limit: number;
  before: string | null;
  collectionId: string | null;
  status: DocumentStatus | null;
  /** Part of the title or of the file name, compared without case. */
  text: string | null;
  conditions: DocumentCondition[];
};

/** One page of the team's documents, newest first. */
export function list(teamId: string, page: DocumentPage): Promise<DocumentRow[]> {
  return teamRows(
    teamId,
    `SELECT ${DOCUMENT_COLUMNS} FROM documents d
     WHERE team_id = $1 AND status <> 'deleting' AND ($2::uuid IS NULL OR id < $2)
       AND ($3::uuid IS NULL OR collection_id = $3) AND ($4::text IS NULL OR status = $4)
       AND ($5::text IS NULL OR strpos(lower(filename), lower($5)) > 0 OR strpos(lower(title), lower($5)) > 0)
       AND ${meetsConditions('$6')}
     ORDER BY id DESC LIMIT $7`,
    {
      values: [
        teamId,
        page.before,
        page.collectionId,
        page.status,
        page.text,
        conditionsValue(page.conditions),
        page.limit,
      ],
    },
  );
}

/** Marks a failed document for another ingestion. @returns null when it has not failed */
export async function requeue(teamId: string, documentId: string, db?: Db): Promise<DocumentRow | null> {
  const rows = await teamRows<DocumentRow>(
    teamId,
    `UPDATE documents SET status = 'uploaded', progress = 0, error_code = NULL, error_message = NULL,
       error_retryable = NULL, lease_expires_at = NULL, faults = 0, updated_at = now()
     WHERE team_id = $1 AND id = $2 AND status = 'failed' AND error_code <> 'malware_found' RETURNING ${DOCUMENT_COLUMNS}`,
    { values: [teamId, documentId], db },
  );
  return rows[0] ?? null;
}

/**
 * Marks an indexed document for another ingestion. Search finds the active generation until that is done. It may be read
 * twice again, since another version of the readers may be able to.
 */
export async function requeueIndexed(teamId: string, documentId: string): Promise<void> {
  await teamRows(
    teamId,
    `UPDATE documents SET status = 'uploaded', progress = 0, error_code = NULL, error_message = NULL,
       error_retryable = NULL, lease_expires_at = NULL, faults = 0, reader_ends = 0, updated_at = now()
     WHERE team_id = $1 AND id = $2 AND status IN ('ready', 'failed') AND active_generation IS NOT NULL`,
    { values: [teamId, documentId] },
  );
}

/**
 * Removes documents from search, from the answers that cite them and from stored responses, and queues the deletion of
 * their vectors and objects in the outbox.
 * @returns the ids that were tombstoned
 */
export async function tombstone(teamId: string, documentIds: string[], db?: Db): Promise<string[]> {
  const rows = await inTeam(
    teamId,
    async (scoped) => {
      const { rows } = await scoped.query<{ id: string }>(
        `WITH gone AS (
           UPDATE documents SET status = 'deleting', active_generation = NULL, updated_at = now()
           WHERE team_id = $1 AND id = ANY($2::uuid[]) AND status <> 'deleting' RETURNING id, object_key, embedding_model
         )
         INSERT INTO outbox (id, team_id, task, payload)
         SELECT gen_random_uuid(), $1, 'delete_document',
           jsonb_build_object('document_id', id, 'object_key', object_key, 'model', embedding_model) FROM gone
         RETURNING (payload ->> 'document_id')::uuid AS id`,
        [teamId, documentIds],
      );
      await withholdAnswers(teamId, documentIds, scoped);
      await forgetReplies(documentIds, scoped);
      await scoped.query('DELETE FROM postings WHERE team_id = $1 AND document_id = ANY($2::uuid[])', [
        teamId,
        documentIds,
      ]);
      await scoped.query('DELETE FROM chunks WHERE team_id = $1 AND document_id = ANY($2::uuid[])', [
        teamId,
        documentIds,
      ]);
      return rows;
    },
    db,
  );
  return rows.map((row) => row.id);
}

/** Ids of all documents in a collection (null: in the team). */
export async function listIds(teamId: string, collectionId: string | null, db: Db): Promise<string[]> {
  const { rows } = await db.query<{ id: string }>(
    'SELECT id FROM documents WHERE team_id = $1 AND ($2::uuid IS NULL OR collection_id = $2)',
    [teamId, collectionId],
  );
  return rows.map((row) => row.id);
}

/** The embedding models of the team's indexed documents: several while documents are being re-embedded. */
export async function listEmbeddingModels(teamId: string, db?: Db): Promise<string[]> {
  const rows = await teamRows<{ embedding_model: string }>(
    teamId,
    `SELECT DISTINCT embedding_model FROM documents
     WHERE team_id = $1 AND active_generation IS NOT NULL AND status <> 'deleting'`,
    { values: [teamId], db },
  );
  return rows.map((row) => row.embedding_model);
}
