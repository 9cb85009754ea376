import { z } from 'zod';
import { ownerOf } from '#shared/chat/conversation.ts';
import { notFound } from '#shared/core/errors.ts';
import * as messages from '#shared/db/messages.ts';
import { defineRoute, Id, ok } from '#shared/http/route.ts';

const Feedback = z.object({
  rating: z.enum(['up', 'down']),
  comment: z.string().trim().max(4_000).optional(),
});

export const createFeedback = defineRoute({
  method: 'POST',
  path: '/v1/teams/{team_id}/messages/{message_id}/feedback',
  summary: 'Rate an answer',
  description: 'A later rating replaces an earlier one.',
  tag: 'chat',
  access: { role: 'viewer', scope: 'chat' },
  body: Feedback,
  response: { 200: Feedback.extend({ message_id: Id, comment: z.string().nullable() }) },
  errors: ['not_found'],
  async run({ principal, params, body }) {
    const feedback = { rating: body.rating, comment: body.comment ?? null };
    const saved = await messages.saveFeedback(principal.teamId, ownerOf(principal), {
      ...feedback,
      messageId: params.message_id,
    });
    if (!saved) throw notFound('message');
    return ok({ message_id: params.message_id, ...feedback });
  },
});
