import type { Conversation } from './queries.ts';

const DAY_MS = 86_400_000;

export type Age = 'today' | 'yesterday' | 'week' | 'older';

/** How long ago something was, in days of this place. */
export function ageOf(createdAt: string, now = new Date()): Age {
  const midnight = new Date(now).setHours(0, 0, 0, 0);
  const time = new Date(createdAt).getTime();
  if (time >= midnight) return 'today';
  if (time >= midnight - DAY_MS) return 'yesterday';
  return time >= midnight - 6 * DAY_MS ? 'week' : 'older';
}

/** Conversations by age, newest first as they come. */
export function ages(conversations: Conversation[]): { age: Age; conversations: Conversation[] }[] {
  const groups = Map.groupBy(conversations, ({ created_at }) => ageOf(created_at));
  return [...groups].map(([age, of]) => ({ age, conversations: of }));
}
