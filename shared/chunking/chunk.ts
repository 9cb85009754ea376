import type { TextLine } from '#shared/core/box.ts';
import { lowerBound } from '#shared/core/lower-bound.ts';
import type { ParsedDocument } from '#shared/parsing/document.ts';
import { type Atom, BLOCK_SEPARATOR, documentText, splitIntoAtoms, type WeighedAtom } from './atoms.ts';
import { documentLines, linesWithin, pageAt } from './chunk-lines.ts';
import { type CountTokens, countInBatches } from './count-tokens.ts';
import { pack, type Range } from './pack.ts';
import { findMiddleCut } from './split-long.ts';

export { documentText } from './atoms.ts';

/** A passage of a document, as it is embedded, searched and cited. */
export type Chunk = {
  /** From 0, in reading order. */
  ordinal: number;
  /** Exactly `documentText(parsed).slice(start, end)`. */
  text: string;
  /** The page where its text starts. Only its last sentence may run on to the next page. */
  page: number | null;
  /** Path of the headings above it, `휴가 규정 > 연차`; the shared beginning where sections differ. */
  heading: string | null;
  start: number;
  end: number;
  /** The count of `countTokens` for `text`; special tokens are included if it includes them. */
  tokens: number;
  /** Where its text lies, with offsets into `text`; empty where the format has no pages. */
  lines: TextLine[];
};

export type ChunkOptions = { maxTokens: number; overlapTokens: number; countTokens: CountTokens };

/**
 * 320 tokens are 500–600 Korean syllables, one or two articles of a company's rules; with the heading path
 * and the model's prefix it stays well inside the 512 tokens that the default model reads.
 */
export const DEFAULT_CHUNKING = { max_tokens: 320, overlap_tokens: 48 } as const;

/** The embedder counts texts of up to 100,000 characters. */
const MAX_ATOM_CHARS = 10_000;
/** Fewer tokens hold less than a sentence; a single character can take several tokens. */
const MIN_CHUNK_TOKENS = 16;

/**
 * Cuts a document into chunks of at most `maxTokens` by the embedder's own count.
 * - Chunks end at sentences, rows and items; only a longer sentence, row or item is cut inside.
 * - Headings stay with the text after them.
 * - A chunk holds one page, with the rest of its last sentence from the next one, and one top-level section unless the section is tiny.
 * - The last sentences of a chunk, up to `overlapTokens`, are repeated in the next chunk of the section.
 *
 * Calls `countTokens` a few times, in large batches.
 * @throws RangeError when `maxTokens` is below 16, or `overlapTokens` negative or above half of `maxTokens`
 */
export async function chunkDocument(
  parsed: Pick<ParsedDocument, 'blocks'>,
  { maxTokens, overlapTokens, countTokens }: ChunkOptions,
): Promise<Chunk[]> {
  if (maxTokens < MIN_CHUNK_TOKENS) throw new RangeError(`maxTokens must be at least ${MIN_CHUNK_TOKENS}`);
  if (overlapTokens < 0 || overlapTokens > maxTokens / 2) {
    throw new RangeError('overlapTokens must lie between 0 and half of maxTokens');
  }
  const text = documentText(parsed);
  const count = (texts: string[]) => countInBatches(texts, countTokens);
  // Tokens of an empty text: start and end tokens, perhaps a prefix.
  const [overhead = 0] = await count(['']);
  const limit = maxTokens - overhead;
  const short = splitIntoAtoms(parsed).flatMap((atom) => halveToLength(text, atom));
  const atoms = await weighAtoms(text, short, { limit, overhead, count });
  const ranges = pack(atoms, { limit, overlap: overlapTokens });
  const counted = await fitRanges(text, ranges, { atoms, maxTokens, count });
  const lines = documentLines(parsed.blocks, BLOCK_SEPARATOR.length);
  return counted.map((range, ordinal) => toChunk(text, range, { atoms, ordinal, lines }));
}

type Weighing = { limit: number; overhead: number; count: CountTokens };

/** Counts the tokens of every atom, and cuts atoms over the limit until none is left. */
async function weighAtoms(
  text: string,
  atoms: Atom[],
  { limit, overhead, count }: Weighing,
): Promise<WeighedAtom[]> {
  const tokensOf = async (part: Atom[]) =>
    (await count(part.map(({ start, end }) => text.slice(start, end)))).map((tokens) =>
      Math.max(1, tokens - overhead),
    );
  const first = await tokensOf(atoms);
  let weighed: WeighedAtom[] = atoms.map((atom, i) => ({ ...atom, tokens: first[i] ?? 1 }));
  for (;;) {
    const pieces = weighed.map((atom, i) => halveToLimit(text, atom, tokensLeftFor(weighed, i, limit)));
    const cut = pieces.filter((part) => part.length > 1).flat();
    if (cut.length === 0) return weighed;
    const tokens = await tokensOf(cut);
    let next = 0;
    weighed = pieces.flatMap((part) =>
      part.length === 1 ? part : part.map((atom) => ({ ...atom, tokens: tokens[next++] ?? 1 })),
    );
  }
}

