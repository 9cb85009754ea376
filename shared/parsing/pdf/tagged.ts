import type { LineStyle } from '../join-lines.ts';
import { concatPlaced, followText, joinPlaced, type PlacedText } from '../placed-text.ts';
import { LIST_MARKER } from '../text/text.ts';
import type { Draft } from './draft.ts';
import { ARTIFACT, countChars, type Run } from './page-text.ts';
import type { PDFPageProxy } from './pdfjs-types.ts';
import { type PageFrame, placeLine } from './place-line.ts';
import { mergeRow, rowsOf } from './rows.ts';

type Tree = Awaited<ReturnType<PDFPageProxy['getStructTree']>> | null;
type Node = NonNullable<Tree>;
type Child = Node['children'][number];
type TaggedPage = { runs: Map<string, Run[]>; frame: PageFrame; style: LineStyle; used: Set<string> };

const HEADING = /^H([1-6])?$/u;
const CONTAINER = new Set(
  'Root Document Part Art Sect Div NonStruct Aside Index TOC BlockQuote Private'.split(' '),
);
const INLINE = new Set(
  'Span Link Em Strong Quote Annot Reference BibEntry Code Lbl Sub Ruby RB RT'.split(' '),
);
/** If the tags cover a smaller share of the page's text, the page is read by geometry. */
const MIN_COVERAGE = 0.9;

/**
 * The drafts of a page of a tagged PDF. Its author's program (Word, a browser, LibreOffice) tagged headings, lists and
 * table cells. Null where the page has no tags, or tags that cover less than 90 % of its text.
 */
export function readTaggedDrafts(
  tree: Tree,
  runs: Run[],
  context: { frame: PageFrame; style: LineStyle },
): Draft[] | null {
  if (!tree || tree.children.length === 0) return null;
  const content = runs.filter((run) => run.mark !== ARTIFACT);
  const byMark = new Map<string, Run[]>();
  for (const run of content) {
    if (run.mark === null) continue;
    const same = byMark.get(run.mark);
    if (same) same.push(run);
    else byMark.set(run.mark, [run]);
  }
  const page: TaggedPage = { ...context, runs: byMark, used: new Set() };
  const drafts = readContainer(tree, page);
  const reached = content.filter((run) => run.mark !== null && page.used.has(run.mark));
  return countChars(reached) >= MIN_COVERAGE * countChars(content) && drafts.length > 0 ? drafts : null;
}

function isNode(child: Child): child is Node {
  return 'role' in child;
}

/** The drafts of an element's children, in order. Inline content between blocks becomes paragraphs. */
function readContainer(node: Node, page: TaggedPage): Draft[] {
  const drafts: Draft[] = [];
  let inline: Run[] = [];
  const flush = () => {
    drafts.push(...toTextDraft(inline, page));
    inline = [];
  };
  for (const child of node.children) {
    if (isNode(child) && !isInline(child)) {
      flush();
      drafts.push(...readBlock(child, page));
    } else inline.push(...runsOf(child, page));
  }
  flush();
  return drafts;
}

function isInline(node: Node): boolean {
  if (!INLINE.has(node.role) && node.role !== 'NonStruct') return false;
  return node.children.every((child) => !isNode(child) || isInline(child));
}

function readBlock(node: Node, page: TaggedPage): Draft[] {
  if (node.role === 'Artifact') return [];
  const heading = HEADING.exec(node.role);
  if (heading) {
    return toTextDraft(runsOf(node, page), page).map((draft) => ({
      ...draft,
      level: Number(heading[1] ?? 2),
    }));
  }
  if (node.role === 'L') return toDraft('list', readItems(node, page), page);
  if (node.role === 'Table') return toDraft('table', readTableRows(node, page), page);
  const holdsBlocks = node.children.some((child) => isNode(child) && !isInline(child));
  return CONTAINER.has(node.role) || holdsBlocks
    ? readContainer(node, page)
    : toTextDraft(runsOf(node, page), page);
}

function toDraft(kind: 'list' | 'table', lines: PlacedText[], { frame }: TaggedPage): Draft[] {
  return lines.length === 0 ? [] : [{ kind, lines, size: 0, page: frame.page }];
}

/** The items of a list and of lists in it, one line each, indented by two spaces per level. */
function readItems(list: Node, page: TaggedPage, depth = 0): PlacedText[] {
  return list.children.flatMap((item): PlacedText[] => {
    if (!isNode(item)) return [];
    if (item.role === 'L') return readItems(item, page, depth + 1);
    const nested = findDescendants(item, 'L');
    const own = joinRuns(runsOf(item, page, 'L'), page);
    const lines = own.text === '' ? [] : [markItem(own, depth)];
    return [...lines, ...nested.flatMap((inner) => readItems(inner, page, depth + 1))];
  });
}

function markItem(own: PlacedText, depth: number): PlacedText {
  const indent = '  '.repeat(Math.min(depth, 8));
  const isMarked = LIST_MARKER.test(`${own.text} `);
  const prefix = { text: isMarked ? indent : `${indent}- `, lines: [] };
  // A symbol font's bullet has a code for private use.
  const text = isMarked ? own.text.replace(/^[\uf000-\uf0ff]/u, '•') : own.text;
  return concatPlaced([prefix, { text, lines: own.lines }], '');
}

function readTableRows(table: Node, page: TaggedPage): PlacedText[] {
  const caption = findDescendants(table, 'Caption').map((node) => joinRuns(runsOf(node, page), page));
  const rows = findDescendants(table, 'TR').map((row) =>
    row.children.filter((cell) => isNode(cell)).map((cell) => joinRuns(runsOf(cell, page), page)),
  );
  const filled = rows.filter((cells) => cells.some(({ text }) => text !== ''));
  return [...caption, ...filled.map((cells) => concatPlaced(cells, ' | '))];
}

/** The nearest descendants of a role; not those inside a found one. */
function findDescendants(node: Node, role: string): Node[] {
  return node.children.flatMap((child) => {
    if (!isNode(child)) return [];
    return child.role === role ? [child] : findDescendants(child, role);
  });
}

/** The runs under a node, in the document's order, without nodes of role `except`. */
function runsOf(child: Child, page: TaggedPage, except = ''): Run[] {
  if (isNode(child)) {
    return child.children.flatMap((inner) =>
      isNode(inner) && inner.role === except ? [] : runsOf(inner, page, except),
    );
  }
  if (!('id' in child) || typeof child.id !== 'string') return [];
  page.used.add(child.id);
  return page.runs.get(child.id) ?? [];
}

function toTextDraft(runs: Run[], { frame }: TaggedPage): Draft[] {
  const lines = linesOf(runs, frame);
  if (lines.length === 0) return [];
  return [{ kind: 'text', lines, size: Math.max(...runs.map((run) => run.size)), page: frame.page }];
}

function joinRuns(runs: Run[], { style, frame }: TaggedPage): PlacedText {
  const joined = joinPlaced(linesOf(runs, frame), style);
  return followText(joined, joined.text.replace(/\s+/gu, ' '));
}

/** The text lines of one element. Its runs jump upwards where it continues in the next column. */
function linesOf(runs: Run[], frame: PageFrame): PlacedText[] {
  const stretches: Run[][] = [];
  for (const run of runs) {
    const open = stretches.at(-1);
    const last = open?.at(-1);
    if (!open || !last || run.y < last.y - last.size * 1.5) stretches.push([run]);
    else open.push(run);
  }
  const lines = stretches.flatMap((stretch) => rowsOf(stretch).map((row) => mergeRow(row)));
  return lines.flatMap((line) => (line ? [placeLine(line, frame)] : []));
}
