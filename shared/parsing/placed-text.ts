import { sliceLines, type TextLine } from '#shared/core/box.ts';
import { joinPair, type LineStyle } from './join-lines.ts';
import { countVisible } from './normalize.ts';

/** A text with the places of its lines. Functions of this file keep both in step while a parser builds its blocks. */
export type PlacedText = { text: string; lines: TextLine[] };

/** As `Array.join`. */
export function concatPlaced(parts: readonly PlacedText[], separator: string): PlacedText {
  const lines: TextLine[] = [];
  let at = 0;
  for (const part of parts) {
    addShifted(lines, part.lines, at);
    at += part.text.length + separator.length;
  }
  return { text: parts.map((part) => part.text).join(separator), lines };
}

/** As `joinLines`. */
export function joinPlaced(parts: readonly PlacedText[], style: LineStyle): PlacedText {
  const lines: TextLine[] = [];
  let text = '';
  for (const part of parts) {
    const next = trimPlaced(part);
    if (next.text === '') continue;
    text = text === '' ? next.text : joinPair(text, next.text, style);
    const at = text.length - next.text.length;
    // The hyphen of a divided word is gone.
    const last = lines.at(-1);
    if (last && last.end > at) lines[lines.length - 1] = { ...last, end: at };
    addShifted(lines, next.lines, at);
  }
  return { text, lines };
}

/** As `text.slice`. */
export function slicePlaced({ text, lines }: PlacedText, start: number, end: number): PlacedText {
  return { text: text.slice(start, end), lines: sliceLines(lines, start, end) };
}

function trimPlaced(placed: PlacedText): PlacedText {
  const { text } = placed;
  if (text.trim() === text) return placed;
  const start = text.length - text.trimStart().length;
  return slicePlaced(placed, start, Math.max(start, text.trimEnd().length));
}

function addShifted(lines: TextLine[], added: readonly TextLine[], by: number): void {
  for (const { start, end, box } of added) lines.push({ start: start + by, end: end + by, box });
}

/**
 * The lines of `placed` in `text`, which is the same text with other white space, or normalised. The characters before
 * an offset are counted, white space excluded: that number is the same in both.
 */
export function followText(placed: PlacedText, text: string): PlacedText {
  if (placed.text === text) return placed;
  const lines: TextLine[] = [];
  let read = 0;
  let at = 0;
  const advance = (to: number) => {
    at = skipVisible(text, at, countVisible(placed.text.slice(read, to)));
    read = to;
    return at;
  };
  for (const { start, end, box } of placed.lines) {
    const from = skipSpace(text, advance(start));
    const to = advance(end);
    if (from < to) lines.push({ start: from, end: to, box });
  }
  return { text, lines };
}

/** The offset behind the next `count` characters that are not white space. */
function skipVisible(text: string, at: number, count: number): number {
  let offset = at;
  for (let left = count; left > 0 && offset < text.length; offset += 1) if (!isSpace(text, offset)) left -= 1;
  return offset;
}

function skipSpace(text: string, at: number): number {
  let offset = at;
  while (offset < text.length && isSpace(text, offset)) offset += 1;
  return offset;
}

function isSpace(text: string, at: number): boolean {
  return /\s/u.test(text[at] ?? '');
}