/** Halves an atom until its pieces can be counted: the embedder refuses longer texts, and none fits a chunk. */
function halveToLength(text: string, atom: Atom): Atom[] {
  if (atom.end - atom.start <= MAX_ATOM_CHARS) return [atom];
  return halves(text, atom).flatMap((half) => halveToLength(text, half));
}

/** How many tokens an atom may have, since the headings before it must fit into the same chunk. */
function tokensLeftFor(atoms: WeighedAtom[], at: number, limit: number): number {
  if (atoms[at]?.isHeading === true) return limit;
  let headings = 0;
  for (let i = at - 1; atoms[i]?.isHeading === true; i -= 1) headings += atoms[i]?.tokens ?? 0;
  return headings > limit / 2 ? limit : limit - headings;
}

/** Halves an atom until its pieces should fit, by their share of its length. */
function halveToLimit(text: string, atom: WeighedAtom, limit: number): WeighedAtom[] {
  if (atom.tokens <= limit) return [atom];
  const parts = halves(text, atom);
  if (parts.length === 1) return [atom];
  return parts.flatMap((half) => {
    const share = Math.ceil((atom.tokens * (half.end - half.start)) / (atom.end - atom.start));
    return halveToLimit(text, { ...half, tokens: share }, limit);
  });
}

/** The two halves of an atom; the atom itself where it cannot be cut. */
function halves<Part extends Atom>(text: string, atom: Part): Part[] {
  const source = text.slice(atom.start, atom.end);
  const cut = findMiddleCut(source);
  if (cut <= 0 || cut >= source.length) return [atom];
  const rest = source.slice(cut);
  const gap = rest.length - rest.trimStart().length;
  return [
    { ...atom, end: atom.start + source.slice(0, cut).trimEnd().length },
    { ...atom, start: atom.start + cut + gap },
  ];
}

type Fitting = { atoms: WeighedAtom[]; maxTokens: number; count: CountTokens };

/**
 * Counts the packed chunks and shortens those over the limit: joined text can have more tokens than its parts
 * together. The repeated sentences go first; if that is not enough, the chunk is cut in two.
 */
async function fitRanges(
  text: string,
  ranges: Range[],
  { atoms, maxTokens, count }: Fitting,
): Promise<Counted[]> {
  let open = ranges;
  const done: Counted[] = [];
  while (open.length > 0) {
    const tokens = await count(open.map(({ start, end }) => text.slice(start, end)));
    const over: Range[] = [];
    for (const [i, range] of open.entries()) {
      const parts = (tokens[i] ?? 0) > maxTokens ? shorten(text, range, atoms) : [range];
      if (parts.length === 1 && parts[0] === range) done.push({ ...range, tokens: tokens[i] ?? 0 });
      else over.push(...parts);
    }
    open = over;
  }
  return done.sort((a, b) => a.from - b.from);
}

type Counted = Range & { tokens: number };

function shorten(text: string, range: Range, atoms: WeighedAtom[]): Range[] {
  if (range.start < range.from) return [{ ...range, start: range.from }];
  const inside = atoms.slice(firstAtomFrom(atoms, range.from + 1), firstAtomFrom(atoms, range.end));
  const middle = inside[Math.floor(inside.length / 2)]?.start;
  const cut = middle ?? range.from + findMiddleCut(text.slice(range.from, range.end));
  if (cut <= range.from || cut >= range.end) return [range];
  const left = text.slice(range.from, cut).trimEnd().length;
  const right = cut + (text.slice(cut).length - text.slice(cut).trimStart().length);
  return [
    { start: range.from, from: range.from, end: range.from + left },
    { start: right, from: right, end: range.end },
  ];
}

/** Index of the first atom that starts at or behind an offset. */
function firstAtomFrom(atoms: Atom[], offset: number): number {
  return lowerBound(atoms.length, (i) => (atoms[i]?.start ?? 0) < offset);
}

function toChunk(
  text: string,
  range: Counted,
  { atoms, ordinal, lines: all }: { atoms: Atom[]; ordinal: number; lines: TextLine[] },
): Chunk {
  const { start, end, tokens } = range;
  // Where a chunk starts inside an atom, that atom counts as its first.
  const at = firstAtomFrom(atoms, range.from + 1) - 1;
  const inside = atoms.slice(Math.max(0, at), firstAtomFrom(atoms, end));
  const first = inside.find((atom) => !atom.isHeading) ?? inside[0];
  const lines = linesWithin(all, start, end);
  const page = pageAt(lines, Math.max(0, (first?.start ?? start) - start)) ?? first?.page ?? null;
  const heading = sharedHeading(inside);
  return { ordinal, text: text.slice(start, end), page, heading, start, end, tokens, lines };
}

/** The beginning that the heading paths of all text share; if they share none, the first path. */
function sharedHeading(atoms: Atom[]): string | null {
  const texts = atoms.filter((atom) => !atom.isHeading);
  const paths = (texts.length > 0 ? texts : atoms).map((atom) => atom.heading?.split(' > ') ?? []);
  const [first = []] = paths;
  let shared = first.length;
  for (const path of paths) while (shared > 0 && path[shared - 1] !== first[shared - 1]) shared -= 1;
  const kept = first.slice(0, shared === 0 ? first.length : shared);
  return kept.length === 0 ? null : kept.join(' > ');
}
