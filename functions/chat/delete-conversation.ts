import { ownerOf } from '#shared/chat/conversation.ts';
import { notFound } from '#shared/core/errors.ts';
import * as auditLog from '#shared/db/audit-log.ts';
import * as conversations from '#shared/db/conversations.ts';
import { defineRoute, noContent } from '#shared/http/route.ts';

export const deleteConversation = defineRoute({
  method: 'DELETE',
  path: '/v1/teams/{team_id}/conversations/{conversation_id}',
  summary: 'Delete one of my conversations',
  tag: 'chat',
  access: { role: 'viewer', scope: 'chat' },
  response: { 204: null },
  errors: ['not_found', 'legal_hold'],
  async run({ principal, params }) {
    const { teamId } = principal;
    const entry = {
      actor: principal,
      action: 'conversation.deleted',
      targetId: params.conversation_id,
    };
    await auditLog.recorded(teamId, entry, async (db) => {
      if (!(await conversations.remove(teamId, ownerOf(principal), entry.targetId, db)))
        throw notFound('conversation');
    });
    return noContent();
  },
});
