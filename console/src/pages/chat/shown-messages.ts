import type { Schemas } from '../../api/client.ts';
import type { Asking } from './asking.ts';

type Message = Schemas['Message'];

/**
 * The messages of a conversation beside a question that is being answered: without what that question replaces, and
 * without its own copy, which the API saves before the answer begins.
 */
export function shownMessages(messages: Message[], asking: Asking | null): Message[] {
  if (!asking || isSaved(messages, asking)) return messages;
  // An answer that could not be given again leaves the earlier one where it is.
  if (asking.replaces?.kind === 'answer' && asking.status === 'failed') return messages;
  const replacedAt = messages.findIndex(({ id }) => id === asking.replaces?.messageId);
  const kept = replacedAt < 0 ? messages : messages.slice(0, replacedAt);
  const last = kept.at(-1);
  const isOwn =
    asking.replaces?.kind !== 'answer' && last?.role === 'user' && last.content === asking.question;
  return isOwn ? kept.slice(0, -1) : kept;
}

/** Whether the list already has the answer, so that it need not be shown from the stream. */
export function isSaved(messages: Pick<Message, 'id'>[], asking: Asking): boolean {
  const isOver = asking.status !== 'sending' && asking.status !== 'streaming';
  return isOver && asking.status !== 'failed' && messages.some(({ id }) => id === asking.answerId);
}

/** The question of the conversation's end that got no answer, which another try replaces. */
export function unansweredQuestion(messages: Message[], question: string): string | null {
  const last = messages.at(-1);
  return last?.role === 'user' && last.content === question ? last.id : null;
}
