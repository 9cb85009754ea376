import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';
import { withReservation } from '#shared/chat/budget.ts';
import { openConversation, replaceQuestion, saveQuestion } from '#shared/chat/conversation.ts';
import { prepareAnswer } from '#shared/chat/prepare-answer.ts';
import { getBotAndTeam } from '#shared/chat/usable-bot.ts';
import { Filter } from '#shared/http/filter-schema.ts';
import { defineRoute, Id, type TeamPrincipal } from '#shared/http/route.ts';
import { ANSWER_ERRORS } from './answer-errors.ts';
import { answerTurn, type ConversationTurn } from './answer-turn.ts';
import { WHOLE_ANSWERS } from './idempotent.ts';
import { CHAT_EVENTS, ChatAnswer } from './schemas.ts';

const ChatInput = z
  .object({
    message: z.string().trim().min(1).max(20_000),
    conversation_id: Id.optional().meta({
      description: 'Continues this conversation. Without it a new one begins',
    }),
    replace_message_id: Id.optional().meta({
      description:
        'Puts the message in the place of this earlier question. That question and all that came after it leave the conversation',
    }),
    filter: Filter.optional().meta({ description: 'Narrows what the bot reads for this question' }),
    stream: z.boolean().default(true),
  })
  .meta({ examples: [{ message: '연차 휴가는 며칠인가요?', stream: true }] });

export const chat = defineRoute({
  method: 'POST',
  path: '/v1/teams/{team_id}/bots/{bot_id}/chat',
  summary: 'Ask a bot',
  description: `Streams named events by default. With \`stream: false\` the response is the whole message. ${WHOLE_ANSWERS.description}`,
  tag: 'chat',
  idempotent: WHOLE_ANSWERS.idempotent,
  access: { role: 'viewer', scope: 'chat' },
  body: ChatInput,
  response: { 200: ChatAnswer },
  events: CHAT_EVENTS,
  errors: ['not_found', ...ANSWER_ERRORS],
  async run({ principal, params, body }) {
    const turn = await prepareTurn(principal, params.bot_id, body);
    return await answerTurn(principal, turn, body);
  },
});

/** Does all that may end in an error status, before the first byte of a stream. */
async function prepareTurn(
  principal: TeamPrincipal,
  botId: string,
  { message: question, conversation_id, replace_message_id, filter }: z.output<typeof ChatInput>,
): Promise<ConversationTurn> {
  const { bot, team } = await getBotAndTeam(principal, botId);
  return await withReservation({ principal, team, bot, question }, async (reservation) => {
    const { id, history, earlierSources, replaces } = await openConversation(
      { principal, bot },
      { text: question, conversationId: conversation_id, replacesId: replace_message_id },
    );
    const asked = { id: uuidv7(), conversationId: id, text: question };
    if (!replaces) await saveQuestion(principal.teamId, asked);
    const prepared = await prepareAnswer({ team, bot, question, history, filter });
    // Not before: a failure up to here leaves the earlier question and its answer where they are.
    if (replaces) await replaceQuestion(principal, asked, replaces);
    return {
      ...prepared,
      bot,
      reservation,
      conversationId: id,
      questionId: asked.id,
      question,
      history,
      earlierSources,
      timeZone: team.timezone,
      messageId: uuidv7(),
      replaces: null,
    };
  });
}
