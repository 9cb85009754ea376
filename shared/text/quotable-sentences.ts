import { type Span, splitSentences } from './sentences.ts';

/** Text without sentence ends (tables, lists pasted as one line) is cut into pieces of at most this length. */
const MAX_SENTENCE = 400;

/** Narrower lines than this are lines that somebody wrote, not lines that a page width broke. */
const MIN_WRAP_WIDTH = 40;

const BULLET = /^\s*(?:[-*+•·▪○●◦‣※>#|]|[①-⑳]|\(?(?:\d{1,3}|[A-Za-z가-힣])[.)]\s|제\s?\d+\s?[조항장절])/;

/**
 * The sentences of a passage that one may quote, in reading order, without the white space between them:
 * those of ingestion, but a line that looks broken by the page width goes on in the next, and what is longer
 * than 400 characters comes in pieces.
 */
export function quotableSentences(text: string): Span[] {
  return blocks(text)
    .flatMap((block) => sentencesOf(text, block))
    .flatMap((span) => pieces(text, span));
}

/** Runs of lines that belong together. */
function blocks(text: string): Span[] {
  const lines: Span[] = [];
  for (let start = 0; start <= text.length; ) {
    const newline = text.indexOf('\n', start);
    const end = newline < 0 ? text.length : newline;
    lines.push({ start, end });
    start = end + 1;
  }
  const width = Math.max(...lines.map(({ start, end }) => end - start));
  const joined: Span[] = [];
  for (const line of lines) {
    const last = joined.at(-1);
    const lastLine = last && text.slice(text.lastIndexOf('\n', last.end - 1) + 1, last.end);
    if (last && lastLine && isSoftWrap(lastLine, text.slice(line.start, line.end), width))
      last.end = line.end;
    else joined.push({ ...line });
  }
  return joined;
}

function isSoftWrap(line: string, next: string, width: number): boolean {
  if (width < MIN_WRAP_WIDTH || line.length < width * 0.75) return false;
  return next.trim() !== '' && !BULLET.test(next) && !/[.!?。！？…:]["'”’」』)\]]*\s*$/.test(line);
}

/** Line breaks inside a block do not count: they become spaces of the same length. */
function sentencesOf(text: string, { start, end }: Span): Span[] {
  const block = text.slice(start, end).replaceAll('\n', ' ');
  return splitSentences(block).map((span) => ({ start: span.start + start, end: span.end + start }));
}

function trimmed(text: string, { start, end }: Span): Span {
  let from = start;
  let to = end;
  while (from < to && isBlank(text.charCodeAt(from))) from += 1;
  while (to > from && isBlank(text.charCodeAt(to - 1))) to -= 1;
  return { start: from, end: to };
}

function isBlank(code: number): boolean {
  return code === 32 || (code >= 9 && code <= 13) || code === 0xa0 || code === 0x3000;
}

function pieces(text: string, span: Span): Span[] {
  const parts: Span[] = [];
  let rest = span;
  while (rest.end - rest.start > MAX_SENTENCE) {
    const limit = rest.start + MAX_SENTENCE;
    const space = Math.max(text.lastIndexOf(' ', limit), text.lastIndexOf('\n', limit));
    const cut = space > rest.start + MAX_SENTENCE / 2 ? space : evenCut(text, limit);
    parts.push(trimmed(text, { start: rest.start, end: cut }));
    rest = trimmed(text, { start: cut, end: rest.end });
  }
  return [...parts, rest];
}

/** A cut that does not part a surrogate pair. */
function evenCut(text: string, at: number): number {
  const code = text.charCodeAt(at);
  return code >= 0xdc00 && code <= 0xdfff ? at - 1 : at;
}
