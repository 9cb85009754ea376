import type { AuditRow } from '#shared/db/audit-log.ts';

/** An entry of the audit log as clients and webhooks see it. */
export function toAuditEntry(row: AuditRow) {
  return {
    id: row.id,
    created_at: row.created_at,
    action: row.action,
    actor: { type: row.actor_type, id: row.actor_id, name: row.actor_name },
    target: { type: row.target_type, id: row.target_id },
    ip: row.ip,
    user_agent: row.user_agent,
    before: row.before,
    after: row.after,
    request_id: row.request_id,
  };
}
