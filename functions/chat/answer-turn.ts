import { type AnswerRecord, readAnswer, streamAnswer } from '#shared/chat/answer.ts';
import { answerQuestion } from '#shared/chat/answer-question.ts';
import type { Turn } from '#shared/chat/history.ts';
import type { Prepared } from '#shared/chat/prepare-answer.ts';
import { isTentative, saveAnswer } from '#shared/chat/save-answer.ts';
import { namedEventFormat } from '#shared/chat/stream-events.ts';
import type { BotRow } from '#shared/db/bots.ts';
import { ok, type Reply, streamReply, type TeamPrincipal } from '#shared/http/route.ts';
import { type NamedEvent, sseStream } from '#shared/http/sse.ts';
import type { Passage } from '#shared/llm/request.ts';

/** A question of a conversation that is ready to be answered. */
export type ConversationTurn = Prepared & {
  bot: BotRow;
  /** The hold on a budget; null where there is none. */
  reservation: string | null;
  conversationId: string;
  questionId: string;
  question: string;
  /** Earlier turns, oldest first, without this question. */
  history: Turn[];
  /** The documents that these turns were made from. */
  earlierSources: string[];
  /** The IANA name of the team's time zone. */
  timeZone: string;
  /** The answer to come. */
  messageId: string;
  /** The earlier answer in whose place it comes; null where it is the first. */
  replaces: string | null;
};

/** Answers the question and saves the answer: as a stream of named events, or as one message. */
export async function answerTurn(
  principal: TeamPrincipal,
  turn: ConversationTurn,
  { stream }: { stream: boolean },
): Promise<Reply> {
  const controller = new AbortController();
  const events = answerQuestion({ ...turn, signal: controller.signal });
  const save = (answer: AnswerRecord) => saveAnswer({ principal, ...turn }, { ...turn, answer });
  if (!stream) return ok(toChatAnswer(turn, await readAnswer(events, save)));
  const frames = streamAnswer(events, { save, format: namedEventFormat(openingEvents(turn)) });
  return streamReply(sseStream(frames, { controller }), controller);
}

/** The events before the model is asked. */
function openingEvents({ bot, conversationId, messageId, query, passages }: ConversationTurn): NamedEvent[] {
  const start = { conversation_id: conversationId, message_id: messageId, model: bot.model };
  return [
    { event: 'message_start', data: start },
    { event: 'retrieval', data: { query, chunks: passages.flatMap(toRetrieved) } },
  ];
}

/** The chunks of a passage: citations name one of them. */
function toRetrieved({ index, chunk_id, document_id, filename, page, score, parts }: Passage) {
  const chunks = parts ?? [{ chunk_id, page }];
  return chunks.map((chunk) => {
    return { index, chunk_id: chunk.chunk_id, document_id, filename, page: chunk.page, score };
  });
}

function toChatAnswer(
  { bot, conversationId, messageId }: ConversationTurn,
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
