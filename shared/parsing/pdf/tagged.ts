import { joinLines, type LineStyle } from '../join-lines.ts';
import { LIST_MARKER } from '../text/text.ts';
import type { Draft } from './draft.ts';
import { ARTIFACT, type Run } from './page-text.ts';
import type { PDFPageProxy } from './pdfjs-types.ts';
import { mergeRow, rowsOf } from './rows.ts';

type Tree = Awaited<ReturnType<PDFPageProxy['getStructTree']>> | null;
type Node = NonNullable<Tree>;
type Child = Node['children'][number];
type Page = { runs: Map<string, Run[]>; page: number; style: LineStyle; used: Set<string> };

const HEADING = /^H([1-6])?$/u;
const CONTAINER = new Set(
  'Root Document Part Art Sect Div NonStruct Aside Index TOC BlockQuote Private'.split(' '),
);
const INLINE = new Set(
  'Span Link Em Strong Quote Annot Reference BibEntry Code Lbl Sub Ruby RB RT'.split(' '),
);
/** Below this share of the page's text, the tags are decoration, and geometry reads the page better. */
const MIN_COVERAGE = 0.9;

/**
 * The drafts of a page of a tagged PDF, as its author's program (Word, a browser, LibreOffice) marked them:
 * exact headings, lists and table cells. Null where the page has no tags or they leave text out.
 */
export function taggedDrafts(
  tree: Tree,
  runs: Run[],
  context: { page: number; style: LineStyle },
): Draft[] | null {
  if (tree === null || tree.children.length === 0) return null;
  const content = runs.filter((run) => run.mark !== ARTIFACT);
  const byMark = new Map<string, Run[]>();
  for (const run of content) {
    if (run.mark === null) continue;
    const same = byMark.get(run.mark);
    if (same === undefined) byMark.set(run.mark, [run]);
    else same.push(run);
  }
  const page: Page = { ...context, runs: byMark, used: new Set() };
  const drafts = container(tree, page);
  const reached = content.filter((run) => run.mark !== null && page.used.has(run.mark));
  return length(reached) >= MIN_COVERAGE * length(content) && drafts.length > 0 ? drafts : null;
}

function length(runs: Run[]): number {
  return runs.reduce((sum, run) => sum + run.text.length, 0);
}

function isNode(child: Child): child is Node {
  return 'role' in child;
}

/** Children in order; inline content between blocks makes paragraphs. */
function container(node: Node, page: Page): Draft[] {
  const drafts: Draft[] = [];
  let inline: Run[] = [];
  const flush = () => {
    drafts.push(...text(inline, page));
    inline = [];
  };
  for (const child of node.children) {
    if (isNode(child) && !isInline(child)) {
      flush();
      drafts.push(...block(child, page));
    } else inline.push(...runsOf(child, page));
  }
  flush();
  return drafts;
}

function isInline(node: Node): boolean {
  if (!INLINE.has(node.role) && node.role !== 'NonStruct') return false;
  return node.children.every((child) => !isNode(child) || isInline(child));
}

function block(node: Node, page: Page): Draft[] {
  if (node.role === 'Artifact') return [];
  const heading = HEADING.exec(node.role);
  if (heading !== null) {
    return text(runsOf(node, page), page).map((draft) => ({ ...draft, level: Number(heading[1] ?? 2) }));
  }
  if (node.role === 'L') return draft('list', items(node, page), page);
  if (node.role === 'Table') return draft('table', tableRows(node, page), page);
  const holdsBlocks = node.children.some((child) => isNode(child) && !isInline(child));
  return CONTAINER.has(node.role) || holdsBlocks ? container(node, page) : text(runsOf(node, page), page);
}

function draft(kind: 'list' | 'table', lines: string[], { page }: Page): Draft[] {
  return lines.length === 0 ? [] : [{ kind, lines, size: 0, page }];
}

/** Items and the items of nested lists, one line each, two spaces deeper per level. */
function items(list: Node, page: Page, depth = 0): string[] {
  return list.children.flatMap((item): string[] => {
    if (!isNode(item)) return [];
    if (item.role === 'L') return items(item, page, depth + 1);
    const nested = descendants(item, 'L');
    const own = line(runsOf(item, page, 'L'), page);
    const marked =
      own === '' || LIST_MARKER.test(`${own} `) ? own.replace(/^[\uf000-\uf0ff]/u, '•') : `- ${own}`;
    const lines = own === '' ? [] : [`${'  '.repeat(Math.min(depth, 8))}${marked}`];
    return [...lines, ...nested.flatMap((inner) => items(inner, page, depth + 1))];
  });
}

function tableRows(table: Node, page: Page): string[] {
  const caption = descendants(table, 'Caption').map((node) => line(runsOf(node, page), page));
  const rows = descendants(table, 'TR').map((row) =>
    row.children.filter((cell) => isNode(cell)).map((cell) => line(runsOf(cell, page), page)),
  );
  return [...caption, ...rows.filter((cells) => cells.some(Boolean)).map((cells) => cells.join(' | '))];
}

/** The nearest descendants of a role: those of a found node are not looked into. */
function descendants(node: Node, role: string): Node[] {
  return node.children.flatMap((child) => {
    if (!isNode(child)) return [];
    return child.role === role ? [child] : descendants(child, role);
  });
}

/** Runs under a node in the document's order; nodes of role `except` are left out. */
function runsOf(child: Child, page: Page, except = ''): Run[] {
  if (isNode(child)) {
    return child.children.flatMap((inner) =>
      isNode(inner) && inner.role === except ? [] : runsOf(inner, page, except),
    );
  }
  if (!('id' in child) || typeof child.id !== 'string') return [];
  page.used.add(child.id);
  return page.runs.get(child.id) ?? [];
}

function text(runs: Run[], { page }: Page): Draft[] {
  const lines = linesOf(runs);
  if (lines.length === 0) return [];
  return [{ kind: 'text', lines, size: Math.max(...runs.map((run) => run.size)), page }];
}

function line(runs: Run[], { style }: Page): string {
  return joinLines(linesOf(runs), style).replace(/\s+/gu, ' ');
}

/** Text lines of one element. Where it goes on at the top of the next column, its runs jump upwards. */
function linesOf(runs: Run[]): string[] {
  const stretches: Run[][] = [];
  for (const run of runs) {
    const open = stretches.at(-1);
    const last = open?.at(-1);
    if (open === undefined || last === undefined || run.y < last.y - last.size * 1.5) stretches.push([run]);
    else open.push(run);
  }
  return stretches.flatMap((stretch) => rowsOf(stretch).map((row) => mergeRow(row)?.text ?? ''));
}
