import type { Schemas } from '../../api/client.ts';

export type Citation = Schemas['Citation'];

/**
 * Characters of Unicode's private use around a citation's place in the list, such as U+E000 0 U+E001. Markdown leaves
 * them alone, where it would read `[1]` as the beginning of a link.
 */
const OPEN = '\uE000';
const CLOSE = '\uE001';
const PLACEHOLDER = /\uE000(\d+)\uE001/;

type Place = { at: number; length: number; ordinal: number };

/**
 * Puts a placeholder in the place of each marker that a citation names. Every other `[1]` stays text: one in code, or one
 * that the answer quotes.
 */
export function placeMarkers(text: string, citations: Pick<Citation, 'index' | 'start' | 'end'>[]): string {
  const places = citations
    .flatMap((citation, ordinal) => findMarker(text, citation, ordinal))
    .sort((a, b) => a.at - b.at);
  let result = '';
  let from = 0;
  for (const { at, length, ordinal } of places) {
    if (at < from) continue;
    result += `${withoutPlaceholders(text.slice(from, at))}${OPEN}${ordinal}${CLOSE}`;
    from = at + length;
  }
  return result + withoutPlaceholders(text.slice(from));
}

/** The marker ends where its citation's range ends. */
function findMarker(
  text: string,
  { index, start, end }: Pick<Citation, 'index' | 'start' | 'end'>,
  ordinal: number,
): Place[] {
  const marker = `[${index}]`;
  const at = text.slice(0, end).lastIndexOf(marker);
  return at >= start ? [{ at, length: marker.length, ordinal }] : [];
}

function withoutPlaceholders(text: string): string {
  return text.replace(/[\uE000\uE001]/g, '\uFFFD');
}

/** A text cut at its placeholders: strings, and the ordinals of citations. */
export function splitMarkers(text: string): (string | number)[] {
  return text
    .split(PLACEHOLDER)
    .map((part, at) => (at % 2 === 1 ? Number(part) : part))
    .filter((part) => part !== '');
}

/** A text of code, where a marker is what the author wrote. */
export function restoreMarkers(text: string, citations: Pick<Citation, 'index'>[]): string {
  return splitMarkers(text)
    .map((part) => (typeof part === 'number' ? `[${citations[part]?.index ?? ''}]` : part))
    .join('');
}
