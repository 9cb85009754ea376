import { notFound } from '#shared/core/errors.ts';
import * as auditLog from '#shared/db/audit-log.ts';
import { inTeam } from '#shared/db/scope.ts';
import * as webhooks from '#shared/db/webhooks.ts';
import { defineRoute, noContent } from '#shared/http/route.ts';

export const deleteWebhook = defineRoute({
  method: 'DELETE',
  path: '/v1/teams/{team_id}/webhooks/{webhook_id}',
  summary: 'Delete a webhook and what it has still to send',
  tag: 'webhooks',
  access: { role: 'admin', scope: 'session-only' },
  response: { 204: null },
  errors: ['not_found', 'insufficient_role'],
  async run({ principal, params }) {
    const { teamId } = principal;
    await inTeam(teamId, async (db) => {
      const present = await webhooks.find(teamId, params.webhook_id, db);
      if (!present) throw notFound('webhook');
      const before = { url: present.url, events: present.events };
      const entry = { actor: principal, action: 'webhook.deleted', targetId: present.id, before };
      await auditLog.append(teamId, entry, db);
      await webhooks.remove(teamId, present.id, db);
    });
    return noContent();
  },
});
