import { z } from 'zod';
import { ownerOf } from '#shared/chat/conversation.ts';
import { outOfReach } from '#shared/chat/withheld.ts';
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
  summary: 'List a conversation’s messages, oldest first unless asked otherwise',
  tag: 'chat',
  access: { role: 'viewer', scope: 'chat' },
  query: PageQuery.extend({
    order: z
      .enum(['asc', 'desc'])
      .default('asc')
      .meta({ description: '`desc`: newest first, as one reads a long conversation from its end' }),
  }),
  response: { 200: pageOf(Message) },
  errors: ['not_found'],
  async run({ principal, params, query }) {
    const { teamId } = principal;
    const conversation = await conversations.find(teamId, ownerOf(principal), params.conversation_id);
    if (!conversation) throw notFound('conversation');
    const page = await paginate({
      list: `messages:${conversation.id}:${query.order}`,
      query,
      fetch: ({ limit, before }) =>
        query.order === 'desc'
          ? messages.listNewest(teamId, conversation.id, { limit, before })
          : messages.list(teamId, conversation.id, { limit, after: before }),
      render: toMessage,
    });
    return ok(page);
  },
});

/** A message in the API's representation. */
export function toMessage(row: MessageRow) {
  const { input_tokens, output_tokens, cost_usd, rating, comment, tentative, withheld_in, ...message } =
    withNotice(row);
  const { source_ids: _sources, ...shown } = message;
  return {
    ...shown,
    usage: input_tokens === null ? null : { input_tokens, output_tokens, cost_usd },
    feedback: rating ? { rating, comment } : null,
    ...(tentative && { tentative: true as const }),
    ...(withheld_in !== null && { withheld: true as const }),
  };
}

/** A message with a notice for a text in the place of an answer that is withheld from its reader. */
export function withNotice(row: MessageRow): MessageRow {
  return row.withheld_in === null ? row : { ...row, content: outOfReach(row.withheld_in) };
}
