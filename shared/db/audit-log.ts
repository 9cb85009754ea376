import { v7 as uuidv7 } from 'uuid';
import type { Principal } from '../auth/principal.ts';
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

type AuditEntry = { actor: Principal; action: string; targetId?: string; details?: Record<string, unknown> };

/** Notes who did what; pass the change's own transaction, so that neither is there without the other. */
export async function audit(
  teamId: string,
  { actor, action, targetId, details = {} }: AuditEntry,
  db?: Db,
): Promise<void> {
  await inTeam(
    teamId,
    (scoped) =>
      scoped.query(
        `INSERT INTO audit_log (id, team_id, actor_user_id, actor_key_id, action, target_id, details)
         VALUES ($1, $2, $3, $4, $5, $6, $7)`,
        [uuidv7(), teamId, actor.userId, actor.keyId, action, targetId ?? null, details],
      ),
    db,
  );
}

/** The team's audit log, newest first. */
export function listAudit(
  teamId: string,
  page: { limit: number; before: string | null },
): Promise<AuditRow[]> {
  return teamRows(
    teamId,
    `SELECT id, actor_user_id, actor_key_id, action, target_id, details, created_at FROM audit_log
     WHERE team_id = $1 AND ($2::uuid IS NULL OR id < $2) ORDER BY id DESC LIMIT $3`,
    { values: [teamId, page.before, page.limit] },
  );
}
