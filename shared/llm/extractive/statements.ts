import type { Passage } from '../request.ts';
import { type Piece, readPieces } from './layout.ts';
import { termsOf } from './terms.ts';

/** Terms around a statement that tell its subject, from near to far. */
type StatementContext = {
  /** Of the headings or the question above it. */
  under: ReadonlySet<string>;
  /** Of the sentence that introduces its list or table, and of the header row. */
  intro: ReadonlySet<string>;
  /** Of the sentence before it in the same paragraph. */
  before: ReadonlySet<string>;
  /** Of the first sentence of its paragraph, which often names what the paragraph is about. */
  opening: ReadonlySet<string>;
  /** Of all text in its section. */
  section: ReadonlySet<string>;
  /** Of the whole passage and its heading path. */
  passage: ReadonlySet<string>;
  /** Of the document's title and file name. */
  title: ReadonlySet<string>;
};

/** A list or table: the items or rows that stand under one introduction. */
export type Run = {
  /** The sentence or line directly above it; null at the start of a section. */
  lead: string | null;
  /** Names of a table's columns; empty for lists and tables without a header. */
  columns: string[];
  /** Its items in order, each with the sentences that belong to it. */
  items: Statement[];
};

/** A sentence, list item or table row of a passage that can be quoted, with its search terms. */
export type Statement = {
  passage: Passage;
  /** Exactly as in the passage. */
  text: string;
  shape: Piece['shape'];
  /** The terms of the statement itself. */
  own: ReadonlySet<string>;
  context: StatementContext;
  /** The headings or the question above it. */
  under: string;
  /** The text that introduces its list or table; empty outside of one. */
  intro: string;
  /** The list or table that it is a part of. */
  run: Run | null;
  /** The sentences before and after it in its paragraph. */
  previous: Statement | null;
  next: Statement | null;
  /** The one after it, where it belongs to the same clause or list item. */
  sequel: Statement | null;
  /** Whether its section is the answer to a question, as in a FAQ. */
  isAnswer: boolean;
  /** Position in its section, from 0. */
  position: number;
  /** Whether it only announces the list or table after it. */
  isLeadIn: boolean;
};

type Section = { labels: Piece[]; body: Piece[] };

/** Phrases that announce a list or table. Excludes `다음 해` (the next year) and `below 5 °C`. */
const POINTS_AHEAD =
  /다음(?! ?(?:해|날|달|주|번|월|년|영업일))|아래(?:와|의| 표)|the following|as follows|(?:see|shown|listed|given|table|list) below/iu;
const OPENS_CLAUSE = /^(?:\d+(?:\.\d+)+\s|[^.:]{1,30}:\s)/u;
const CELL_BORDER = / \| |\t/u;
/** Pieces that only name the text after them. */
const NAMES_ONLY: ReadonlySet<string> = new Set(['label', 'question', 'lead', 'header']);
/**
 * The sentences, list items and rows of a passage, in reading order. Headings, questions, lead-ins and header rows
 * are context for the statements after them. They are returned themselves only when a passage has nothing else.
 */
export function readStatements(passage: Passage): Statement[] {
  const pieces = readPieces(passage.text, passage.heading);
  const terms = new Map(pieces.map((piece) => [piece, termsOf(piece.text)]));
  const path = termsOf(passage.heading?.replaceAll(' > ', '\n') ?? '');
  const passageTerms: PassageTerms = {
    passage,
    of: (some) => new Set(some.flatMap((piece) => [...(terms.get(piece) ?? [])])),
    lastHeading: termsOf(passage.heading?.split(' > ').at(-1) ?? ''),
    title: termsOf(nameOf(passage)),
    everything: new Set([...path, ...[...terms.values()].flatMap((some) => [...some])]),
  };
  const statements = sectionsOf(pieces).flatMap((section) => statementsOf(section, passageTerms));
  const quotable = statements.filter(({ shape }) => !NAMES_ONLY.has(shape));
  return quotable.length > 0 ? quotable : statements;
}

/** The title and file name of a passage's document. */
function nameOf(passage: Passage & { title?: string }): string {
  return `${passage.title ?? ''}\n${passage.filename.replace(/\.\w+$/u, '').replaceAll(/[-_]/gu, ' ')}`;
}

function sectionsOf(pieces: Piece[]): Section[] {
  const sections: Section[] = [];
  for (const piece of pieces) {
    const open = sections.at(-1);
    if (piece.shape === 'label' || piece.shape === 'question') {
      if (open !== undefined && open.body.length === 0) open.labels.push(piece);
      else sections.push({ labels: [piece], body: [] });
    } else if (open === undefined) sections.push({ labels: [], body: [piece] });
    else open.body.push(piece);
  }
  return sections.some(({ body }) => body.length > 0) ? sections : [{ labels: [], body: pieces }];
}

/** A passage, with the terms of any of its pieces, of its last heading, and of all its text. */
type PassageTerms = {
  passage: Passage;
  of(pieces: Piece[]): Set<string>;
  lastHeading: ReadonlySet<string>;
  everything: ReadonlySet<string>;
  title: ReadonlySet<string>;
};

