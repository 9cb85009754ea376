import { type Box, boxesOf } from '#shared/core/box.ts';
import { isClosedEnd, isOpenEnd, type LineStyle } from '../join-lines.ts';
import { parseNumberedHeading } from '../numbered-headings.ts';
import { joinPlaced, type PlacedText } from '../placed-text.ts';
import { LIST_MARKER } from '../text/text.ts';
import type { Draft } from './draft.ts';

type Joining = { style: LineStyle; isHeading(draft: Draft): boolean };
/** `others` are the drafts on the page before the break. */
type Break = Joining & { others: Draft[] };

/** Sizes that differ by a smaller share are the same type. */
const SAME_SIZE = 0.08;
/** How much shorter than its column a full line may be: lines are ragged, and programs count characters. */
const RAGGED = 0.15;
/** No sentence is longer; without this limit, text without full stops would take quadratic time. */
const MAX_LINES = 200;
/** What the rest of a sentence starts with. */
const REST_START = /^[\p{L}\p{N}("'“‘「『[（<]/u;

/**
 * Joins paragraphs of which a sentence runs over the end of a page or column: the last one before the break, or the
 * last item of a list, gets the lines of the first one after it. Footnotes at the end of a page lie between the two.
 */
export function joinOverBreaks(drafts: readonly Draft[], joining: Joining): Draft[] {
  const joined: Draft[] = [];
  for (const [i, draft] of drafts.entries()) {
    const at = findBeforeBreak(joined, draft, drafts[i - 1]);
    const before = joined[at];
    const rest = before
      ? countRest(before, draft, { ...joining, others: sinceStartOfPage(joined, before) })
      : 0;
    if (before && rest > 0) joined[at] = extend(before, draft.lines.slice(0, rest), joining.style);
    if (rest < draft.lines.length) joined.push({ ...draft, lines: draft.lines.slice(rest) });
  }
  return joined;
}

/** The index of the draft that `draft` may continue; -1 where no page or column ends before it. */
function findBeforeBreak(joined: Draft[], draft: Draft, previous: Draft | undefined): number {
  if (!previous) return -1;
  if (previous.page === draft.page) return startsColumn(previous, draft) ? joined.length - 1 : -1;
  if (previous.page !== draft.page - 1) return -1;
  const isFootnote = ({ size }: Draft) => size > 0 && size < draft.size * (1 - SAME_SIZE);
  const at = joined.findLastIndex((one) => !isFootnote(one));
  return boxes(joined[at]).at(-1)?.page === previous.page ? at : -1;
}

function sinceStartOfPage(joined: Draft[], { page }: Draft): Draft[] {
  return joined.slice(joined.findLastIndex((draft) => draft.page < page) + 1);
}

/** Whether a draft lies to the right of the one before it, and starts above its end. */
function startsColumn(previous: Draft, draft: Draft): boolean {
  const last = boxes(previous).at(-1);
  const [first] = boxes(draft);
  if (!last || !first || last.page !== first.page) return false;
  return first.top < last.top && first.left > Math.max(...boxes(previous).map((box) => rightOf(box)));
}

/** How many lines of `next` belong to the last sentence of `before`: none, all, or the item that is a cut verb's 다. */
function countRest(before: Draft, next: Draft, { isHeading, others }: Break): number {
  if (isHeading(before) || isHeading(next) || !isOpenText(before)) return 0;
  if (before.size > 0 && Math.abs(before.size - next.size) > before.size * SAME_SIZE) return 0;
  const left = before.lines.at(-1)?.text.trimEnd() ?? '';
  const right = next.lines[0]?.text.trimStart() ?? '';
  if (isCutVerb(left, right)) return next.kind === 'list' ? 1 : next.lines.length;
  if (!startsInSentence(next, right)) return 0;
  return isOpenEnd(left, right) || isFullLine(before, next, others) ? next.lines.length : 0;
}

/** Whether the text before a break ends without the end of a sentence. */
function isOpenText({ kind, lines }: Draft): boolean {
  const text = lines.at(-1)?.text.trimEnd() ?? '';
  if (kind === 'table' || lines.length > MAX_LINES || isClosedEnd(text)) return false;
  return kind === 'list' || parseNumberedHeading(text)?.rest !== '';
}

/** Whether the text after a break may be the rest of a sentence: prose, not an item or an article. */
function startsInSentence(next: Draft, text: string): boolean {
  if (next.kind !== 'text' || !REST_START.test(text) || LIST_MARKER.test(`${text} `)) return false;
  return parseNumberedHeading(text) === null;
}

/** One line that starts with a capital letter and ends without a full stop. */
function isLoneTitle({ lines }: Draft): boolean {
  const text = lines[0]?.text.trim() ?? '';
  return lines.length === 1 && /^\p{Lu}/u.test(text) && !isClosedEnd(text);
}

/** "…신청한 | 다. 그리고 …", unless 다. follows an item 나. */
function isCutVerb(left: string, right: string): boolean {
  return /[가-힣]$/u.test(left) && /^다\.(?:\s|$)/u.test(right) && !/^\s*나[.)]/u.test(left);
}

/** Whether the last line fills its column, or would not hold the first word of `next`. */
function isFullLine(before: Draft, next: Draft, others: Draft[]): boolean {
  const own = boxes(before);
  const last = own.at(-1);
  const first = next.lines[0];
  if (!last || !first || isLoneTitle(next)) return false;
  const inColumn = others
    .filter((draft) => draft.kind !== 'table')
    .map((draft) => boxes(draft).filter((box) => box.page === last.page))
    .filter((own) => leftEdge(own) < rightOf(last) && rightEdge(own) > last.left);
  const column = leftEdge(own.filter((box) => box.page === last.page));
  const rest = boxes(next).filter((box) => box.page === boxes(next)[0]?.page);
  const right = Math.max(...inColumn.map((one) => rightEdge(one)), column + rightEdge(rest) - leftEdge(rest));
  const [word = ''] = first.text.split(' ', 1);
  const wordBoxes = boxesOf(first.lines, 0, word.length);
  return right - rightOf(last) <= rightEdge(wordBoxes) - leftEdge(wordBoxes) + RAGGED * (right - column);
}

function boxes(draft: Draft | undefined): Box[] {
  return (draft?.lines ?? []).flatMap((line) => line.lines.map(({ box }) => box));
}

function rightOf(box: Box): number {
  return box.left + box.width;
}

function leftEdge(all: Box[]): number {
  return Math.min(...all.map((box) => box.left));
}

function rightEdge(all: Box[]): number {
  return Math.max(...all.map((box) => rightOf(box)));
}

function extend(before: Draft, rest: PlacedText[], style: LineStyle): Draft {
  if (before.kind === 'text') return { ...before, lines: [...before.lines, ...rest] };
  const item = before.lines.slice(-1);
  return { ...before, lines: [...before.lines.slice(0, -1), joinPlaced([...item, ...rest], style)] };
}
