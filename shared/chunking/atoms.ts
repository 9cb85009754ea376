import type { Block, ParsedDocument } from '#shared/parsing/document.ts';
import { splitSentences } from '#shared/text/sentences.ts';
import { pageAt } from './chunk-lines.ts';

/**
 * The smallest piece of a document: a sentence, a table row, a list item, a line of code, or a heading. Offsets
 * are UTF-16 units into `documentText`.
 */
export type Atom = {
  start: number;
  end: number;
  /** Index of its block in the document. */
  block: number;
  /** Number of its top-level section, from 0 for text before the first heading. */
  section: number;
  isHeading: boolean;
  /** Where it starts. */
  page: number | null;
  /** Path of the headings above it, `휴가 규정 > 연차`; null where there are none. */
  heading: string | null;
};

/** An atom with its number of tokens, special tokens excluded. */
export type WeighedAtom = Atom & { tokens: number };

export const BLOCK_SEPARATOR = '\n\n';
const MAX_HEADING_CHARS = 120;

/** The document's text, to which all offsets refer: the blocks with one blank line between them. */
export function documentText(parsed: Pick<ParsedDocument, 'blocks'>): string {
  return parsed.blocks.map((block) => block.text).join(BLOCK_SEPARATOR);
}

/** Divides a document into atoms, in order. Together they cover every character except white space. */
export function splitIntoAtoms({ blocks }: Pick<ParsedDocument, 'blocks'>): Atom[] {
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
      atoms.push({ ...at, block: number, section, isHeading, page: pageOf(block, start), heading });
    }
    offset += block.text.length + BLOCK_SEPARATOR.length;
  }
  return atoms;
}

function pageOf({ page, lines = [] }: Block, offset: number): number | null {
  return lines.at(-1)?.box.page === page ? page : (pageAt(lines, offset) ?? page);
}

/** The highest heading level that occurs more than once. A single heading above it is the document's title. */
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