function statementsOf(
  { labels, body }: Section,
  { passage, of, lastHeading, everything, title }: PassageTerms,
): Statement[] {
  const under = labels.length > 0 ? of(labels) : lastHeading;
  const section = of(body);
  const isAnswer = labels.some(({ shape }) => shape === 'question');
  const statements = body.map((piece, position): Statement => {
    const leading = introOf(body, position);
    const intro = of(leading);
    const before = of(beforeOf(body, position));
    const opening = of(openingOf(body, position));
    const context = { under, intro, before, opening, section, passage: everything, title };
    const { text, shape } = piece;
    return {
      passage,
      text,
      shape,
      own: of([piece]),
      context,
      intro: leading.map((lead) => lead.text).join('\n'),
      under: labels.map((label) => label.text).join('\n') || (passage.heading ?? ''),
      run: null,
      previous: null,
      next: null,
      sequel: null,
      isAnswer,
      position,
      isLeadIn: isLeadIn(body, position),
    };
  });
  linkRuns(body, statements);
  return statements;
}

/** Gives each statement its list or table, and the sentence after it. */
function linkRuns(body: Piece[], statements: Statement[]): void {
  const runs = new Map<number, Run>();
  for (const [i, statement] of statements.entries()) {
    const [piece, after] = [body[i], body[i + 1]];
    const next = after !== undefined && after.paragraph === piece?.paragraph ? statements[i + 1] : undefined;
    if (next) {
      statement.next = next;
      next.previous = statement;
      if (after && continuesLine(after)) statement.sequel = next;
    }
    if (piece === undefined || piece.shape === 'header' || !isListed(piece)) continue;
    const start = runStart(body, i);
    const run = runs.get(start) ?? newRun(body, start);
    runs.set(start, run);
    statement.run = run;
    const last = run.items.at(-1);
    if (piece.startsLine || last === undefined) run.items.push(statement);
    else run.items[run.items.length - 1] = { ...last, text: `${last.text} ${statement.text}` };
  }
}

/** Whether a piece belongs to the clause or item before it; not when it opens one of its own, as `4.3 …` and `Eyes: …`. */
function continuesLine({ text, shape, startsLine }: Piece): boolean {
  if (startsLine) return shape === 'sentence' && !OPENS_CLAUSE.test(text);
  return shape === 'sentence' || shape === 'item';
}

function newRun(body: Piece[], start: number): Run {
  const lead = body[start - 1];
  const header = body[start]?.shape === 'header' ? body[start] : undefined;
  return { lead: lead?.text ?? null, columns: header ? cellsOf(header.text) : [], items: [] };
}

/** The cells of a table row. */
export function cellsOf(row: string): string[] {
  return row.split(CELL_BORDER).map((cell) => cell.trim());
}

/** The pieces that introduce a list item or row: the header row, and the sentence before its list or table. */
function introOf(body: Piece[], position: number): Piece[] {
  if (!isListed(body[position])) return [];
  const start = runStart(body, position);
  const headers = body.slice(start, position).filter(({ shape }) => shape === 'header');
  let first = start;
  while (body[first - 1]?.shape === 'lead') first -= 1;
  const last = body[first - 1];
  const pointing = body.filter((piece, at) => piece.paragraph === last?.paragraph && isLeadIn(body, at));
  return [...headers, ...body.slice(Math.max(0, first - 1), start), ...pointing];
}

function runStart(body: Piece[], position: number): number {
  let start = position;
  while (isListed(body[start - 1]) && !isLeadIn(body, start - 1)) start -= 1;
  return start;
}

function isListed(piece: Piece | undefined): boolean {
  return piece !== undefined && (piece.shape === 'item' || piece.shape === 'row' || piece.shape === 'header');
}

/** The sentence that a piece continues. Items of a list do not continue each other. */
function beforeOf(body: Piece[], position: number): Piece[] {
  const [last, piece] = [body[position - 1], body[position]];
  const goesOn =
    last !== undefined &&
    last.paragraph === piece?.paragraph &&
    piece.shape !== 'row' &&
    (piece.shape === 'sentence' || !piece.startsLine);
  return goesOn ? [last] : [];
}

/** The first sentence of a paragraph of prose, for the others of it. */
function openingOf(body: Piece[], position: number): Piece[] {
  const piece = body[position];
  const first = body.find(({ paragraph }) => paragraph === piece?.paragraph);
  const isProse = first?.shape === 'sentence' && piece?.shape === 'sentence' && first !== piece;
  return isProse ? [first] : [];
}

/** Whether a sentence announces what follows: `다음과 같다`, `as follows`. */
export function pointsAhead(text: string): boolean {
  return POINTS_AHEAD.test(text);
}

function isLeadIn(body: Piece[], position: number): boolean {
  const piece = body[position];
  if (piece === undefined || piece.shape === 'row' || !pointsAhead(piece.text)) return false;
  const next = body.slice(position).find(({ paragraph }) => paragraph !== piece.paragraph);
  return isListed(next) || next?.shape === 'lead';
}
