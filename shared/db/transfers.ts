import { asUser, asWorker, type Db, inTeam } from './scope.ts';

export type TransferKind = 'person_export' | 'team_export' | 'team_import';
export type TransferFile = { key: string; size_bytes: number };

export type TransferRow = {
  id: string;
  kind: TransferKind;
  team_id: string | null;
  user_id: string;
  /** Of a person's export: the only team that it holds; null: all. */
  only_team_id: string | null;
  status: 'waiting' | 'queued' | 'running' | 'ready' | 'failed';
  progress: number;
  position: Record<string, unknown> | null;
  files: TransferFile[];
  result: Record<string, unknown>;
  error: string | null;
  attempts: number;
  created_at: Date;
  finished_at: Date | null;
  expires_at: Date;
};

/** In whose scope a transfer is: a team's, or, for a person's own export, the person's. */
export type TransferScope = { teamId: string } | { userId: string };

const COLUMNS = `id, kind, team_id, user_id, only_team_id, status, progress::text::float8 AS progress, position, files, result, error,
  attempts, created_at, finished_at, expires_at`;

function inScope<T>(scope: TransferScope, work: (db: Db) => Promise<T>, db?: Db): Promise<T> {
  if (db) return work(db);
  return 'teamId' in scope ? inTeam(scope.teamId, work) : asUser(scope.userId, work);
}

type NewTransfer = Pick<TransferRow, 'id' | 'kind' | 'team_id' | 'user_id' | 'status' | 'files'> & {
  days: number;
  only_team_id?: string | null;
};

/** Inserts a transfer, which is forgotten with its files after so many days. */
export async function insert(scope: TransferScope, transfer: NewTransfer, db?: Db): Promise<TransferRow> {
  const { id, kind, team_id, user_id, status, files, days, only_team_id: only = null } = transfer;
  return await inScope(
    scope,
    async (scoped) => {
      const { rows } = await scoped.query<TransferRow>(
        `INSERT INTO transfers (id, kind, team_id, user_id, status, files, expires_at, only_team_id)
         VALUES ($1, $2, $3, $4, $5, $6, now() + make_interval(days => $7), $8) RETURNING ${COLUMNS}`,
        [id, kind, team_id, user_id, status, JSON.stringify(files), days, only],
      );
      return rows[0] as TransferRow;
    },
    db,
  );
}

/** One transfer of this kind that has not expired. */
export async function find(
  scope: TransferScope,
  kind: TransferKind,
  id: string,
): Promise<TransferRow | null> {
  return await inScope(scope, async (db) => {
    const { rows } = await db.query<TransferRow>(
      `SELECT ${COLUMNS} FROM transfers WHERE id = $1 AND kind = $2 AND expires_at > now()`,
      [id, kind],
    );
    return rows[0] ?? null;
  });
}

/** One page of a team's transfers of a kind, newest first. */
export async function list(
  teamId: string,
  kind: TransferKind,
  page: { limit: number; before: string | null },
): Promise<TransferRow[]> {
  return await inTeam(teamId, async (db) => {
    const { rows } = await db.query<TransferRow>(
      `SELECT ${COLUMNS} FROM transfers WHERE team_id = $1 AND kind = $2 AND expires_at > now()
         AND ($3::uuid IS NULL OR id < $3) ORDER BY id DESC LIMIT $4`,
      [teamId, kind, page.before, page.limit],
    );
    return rows;
  });
}

/** Whether a transfer of this kind is on its way. */
export async function isRunning(scope: TransferScope, kind: TransferKind, db: Db): Promise<boolean> {
  const { rowCount } = await db.query(
    `SELECT FROM transfers WHERE kind = $1 AND status IN ('queued', 'running') AND expires_at > now()
       AND CASE WHEN $2::uuid IS NULL THEN user_id = $3 AND team_id IS NULL ELSE team_id = $2 END`,
    [kind, 'teamId' in scope ? scope.teamId : null, 'userId' in scope ? scope.userId : null],
  );
  return (rowCount ?? 0) > 0;
}

/** Claims a transfer for one step of its work. @returns null when it is done, or when another worker has it */
export async function claim(scope: TransferScope, id: string): Promise<TransferRow | null> {
  return await inScope(scope, async (db) => {
    const { rows } = await db.query<TransferRow>(
      `UPDATE transfers SET status = 'running', attempts = attempts + 1, updated_at = now(),
         lease_expires_at = now() + interval '6 minutes'
       WHERE id = $1 AND (status IN ('waiting', 'queued') OR (status = 'running' AND lease_expires_at < now()))
       RETURNING ${COLUMNS}`,
      [id],
    );
    return rows[0] ?? null;
  });
}

type Step = Partial<Pick<TransferRow, 'status' | 'progress' | 'position' | 'files' | 'result' | 'error'>>;

/** Stores how far a claimed transfer is. Progress made resets the count of attempts. */
export async function saveStep(scope: TransferScope, id: string, step: Step): Promise<void> {
  await inScope(scope, (db) =>
    db.query(
      `UPDATE transfers SET status = coalesce($2, status), progress = greatest(progress, coalesce($3, progress)),
         position = coalesce($4::jsonb, position), files = coalesce($5::jsonb, files),
         result = coalesce($6::jsonb, result), error = $7, updated_at = now(),
         attempts = CASE WHEN $4::jsonb IS NULL THEN attempts ELSE 0 END,
         finished_at = CASE WHEN $2 IN ('ready', 'failed') THEN now() END
       WHERE id = $1 AND status = 'running'`,
      [
        id,
        step.status,
        step.progress,
        json(step.position),
        json(step.files),
        json(step.result),
        step.error ?? null,
      ],
    ),
  );
}

function json(value: unknown): string | null {
  return value === undefined ? null : JSON.stringify(value);
}

export type DueTransfer = Pick<TransferRow, 'id' | 'team_id' | 'user_id' | 'files'>;

/** Transfers whose message was lost or whose worker died. */
export function listStale(): Promise<DueTransfer[]> {
  return asWorker(async (db) => {
    const { rows } = await db.query<DueTransfer>(
      `SELECT id, team_id, user_id, files FROM transfers WHERE expires_at > now()
         AND ((status = 'queued' AND updated_at < now() - interval '2 minutes')
           OR (status = 'running' AND lease_expires_at < now())) ORDER BY updated_at LIMIT 20`,
    );
    return rows;
  });
}

/** Transfers whose files are to be deleted. */
export function listExpired(): Promise<DueTransfer[]> {
  return asWorker(async (db) => {
    const { rows } = await db.query<DueTransfer>(
      'SELECT id, team_id, user_id, files FROM transfers WHERE expires_at <= now() ORDER BY expires_at LIMIT 50',
    );
    return rows;
  });
}

/** Forgets a transfer. */
export async function remove(id: string): Promise<void> {
  await asWorker((db) => db.query('DELETE FROM transfers WHERE id = $1', [id]));
}

/** Lets a person's own exports expire now: the transaction `db` deletes the person, and must be in their scope. */
export async function expireOf(userId: string, db: Db): Promise<void> {
  await db.query('UPDATE transfers SET expires_at = now() WHERE user_id = $1 AND team_id IS NULL', [userId]);
}
