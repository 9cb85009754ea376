import { lexicalTokens } from '#shared/text/lexical.ts';
import type { Passage } from '../request.ts';
import { type Piece, readPieces } from './layout.ts';

/** Terms around a statement that tell its subject, from near to far. */
type StatementContext = {
  /** Of the headings or the question above it. */
  under: ReadonlySet<string>;
  /** Of the sentence that introduces its list or table, and of the header row. */
  intro: ReadonlySet<string>;
  /** Of the sentence before it in the same paragraph. */
  before: ReadonlySet<string>;
  /** Of all text in its section. */
  section: ReadonlySet<string>;
  /** Of the whole passage and its heading path. */
  passage: ReadonlySet<string>;
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
  /** The text that introduces its list or table; empty outside of one. */
  intro: string;
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
/** Pieces that only name the text after them. */
const NAMES_ONLY: ReadonlySet<string> = new Set(['label', 'question', 'lead', 'header']);
/** `reimbursed` and `reimbursement` have different stems, but the same first five letters. */
const PREFIX_LENGTH = 5;

/** The beginning by which a longer Latin word matches its other forms; null for other terms. */
export function beginningOf(term: string): string | null {
  return /^[a-z]{6,}$/u.test(term) ? `${term.slice(0, PREFIX_LENGTH)}~` : null;
}

function termsOf(text: string): Set<string> {
  const terms = lexicalTokens(text);
  return new Set([...terms, ...terms.flatMap((term) => beginningOf(term) ?? [])]);
}

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
    everything: new Set([...path, ...[...terms.values()].flatMap((some) => [...some])]),
  };
  const statements = sectionsOf(pieces).flatMap((section) => statementsOf(section, passageTerms));
  const quotable = statements.filter(({ shape }) => !NAMES_ONLY.has(shape));
  return quotable.length > 0 ? quotable : statements;
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
};

function statementsOf(
  { labels, body }: Section,
  { passage, of, lastHeading, everything }: PassageTerms,
): Statement[] {
  const under = labels.length > 0 ? of(labels) : lastHeading;
  const section = of(body);
  const isAnswer = labels.some(({ shape }) => shape === 'question');
  return body.map((piece, position) => {
    const leading = introOf(body, position);
    const intro = of(leading);
    const before = of(beforeOf(body, position));
    const context = { under, intro, before, section, passage: everything };
    const { text, shape } = piece;
    return {
      passage,
      text,
      shape,
      own: of([piece]),
      context,
      intro: leading.map((lead) => lead.text).join('\n'),
      isAnswer,
      position,
      isLeadIn: isLeadIn(body, position),
    };
  });
}

/** The pieces that introduce a list item or row: the header row, and the sentence before its list or table. */
function introOf(body: Piece[], position: number): Piece[] {
  if (!isListed(body[position])) return [];
  let start = position;
  while (isListed(body[start - 1]) && !isLeadIn(body, start - 1)) start -= 1;
  const headers = body.slice(start, position).filter(({ shape }) => shape === 'header');
  let first = start;
  while (body[first - 1]?.shape === 'lead') first -= 1;
  const last = body[first - 1];
  const pointing = body.filter((piece, at) => piece.paragraph === last?.paragraph && isLeadIn(body, at));
  return [...headers, ...body.slice(Math.max(0, first - 1), start), ...pointing];
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

function isLeadIn(body: Piece[], position: number): boolean {
  const piece = body[position];
  if (piece === undefined || piece.shape === 'row' || !POINTS_AHEAD.test(piece.text)) return false;
  const next = body.slice(position).find(({ paragraph }) => paragraph !== piece.paragraph);
  return isListed(next) || next?.shape === 'lead';
}
