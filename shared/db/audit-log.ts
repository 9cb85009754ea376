import { v7 as uuidv7 } from 'uuid';
import { type Db, inTeam, teamRows } from './scope.ts';

export type AuditRow = {
  id: string;
  actor_user_id: string;
  actor_key_id: string | null;
  action: string;
  target_id: string | null;
  details: Record<string, unknown>;
  created_at: Date;
};

/** Who made a change: a user, or one API key of that user. */
type Actor = { userId: string; keyId: string | null };

type AuditEntry = { actor: Actor; action: string; targetId?: string; details?: Record<string, unknown> };

/** Records a change. `db` is the transaction of the change, so that neither is stored without the other. */
export async function append(
  teamId: string,
  { actor, action, targetId, details = {} }: AuditEntry,
  db: Db,
): Promise<void> {
  await db.query(
    `INSERT INTO audit_log (id, team_id, actor_user_id, actor_key_id, action, target_id, details)
     VALUES ($1, $2, $3, $4, $5, $6, $7)`,
    [uuidv7(), teamId, actor.userId, actor.keyId, action, targetId ?? null, details],
  );
}

/** Makes a change and records it, in one transaction of the team. */
export function recorded<T>(teamId: string, entry: AuditEntry, change: (db: Db) => Promise<T>): Promise<T> {
  return inTeam(teamId, async (db) => {
    const result = await change(db);
    await append(teamId, entry, db);
    return result;
  });
}

export type AuditFilter = {
  /** A user, or an API key. */
  actor: string | null;
  /** An action (`bot.updated`), or the thing that actions are about (`bot`). */
  action: string | null;
  from: Date | null;
  to: Date | null;
};

/** One page of the team's audit log, newest first. */
export function list(
  teamId: string,
  { actor, action, from, to }: AuditFilter,
  page: { limit: number; before: string | null },
): Promise<AuditRow[]> {
  return teamRows(
    teamId,
    `SELECT id, actor_user_id, actor_key_id, action, target_id, details, created_at FROM audit_log
     WHERE team_id = $1 AND ($2::uuid IS NULL OR id < $2)
       AND ($4::uuid IS NULL OR actor_user_id = $4 OR actor_key_id = $4)
       AND ($5::text IS NULL OR action = $5 OR split_part(action, '.', 1) = $5)
       AND ($6::timestamptz IS NULL OR created_at >= $6) AND ($7::timestamptz IS NULL OR created_at < $7)
     ORDER BY id DESC LIMIT $3`,
    { values: [teamId, page.before, page.limit, actor, action, from, to] },
  );
}
