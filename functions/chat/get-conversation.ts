import { ownerOf } from '#shared/chat/conversation.ts';
import { notFound } from '#shared/core/errors.ts';
import * as conversations from '#shared/db/conversations.ts';
import { defineRoute, ok } from '#shared/http/route.ts';
import { Conversation } from './schemas.ts';

export const getConversation = defineRoute({
  method: 'GET',
  path: '/v1/teams/{team_id}/conversations/{conversation_id}',
  summary: 'Get one of my conversations',
  tag: 'chat',
  access: { role: 'viewer', scope: 'chat' },
  response: { 200: Conversation },
  errors: ['not_found'],
  async run({ principal, params }) {
    const conversation = await conversations.find(
      principal.teamId,
      ownerOf(principal),
      params.conversation_id,
    );
    if (!conversation) throw notFound('conversation');
    return ok(conversation);
  },
});
