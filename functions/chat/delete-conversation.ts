import { ownerOf } from '#shared/chat/conversation.ts';
import { notFound } from '#shared/core/errors.ts';
import * as conversations from '#shared/db/conversations.ts';
import { defineRoute, noContent } from '#shared/http/route.ts';

export const deleteConversation = defineRoute({
  method: 'DELETE',
  path: '/v1/teams/{team_id}/conversations/{conversation_id}',
  summary: 'Delete one of my conversations',
  tag: 'chat',
  access: { role: 'viewer', scope: 'chat' },
  response: { 204: null },
  errors: ['not_found'],
  async run({ principal, params }) {
    const deleted = await conversations.remove(principal.teamId, ownerOf(principal), params.conversation_id);
    if (!deleted) throw notFound('conversation');
    return noContent();
  },
});
