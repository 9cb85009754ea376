import type { Span } from './sentences.ts';

/**
 * Replaces the characters of spans by `mark`, one for one, so that offsets stay. The spans may be in any order and
 * overlap. Takes one pass: replacing them one after another copies the text for each.
 */
export function maskSpans(text: string, spans: readonly Span[], mark: string): string {
  const pieces: string[] = [];
  let at = 0;
  for (const { start, end } of [...spans].sort((a, b) => a.start - b.start)) {
    if (end <= at) continue;
    const from = Math.max(start, at);
    pieces.push(text.slice(at, from), mark.repeat(end - from));
    at = end;
  }
  return pieces.length === 0 ? text : pieces.join('') + text.slice(at);
}
