import DOMPurify from 'dompurify';
import { Marked, type Token, type Tokens, type TokensList } from 'marked';
import { createElement, Fragment, memo, type ReactNode, use, useMemo } from 'react';
import { CitationButton } from './citation-button.tsx';
import { completeMarkdown } from './complete-markdown.ts';
import { placeMarkers, restoreMarkers, splitMarkers } from './markers.ts';
import { CitedContext } from './proofs.ts';

/** What an answer may contain, and how it looks. Headings become h2 and h3: the page has its own h1. */
const LOOKS: Record<string, string> = {
  p: 'my-2.5 first:mt-0 last:mb-0',
  ul: 'my-2.5 list-disc pl-6',
  ol: 'my-2.5 list-decimal pl-6',
  li: 'my-1 marker:text-quiet',
  h2: 'mt-5 mb-2 font-semibold first:mt-0',
  h3: 'mt-4 mb-1.5 text-base font-semibold first:mt-0',
  a: 'text-accent underline underline-offset-2',
  blockquote: 'my-2.5 border-l-2 border-line-strong pl-3 text-quiet',
  code: 'rounded-sm bg-sunken px-1 py-px font-mono text-[0.875em]',
  pre: 'my-3 overflow-x-auto rounded-md bg-sunken p-3 text-sm leading-6 [&_code]:bg-transparent [&_code]:p-0 [&_code]:text-sm',
  table: 'w-full border-collapse text-base',
  th: 'border-b border-line-strong px-2 py-1.5 text-left font-medium whitespace-nowrap',
  td: 'border-b border-line px-2 py-1.5 align-top',
  hr: 'my-4 border-line',
};
const PLAIN = ['br', 'strong', 'em', 'del', 'b', 'i', 's', 'sub', 'sup', 'kbd', 'thead', 'tbody', 'tr'];
const ALLOWED_TAGS = [...Object.keys(LOOKS), ...PLAIN, 'h1', 'h4', 'h5', 'h6'];
const ALLOWED_ATTR = ['href', 'title', 'start', 'align', 'colspan', 'rowspan'];

/** Tags that models write where Markdown has no sign. Any other, such as `<name>`, is what the answer says. */
const SIMPLE_TAG = /^<\/?(?:br|b|strong|i|em|s|del|sub|sup|kbd)\s*\/?>$/i;

const markdown = new Marked({
  gfm: true,
  breaks: true,
  renderer: {
    html: ({ text }) =>
      SIMPLE_TAG.test(text) ? text : text.replaceAll('&', '&amp;').replaceAll('<', '&lt;'),
  },
});

type MarkdownProps = { text: string; isComplete: boolean };

/**
 * An answer as Markdown. Each block is parsed and rendered by itself, so that what has been read stays where it is while
 * the end of the answer still comes.
 */
export function Markdown({ text, isComplete }: MarkdownProps) {
  const { citations } = use(CitedContext);
  const blocks = useMemo(() => {
    const placed = placeMarkers(text, citations);
    const tokens = markdown.lexer(isComplete ? placed : completeMarkdown(placed));
    return { tokens, top: topHeading(tokens) };
  }, [text, citations, isComplete]);
  return blocks.tokens.map((token, at) => (
    // Blocks are only added at the end.
    // oxlint-disable-next-line react/no-array-index-key -- see above
    <Block key={at} token={token} raw={token.raw} top={blocks.top} />
  ));
}

function topHeading(tokens: TokensList): number {
  const depths = tokens
    .filter((token): token is Tokens.Heading => token.type === 'heading')
    .map(({ depth }) => depth);
  return Math.min(...depths, 6);
}

type BlockProps = { token: Token; raw: string; top: number };

const Block = memo(
  ({ token, top }: BlockProps) => {
    const { citations } = use(CitedContext);
    const html = markdown.parser([token]);
    const clean = DOMPurify.sanitize(html, { ALLOWED_TAGS, ALLOWED_ATTR, RETURN_DOM_FRAGMENT: true });
    const code = (text: string) => restoreMarkers(text, citations);
    return toReact(clean, { top, code, isInCode: false });
  },
  (before, after) => before.raw === after.raw && before.top === after.top,
);
Block.displayName = 'Block';

type Context = { top: number; code(text: string): string; isInCode: boolean };

/** Sanitised elements as React's own, so that a new word changes one text and no more. */
function toReact(node: Node, context: Context): ReactNode {
  const children = [...node.childNodes].map((child, at) => {
    if (child instanceof Text) return <Fragment key={at}>{toText(child.data, context)}</Fragment>;
    return child instanceof Element ? <Fragment key={at}>{toElement(child, context)}</Fragment> : null;
  });
  return children.length > 0 ? children : null;
}

function toText(text: string, { isInCode, code }: Context): ReactNode {
  if (isInCode) return code(text);
  return splitMarkers(text).map((part, at) =>
    // oxlint-disable-next-line react/no-array-index-key -- parts of a text have no names
    typeof part === 'number' ? (
      <CitationButton key={at} ordinal={part} />
    ) : (
      <Fragment key={at}>{part}</Fragment>
    ),
  );
}

function toElement(element: Element, context: Context): ReactNode {
  const name = element.localName;
  const isInCode = context.isInCode || name === 'code' || name === 'pre';
  const children = toReact(element, { ...context, isInCode });
  const heading = /^h([1-6])$/.exec(name);
  const tag = heading ? (Number(heading[1]) <= context.top ? 'h2' : 'h3') : name;
  const rendered = createElement(tag, { className: LOOKS[tag], ...attributes(element) }, children);
  return name === 'table' ? <div className="my-3 overflow-x-auto">{rendered}</div> : rendered;
}

function attributes(element: Element): Record<string, unknown> {
  const get = (name: string) => element.getAttribute(name) ?? undefined;
  if (element instanceof HTMLAnchorElement)
    return { href: get('href'), title: get('title'), target: '_blank', rel: 'noopener noreferrer' };
  if (element instanceof HTMLPreElement) return { tabIndex: 0 };
  if (element instanceof HTMLOListElement) return { start: get('start') };
  if (element instanceof HTMLTableCellElement)
    return { style: { textAlign: get('align') }, colSpan: element.colSpan, rowSpan: element.rowSpan };
  return {};
}
