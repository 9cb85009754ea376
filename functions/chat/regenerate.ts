import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';
import { withReservation } from '#shared/chat/budget.ts';
import { reopenQuestion } from '#shared/chat/conversation.ts';
import { prepareAnswer } from '#shared/chat/prepare-answer.ts';
import { getBotAndTeam } from '#shared/chat/usable-bot.ts';
import type { DocumentFilter } from '#shared/db/document-filter.ts';
import { Filter } from '#shared/http/filter-schema.ts';
import { defineRoute, type TeamPrincipal } from '#shared/http/route.ts';
import { ANSWER_ERRORS } from './answer-errors.ts';
import { answerTurn, type ConversationTurn } from './answer-turn.ts';
import { WHOLE_ANSWERS } from './idempotent.ts';
import { CHAT_EVENTS, ChatAnswer } from './schemas.ts';

const RegenerateInput = z
  .object({
    filter: Filter.optional().meta({ description: 'Narrows what the bot reads for this answer' }),
    stream: z.boolean().default(true),
  })
  .meta({ examples: [{ stream: true }] });

export const regenerate = defineRoute({
  method: 'POST',
  path: '/v1/teams/{team_id}/messages/{message_id}/regenerate',
  summary: 'Answer a question again',
  description: `Answers the question of one of my answers again, with the bot as it is now. The new answer has an id of its own. When it is complete, or was interrupted after its first words, it takes the earlier one’s place, and what came after that one leaves the conversation. An attempt that fails leaves the conversation as it was. The usage of each attempt is recorded. Streams as chat does. ${WHOLE_ANSWERS.description}`,
  tag: 'chat',
  idempotent: WHOLE_ANSWERS.idempotent,
  access: { role: 'viewer', scope: 'chat' },
  body: RegenerateInput.prefault({}),
  response: { 200: ChatAnswer },
  events: CHAT_EVENTS,
  errors: ['not_found', ...ANSWER_ERRORS],
  async run({ principal, params, body }) {
    const turn = await prepareTurn(principal, params.message_id, body.filter);
    return await answerTurn(principal, turn, body);
  },
});

/** Does all that may end in an error status, before the first byte of a stream. */
async function prepareTurn(
  principal: TeamPrincipal,
  answerId: string,
  filter: DocumentFilter | undefined,
): Promise<ConversationTurn> {
  const { botId, ...asked } = await reopenQuestion(principal, answerId);
  const { bot, team } = await getBotAndTeam(principal, botId);
  const { question, history } = asked;
  return await withReservation({ principal, team, bot, question }, async (reservation) => {
    const prepared = await prepareAnswer({ team, bot, question, history, filter });
    return { ...prepared, ...asked, bot, reservation, timeZone: team.timezone, messageId: uuidv7() };
  });
}
