import { z } from 'zod';
import { ownerOf } from '#shared/chat/conversation.ts';
import * as conversations from '#shared/db/conversations.ts';
import { paginate } from '#shared/http/cursor.ts';
import { defineRoute, Id, ok, PageQuery, pageOf } from '#shared/http/route.ts';
import { Conversation } from './schemas.ts';

export const listConversations = defineRoute({
  method: 'GET',
  path: '/v1/teams/{team_id}/conversations',
  summary: 'List my conversations',
  description: 'A conversation is visible only to the user or API key that began it.',
  tag: 'chat',
  access: { role: 'viewer', scope: 'chat' },
  query: PageQuery.extend({
    bot_id: Id.optional(),
    q: z.string().trim().min(1).max(200).optional().meta({
      description: 'Finds conversations whose title or messages contain this text',
    }),
    pinned: z.enum(['true', 'false']).optional(),
  }),
  response: { 200: pageOf(Conversation) },
  errors: ['not_found'],
  async run({ principal, query }) {
    const { teamId } = principal;
    const page = await paginate({
      list: `conversations:${teamId}`,
      query,
      fetch: (wanted) =>
        conversations.list(teamId, ownerOf(principal), {
          ...wanted,
          botId: query.bot_id ?? null,
          text: query.q ?? null,
          pinned: query.pinned === undefined ? null : query.pinned === 'true',
        }),
      render: (row) => row,
    });
    return ok(page);
  },
});
