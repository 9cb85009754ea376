import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';
import { answerStream, type ChatEvent } from '#shared/chat/answer.ts';
import { withinBudget } from '#shared/chat/budget.ts';
import { openConversation, saveAnswer, saveQuestion } from '#shared/chat/conversation.ts';
import { retrievePassages } from '#shared/chat/passages.ts';
import { type AnswerRecord, recording } from '#shared/chat/save-answer.ts';
import { namedEvents } from '#shared/chat/stream-events.ts';
import { getUsableBot } from '#shared/chat/usable-bot.ts';
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
    const turn = await prepare(principal, params.bot_id, body);
    const controller = new AbortController();
    const { answer, events } = recording(answerStream({ ...turn, signal: controller.signal }));
    const saved = saving(events, () => saveAnswer({ principal, ...turn }, { ...turn, answer }));
    if (body.stream) return streamReply(sseStream(narrate(turn, saved), { controller }), controller);
    for await (const _event of saved);
    return ok(render(turn, answer));
  },
});

type Turn = Awaited<ReturnType<typeof prepare>>;

/** Everything that can be refused with a status, before the first byte of a stream. */
async function prepare(principal: TeamPrincipal, botId: string, body: z.output<typeof ChatInput>) {
  const bot = await getUsableBot(principal, botId);
  const question = body.message;
  return await withinBudget({ principal, bot, question }, async (reservation) => {
    const { id: conversationId, history } = await openConversation(
      { principal, bot },
      { text: question, conversationId: body.conversation_id },
    );
    await saveQuestion(principal.teamId, conversationId, question);
    const passages = await retrievePassages(principal.teamId, bot, { question, history });
    return { bot, reservation, conversationId, messageId: uuidv7(), question, history, passages };
  });
}

/** Saves the answer before its last event goes out, or when it ends in any other way: failed, or nobody listens. */
async function* saving(
  events: AsyncIterable<ChatEvent>,
  save: () => Promise<void>,
): AsyncGenerator<ChatEvent, void> {
  let saved = false;
  const saveOnce = async () => {
    if (saved) return;
    saved = true;
    await save();
  };
  try {
    for await (const event of events) {
      if (event.type === 'done') await saveOnce();
      yield event;
    }
  } finally {
    await saveOnce();
  }
}

async function* narrate(turn: Turn, events: AsyncIterable<ChatEvent>): AsyncGenerator<NamedEvent, boolean> {
  const { bot, conversationId, messageId, passages } = turn;
  yield {
    event: 'message_start',
    data: { conversation_id: conversationId, message_id: messageId, model: bot.model },
  };
  yield { event: 'retrieval', data: { chunks: passages.map(withoutText) } };
  return yield* namedEvents(events);
}

function withoutText({ text: _text, heading: _heading, ...chunk }: Passage) {
  return chunk;
}

function render(
  { bot, conversationId, messageId }: Turn,
  { content, citations, finish_reason, usage }: AnswerRecord,
) {
  const { model, ...used } = usage ?? { model: bot.model, input_tokens: 0, output_tokens: 0, cost_usd: 0 };
  const message = { id: messageId, role: 'assistant', content, citations, finish_reason, model, usage: used };
  return { conversation_id: conversationId, message };
}
