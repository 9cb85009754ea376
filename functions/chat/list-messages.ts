import { ownerOf } from '#shared/chat/conversation.ts';
import { notFound } from '#shared/core/errors.ts';
import * as conversations from '#shared/db/conversations.ts';
import type { MessageRow } from '#shared/db/messages.ts';
import * as messages from '#shared/db/messages.ts';
import { paginate } from '#shared/http/cursor.ts';
import { defineRoute, ok, PageQuery, pageOf } from '#shared/http/route.ts';
import { Message } from './schemas.ts';

export const listMessages = defineRoute({
  method: 'GET',
  path: '/v1/teams/{team_id}/conversations/{conversation_id}/messages',
  summary: 'List a conversation’s messages, oldest first',
  tag: 'chat',
  access: { role: 'viewer', scope: 'chat' },
  query: PageQuery,
  response: { 200: pageOf(Message) },
  errors: ['not_found'],
  async run({ principal, params, query }) {
    const { teamId } = principal;
    const conversation = await conversations.find(teamId, ownerOf(principal), params.conversation_id);
    if (!conversation) throw notFound('conversation');
    const page = await paginate({
      list: `messages:${conversation.id}`,
      query,
      fetch: ({ limit, before: after }) => messages.list(teamId, conversation.id, { limit, after }),
      render: toMessage,
    });
    return ok(page);
  },
});

/** A message in the API's representation. */
export function toMessage(row: MessageRow) {
  const { input_tokens, output_tokens, cost_usd, rating, comment, ...message } = row;
  return {
    ...message,
    usage: input_tokens === null ? null : { input_tokens, output_tokens, cost_usd },
    feedback: rating ? { rating, comment } : null,
  };
}
