import type { Block, ParsedDocument } from '#shared/parsing/document.ts';
import { splitSentences } from '#shared/text/sentences.ts';

/**
 * The smallest piece that chunks are packed from: a sentence, a row, a list item, or a heading. Offsets are
 * into `documentText`.
 */
export type Atom = {
  start: number;
  end: number;
  /** Number of the block in the document. */
  block: number;
  /** Counts top-level sections; chunks keep within one. */
  section: number;
  isHeading: boolean;
  page: number | null;
  heading: string | null;
};

const BLOCK_SEPARATOR = '\n\n';
const MAX_HEADING_CHARS = 120;

/** The text that chunk offsets index: the blocks with one blank line between. */
export function documentText(parsed: Pick<ParsedDocument, 'blocks'>): string {
  return parsed.blocks.map((block) => block.text).join(BLOCK_SEPARATOR);
}

/** Divides a document into atoms, in order; together they cover every character but white space. */
export function atomsOf({ blocks }: Pick<ParsedDocument, 'blocks'>): Atom[] {
  const top = topLevel(blocks);
  const path: { level: number; text: string }[] = [];
  const atoms: Atom[] = [];
  let offset = 0;
  let section = 0;
  for (const [number, block] of blocks.entries()) {
    const isHeading = block.kind === 'heading';
    if (isHeading) {
      const level = block.level ?? 1;
      while ((path.at(-1)?.level ?? 0) >= level) path.pop();
      path.push({ level, text: shorten(block.text) });
      if (level <= top) section += 1;
    }
    const heading = path.length === 0 ? null : path.map((part) => part.text).join(' > ');
    for (const { start, end } of spansOf(block)) {
      const at = { start: offset + start, end: offset + end };
      atoms.push({ ...at, block: number, section, isHeading, page: block.page, heading });
    }
    offset += block.text.length + BLOCK_SEPARATOR.length;
  }
  return atoms;
}

/** The level whose headings divide the document: a title that stands alone above the others does not. */
function topLevel(blocks: readonly Block[]): number {
  const counts = new Map<number, number>();
  for (const block of blocks) {
    if (block.kind === 'heading') counts.set(block.level ?? 1, (counts.get(block.level ?? 1) ?? 0) + 1);
  }
  const levels = [...counts.keys()].sort((a, b) => a - b);
  return levels.find((level) => (counts.get(level) ?? 0) > 1) ?? levels[0] ?? 1;
}

function shorten(text: string): string {
  return text.length <= MAX_HEADING_CHARS ? text : `${text.slice(0, MAX_HEADING_CHARS - 1).toWellFormed()}…`;
}

function spansOf({ kind, text }: Block): { start: number; end: number }[] {
  if (kind === 'heading') return text.trim() === '' ? [] : [{ start: 0, end: text.length }];
  if (kind === 'paragraph') return splitSentences(text);
  const spans: { start: number; end: number }[] = [];
  for (const match of text.matchAll(/\S[^\n]*/gu)) {
    spans.push({ start: match.index, end: match.index + match[0].trimEnd().length });
  }
  return spans;
}
