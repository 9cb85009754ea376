import type { Asking } from './asking.ts';
import type { Message } from './queries.ts';

/** A question and its answer, saved or on its way. */
export type Turn = {
  /** Stays the same when the answer is saved, so that the page keeps what it has drawn. */
  key: string;
  /** The saved question; null while it is on its way. */
  question: Message | null;
  text: string | null;
  answer: Message | null;
  live: Asking | null;
};

/** Puts each answer to its question. `messages`: those beside the live question, oldest first */
export function toTurns(messages: Message[], live: Asking | null): Turn[] {
  const turns: Turn[] = [];
  for (const message of messages) {
    const last = turns.at(-1);
    if (message.role === 'user')
      turns.push({ key: message.id, question: message, text: message.content, answer: null, live: null });
    else if (last && !last.answer) Object.assign(last, { answer: message, key: message.id });
    else turns.push({ key: message.id, question: null, text: null, answer: message, live: null });
  }
  if (!live) return turns;
  const last = turns.at(-1);
  const key = live.answerId ?? live.key;
  // An answer that is given again stands below its question, which is saved.
  if (live.replaces?.kind === 'answer' && last && !last.answer) {
    Object.assign(last, { live, key });
    return turns;
  }
  const isFailedAgain = live.replaces?.kind === 'answer';
  turns.push({ key, question: null, text: isFailedAgain ? null : live.question, answer: null, live });
  return turns;
}
