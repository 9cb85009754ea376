import { type Span, splitSentences, trimSpan } from './sentences.ts';

/** Longer text without sentence ends (tables, lists pasted as one line) is cut into pieces. */
const MAX_SENTENCE_CHARS = 400;

/** Shorter lines were broken by their author, not by the width of a page. */
const MIN_WRAP_WIDTH = 40;

const BULLET = /^\s*(?:[-*+•·▪○●◦‣※>#|]|[①-⑳]|\(?(?:\d{1,3}|[A-Za-z가-힣])[.)]\s|제\s?\d+\s?[조항장절])/;

/**
 * The sentences of a passage that an answer may quote, in reading order, without the white space between them.
 * Unlike `splitSentences`, joins lines that the width of a page broke, and cuts sentences over 400 characters.
 */
export function quotableSentences(text: string): Span[] {
  return unwrapLines(text)
    .flatMap((line) => sentencesIn(text, line))
    .flatMap((span) => cutLong(text, span));
}

/** The lines of a text; lines that the width of a page broke are one. */
function unwrapLines(text: string): Span[] {
  const lines: Span[] = [];
  for (let start = 0; start <= text.length; ) {
    const newline = text.indexOf('\n', start);
    const end = newline < 0 ? text.length : newline;
    lines.push({ start, end });
    start = end + 1;
  }
  const width = lines.reduce((widest, { start, end }) => Math.max(widest, end - start), 0);
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

/** Replaces line breaks by spaces, so that offsets stay and a broken line does not end a sentence. */
function sentencesIn(text: string, { start, end }: Span): Span[] {
  const line = text.slice(start, end).replaceAll('\n', ' ');
  return splitSentences(line).map((span) => ({ start: span.start + start, end: span.end + start }));
}

function cutLong(text: string, span: Span): Span[] {
  const parts: Span[] = [];
  let rest: Span | null = span;
  while (rest && rest.end - rest.start > MAX_SENTENCE_CHARS) {
    const limit = rest.start + MAX_SENTENCE_CHARS;
    // Only the second half is searched: without a blank, the search would go back to the start of the text.
    const half = rest.start + MAX_SENTENCE_CHARS / 2;
    const window = text.slice(half, limit + 1);
    const space = Math.max(window.lastIndexOf(' '), window.lastIndexOf('\n'));
    const cut = space > 0 ? half + space : evenCut(text, limit);
    const part = trimSpan(text, { start: rest.start, end: cut });
    if (part) parts.push(part);
    rest = trimSpan(text, { start: cut, end: rest.end });
  }
  return rest ? [...parts, rest] : parts;
}

/** Moves a cut out of a surrogate pair. */
function evenCut(text: string, at: number): number {
  const code = text.charCodeAt(at);
  return code >= 0xdc00 && code <= 0xdfff ? at - 1 : at;
}
