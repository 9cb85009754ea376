import { estimateTokens } from '#shared/llm/tokens.ts';

/** One message of a conversation. */
export type Turn = { role: 'user' | 'assistant'; content: string };

/** The limit for earlier turns, so that room is left for the passages. */
const HISTORY_TOKENS = 3_000;
/** The longest a single turn may be before others are given up for it. */
const LONG_TURN_TOKENS = { user: 1_500, assistant: 500 };
const ELLIPSIS = ' … ';

/**
 * The earlier turns for a prompt, oldest first, from the first user turn on, within a limit of tokens. Each long turn
 * is cut in its middle; the newest turns and what the user said in them are never lost. Citation markers are removed
 * from answers: their numbers referred to other passages.
 */
export function recentTurns(history: Turn[]): Turn[] {
  const kept: Turn[] = [];
  let budget = HISTORY_TOKENS;
  for (const turn of history.toReversed()) {
    const { role } = turn;
    const text = shorten(
      role === 'assistant' ? withoutMarkers(turn.content) : turn.content,
      LONG_TURN_TOKENS[role],
    );
    if (!text.trim()) continue;
    budget -= estimateTokens(text);
    if (budget < 0) break;
    kept.unshift({ role, content: text });
  }
  const first = kept.findIndex(({ role }) => role === 'user');
  return first < 0 ? [] : kept.slice(first);
}

/** Removes the middle of a text of more tokens than `limit`, in whole characters. */
export function shorten(text: string, limit: number): string {
  const tokens = estimateTokens(text);
  if (tokens <= limit) return text;
  const chars = Array.from(text);
  const half = Math.max(1, Math.floor((chars.length * limit) / tokens / 2));
  return `${chars.slice(0, half).join('').trimEnd()}${ELLIPSIS}${chars.slice(-half).join('').trimStart()}`;
}

/** An answer without its citation markers. */
export function withoutMarkers(answer: string): string {
  return answer.replace(/ ?\[\d{1,3}\]/g, '');
}
