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
  const again = asking.replaces?.kind === 'answer';
  const savedAt = messages.findIndex(({ id }) => id === asking.answerId);
  if (savedAt >= 0) return messages.slice(0, again ? savedAt : Math.max(savedAt - 1, 0));
  const replacedAt = messages.findIndex(({ id }) => id === asking.replaces?.messageId);
  const kept = replacedAt < 0 ? messages : messages.slice(0, replacedAt);
  const last = kept.at(-1);
  const isOwn = !again && last?.role === 'user' && last.content === asking.question;
  return isOwn ? kept.slice(0, -1) : kept;
}

/** Whether the list has the whole answer. Of one that broke off, only the page knows why. */
export function isSaved(messages: Pick<Message, 'id'>[], { status, answerId }: Asking): boolean {
  return status === 'done' && messages.some(({ id }) => id === answerId);
}

/** The question of the conversation's end that got no answer, which another try replaces. */
export function unansweredQuestion(messages: Message[], question: string): string | null {
  const last = messages.at(-1);
  return last?.role === 'user' && last.content === question ? last.id : null;
}
