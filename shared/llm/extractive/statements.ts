import { lexicalTokens } from '#shared/text/lexical.ts';
import type { Passage } from '../request.ts';
import { type Piece, readPieces } from './layout.ts';

/** What surrounds a statement and says what it is about, from near to far. */
type Context = {
  /** The headings or the question that it stands under. */
  under: ReadonlySet<string>;
  /** What leads into its list or table: the sentence before that, the header row. */
  intro: ReadonlySet<string>;
  /** The sentence before it in the same paragraph. */
  before: ReadonlySet<string>;
  section: ReadonlySet<string>;
  passage: ReadonlySet<string>;
};

/** Something that a passage says and that one may quote, with the search terms by which it is found. */
export type Statement = {
  passage: Passage;
  /** Stands so in the passage. */
  text: string;
  shape: Piece['shape'];
  own: ReadonlySet<string>;
  context: Context;
  /** What leads into its list or table, as text. */
  intro: string;
  /** Whether its section is the answer to a question, as in a FAQ. */
  isAnswer: boolean;
  /** Position in its section, from 0. */
  place: number;
  /** Says no more than that a list or table follows. */
  isLeadIn: boolean;
};

type Section = { labels: Piece[]; body: Piece[] };

/** Not `다음 해`, which is the next year, nor `below 5 °C`. */
const POINTS_AHEAD =
  /다음(?! ?(?:해|날|달|주|번|월|년|영업일))|아래(?:와|의| 표)|the following|as follows|(?:see|shown|listed|given|table|list) below/iu;
const NAMES_ONLY: ReadonlySet<string> = new Set(['label', 'question', 'lead', 'header']);
/** `reimbursed` and `reimbursement` share their first five letters and no stem. */
const PREFIX = 5;

/** What stands for a longer Latin word when another form of it is asked for; null for other terms. */
export function beginningOf(term: string): string | null {
  return /^[a-z]{6,}$/u.test(term) ? `${term.slice(0, PREFIX)}~` : null;
}

function termsOf(text: string): Set<string> {
  const terms = lexicalTokens(text);
  return new Set([...terms, ...terms.flatMap((term) => beginningOf(term) ?? [])]);
}

/**
 * What a passage says, in reading order: its sentences, list items and rows. Headings, questions, lead-ins and
 * header rows lend their terms to what follows them, and come out themselves only when there is nothing else.
 */
export function readStatements(passage: Passage): Statement[] {
  const pieces = readPieces(passage.text, passage.heading);
  const terms = new Map(pieces.map((piece) => [piece, termsOf(piece.text)]));
  const path = termsOf(passage.heading?.replaceAll(' > ', '\n') ?? '');
  const known: Known = {
    passage,
    of: (some) => new Set(some.flatMap((piece) => [...(terms.get(piece) ?? [])])),
    lastHeading: termsOf(passage.heading?.split(' > ').at(-1) ?? ''),
    everything: new Set([...path, ...[...terms.values()].flatMap((some) => [...some])]),
  };
  const statements = sectionsOf(pieces).flatMap((section) => statementsOf(section, known));
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

type Known = {
  passage: Passage;
  of(pieces: Piece[]): Set<string>;
  lastHeading: ReadonlySet<string>;
  everything: ReadonlySet<string>;
};

function statementsOf(
  { labels, body }: Section,
  { passage, of, lastHeading, everything }: Known,
): Statement[] {
  const under = labels.length > 0 ? of(labels) : lastHeading;
  const section = of(body);
  const isAnswer = labels.some(({ shape }) => shape === 'question');
  return body.map((piece, place) => {
    const leading = introOf(body, place);
    const intro = of(leading);
    const before = of(beforeOf(body, place));
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
      place,
      isLeadIn: isLeadIn(body, place),
    };
  });
}

/** The header of a row's table, and what was said last before a list or table. */
function introOf(body: Piece[], place: number): Piece[] {
  if (!isListed(body[place])) return [];
  let start = place;
  while (isListed(body[start - 1]) && !isLeadIn(body, start - 1)) start -= 1;
  const headers = body.slice(start, place).filter(({ shape }) => shape === 'header');
  let first = start;
  while (body[first - 1]?.shape === 'lead') first -= 1;
  const last = body[first - 1];
  const pointing = body.filter((piece, at) => piece.paragraph === last?.paragraph && isLeadIn(body, at));
  return [...headers, ...body.slice(Math.max(0, first - 1), start), ...pointing];
}

function isListed(piece: Piece | undefined): boolean {
  return piece !== undefined && (piece.shape === 'item' || piece.shape === 'row' || piece.shape === 'header');
}

/** Items stand beside each other, sentences follow each other. */
function beforeOf(body: Piece[], place: number): Piece[] {
  const [last, piece] = [body[place - 1], body[place]];
  const goesOn =
    last !== undefined &&
    last.paragraph === piece?.paragraph &&
    piece.shape !== 'row' &&
    (piece.shape === 'sentence' || !piece.startsLine);
  return goesOn ? [last] : [];
}

function isLeadIn(body: Piece[], place: number): boolean {
  const piece = body[place];
  if (piece === undefined || piece.shape === 'row' || !POINTS_AHEAD.test(piece.text)) return false;
  const next = body.slice(place).find(({ paragraph }) => paragraph !== piece.paragraph);
  return isListed(next) || next?.shape === 'lead';
}
