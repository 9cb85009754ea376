import { v7 as uuidv7 } from 'uuid';
import { type Db, teamRows } from './scope.ts';

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

/** The team's audit log, newest first. */
export function list(teamId: string, page: { limit: number; before: string | null }): Promise<AuditRow[]> {
  return teamRows(
    teamId,
    `SELECT id, actor_user_id, actor_key_id, action, target_id, details, created_at FROM audit_log
     WHERE team_id = $1 AND ($2::uuid IS NULL OR id < $2) ORDER BY id DESC LIMIT $3`,
    { values: [teamId, page.before, page.limit] },
  );
}
