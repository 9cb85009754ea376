import { isRightAnswer } from '../metrics/answers.ts';
import type { Question } from '../question.ts';
import type { Library } from './library.ts';

/** `refused`: the bot said that the documents do not answer. */
type Outcome = 'right' | 'wrong' | 'refused';

/** A bot's answer to a question. */
export type Answered = {
  question: Question;
  content: string;
  outcome: Outcome;
  /** The bot said that it may not be the answer. */
  isTentative: boolean;
  /** `verified` of each citation that has it. */
  verified: boolean[];
  citations: number;
  roundTripMs: number;
};

type ChatAnswer = {
  conversation_id: string;
  message: {
    content: string;
    finish_reason: string;
    tentative?: boolean;
    citations: { verified?: boolean }[];
  };
};

/** Creates a bot that answers from the library with `model`. @returns its path */
export async function createBot(library: Library, model: string): Promise<string> {
  const { client, teamPath, collectionId } = library;
  const { id } = await client.post<{ id: string }>(`${teamPath}/bots`, {
    name: `Evaluation ${collectionId}`,
    model,
    collection_ids: [collectionId],
  });
  return `${teamPath}/bots/${id}`;
}

/** Deletes the bot with its conversations. */
export async function removeBot({ client }: Library, botPath: string): Promise<void> {
  await client.delete(botPath);
}

/**
 * Asks a bot. The earlier turns' questions are asked first in the same conversation, so that the bot's own answers are
 * the history. @throws Error with what the API answered
 */
export async function ask({ client }: Library, botPath: string, question: Question): Promise<Answered> {
  let conversation: { conversation_id?: string } = {};
  for (const { role, content } of question.history) {
    if (role === 'assistant') continue;
    const { conversation_id } = await send(content, conversation);
    conversation = { conversation_id };
  }
  const startedAt = performance.now();
  const { message } = await send(question.question, conversation);
  const roundTripMs = performance.now() - startedAt;
  return {
    question,
    content: message.content,
    outcome: judge(message, question),
    isTentative: message.tentative ?? false,
    verified: message.citations.flatMap(({ verified }) => verified ?? []),
    citations: message.citations.length,
    roundTripMs,
  };

  async function send(text: string, to: { conversation_id?: string }): Promise<ChatAnswer> {
    return await client.post<ChatAnswer>(`${botPath}/chat`, { message: text, stream: false, ...to });
  }
}

/** A message of small talk must not cite; a question that looks like one must have been searched for. */
function judge({ finish_reason, citations, content }: ChatAnswer['message'], question: Question): Outcome {
  if (finish_reason === 'no_context') return question.expects === 'search' ? 'right' : 'refused';
  if (finish_reason !== 'stop' || question.expects === 'refusal') return 'wrong';
  const isCited = citations.length > 0;
  if (question.expects === 'reply' && isCited) return 'wrong';
  if (question.expects === 'search' && !isCited) return 'wrong';
  return isRightAnswer(content, question) ? 'right' : 'wrong';
}
