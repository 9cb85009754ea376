import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';
import { type AnswerRecord, readAnswer, streamAnswer } from '#shared/chat/answer.ts';
import { answerQuestion } from '#shared/chat/answer-question.ts';
import { withReservation } from '#shared/chat/budget.ts';
import { openConversation, saveQuestion } from '#shared/chat/conversation.ts';
import { prepareAnswer } from '#shared/chat/prepare-answer.ts';
import { isTentative, saveAnswer } from '#shared/chat/save-answer.ts';
import { namedEventFormat } from '#shared/chat/stream-events.ts';
import { getBotAndTeam } from '#shared/chat/usable-bot.ts';
import { Filter } from '#shared/http/filter-schema.ts';
import { defineRoute, Id, ok, streamReply, type TeamPrincipal } from '#shared/http/route.ts';
import { type NamedEvent, sseStream } from '#shared/http/sse.ts';
import type { Passage } from '#shared/llm/request.ts';
import { WHOLE_ANSWERS } from './idempotent.ts';
import { CHAT_EVENTS, ChatAnswer } from './schemas.ts';

const ChatInput = z
  .object({
    message: z.string().trim().min(1).max(20_000),
    conversation_id: Id.optional().meta({
      description: 'Continues this conversation. Without it a new one begins',
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
  errors: ['not_found', 'budget_exceeded', 'dependency_unavailable', 'provider_error', 'provider_timeout'],
  async run({ principal, params, body }) {
    const turn = await prepareTurn(principal, params.bot_id, body);
    const controller = new AbortController();
    const events = answerQuestion({ ...turn, signal: controller.signal });
    const save = (answer: AnswerRecord) => saveAnswer({ principal, ...turn }, { ...turn, answer });
    if (!body.stream) return ok(toChatAnswer(turn, await readAnswer(events, save)));
    const frames = streamAnswer(events, { save, format: namedEventFormat(openingEvents(turn)) });
    return streamReply(sseStream(frames, { controller }), controller);
  },
});

type Turn = Awaited<ReturnType<typeof prepareTurn>>;

/** Does all that may end in an error status, before the first byte of a stream. */
async function prepareTurn(principal: TeamPrincipal, botId: string, body: z.output<typeof ChatInput>) {
  const { bot, team } = await getBotAndTeam(principal, botId);
  const question = body.message;
  return await withReservation({ principal, team, bot, question }, async (reservation) => {
    const { id: conversationId, history } = await openConversation(
      { principal, bot },
      { text: question, conversationId: body.conversation_id },
    );
    await saveQuestion(principal.teamId, conversationId, question);
    const prepared = await prepareAnswer({ team, bot, question, history, filter: body.filter });
    const timeZone = team.timezone;
    return {
      bot,
      reservation,
      conversationId,
      messageId: uuidv7(),
      question,
      history,
      timeZone,
      ...prepared,
    };
  });
}

/** The events before the model is asked. */
function openingEvents({ bot, conversationId, messageId, query, passages }: Turn): NamedEvent[] {
  const start = { conversation_id: conversationId, message_id: messageId, model: bot.model };
  return [
    { event: 'message_start', data: start },
    { event: 'retrieval', data: { query, chunks: passages.map(toRetrieved) } },
  ];
}

function toRetrieved({ index, chunk_id, document_id, filename, page, score }: Passage) {
  return { index, chunk_id, document_id, filename, page, score };
}

function toChatAnswer(
  { bot, conversationId, messageId }: Turn,
  { content, citations, finish_reason, usage }: AnswerRecord,
) {
  const { model, ...used } = usage ?? { model: bot.model, input_tokens: 0, output_tokens: 0, cost_usd: 0 };
  const tentative = isTentative({ content, citations }, model);
  const message = {
    id: messageId,
    role: 'assistant',
    content,
    citations,
    finish_reason,
    model,
    usage: used,
    ...(tentative && { tentative: true as const }),
  };
  return { conversation_id: conversationId, message };
}
