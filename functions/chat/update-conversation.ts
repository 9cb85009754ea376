import { z } from 'zod';
import { ownerOf } from '#shared/chat/conversation.ts';
import { notFound } from '#shared/core/errors.ts';
import * as auditLog from '#shared/db/audit-log.ts';
import * as conversations from '#shared/db/conversations.ts';
import { changes, defineRoute, ok } from '#shared/http/route.ts';
import { Conversation } from './schemas.ts';

export const updateConversation = defineRoute({
  method: 'PATCH',
  path: '/v1/teams/{team_id}/conversations/{conversation_id}',
  summary: 'Rename or pin one of my conversations',
  tag: 'chat',
  access: { role: 'viewer', scope: 'chat' },
  body: changes(z.object({ title: z.string().trim().min(1).max(200), pinned: z.boolean() })),
  response: { 200: Conversation },
  errors: ['not_found'],
  async run({ principal, params, body }) {
    const { teamId } = principal;
    // A title is taken from the question: what people talk about does not belong in the log.
    const entry = {
      actor: principal,
      action: 'conversation.updated',
      targetId: params.conversation_id,
      after: { fields: Object.keys(body) },
    };
    const conversation = await auditLog.recorded(teamId, entry, async (db) => {
      const change = { ...body, id: params.conversation_id };
      const changed = await conversations.update(teamId, ownerOf(principal), change, db);
      if (!changed) throw notFound('conversation');
      return changed;
    });
    return ok(conversation);
  },
});
