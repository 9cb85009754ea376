/** Offsets into a text in UTF-16 units, end exclusive. */
export type Span = { start: number; end: number };

const segmenter = new Intl.Segmenter('ko', { granularity: 'sentence' });

/** Abbreviations after which a sentence never ends. */
const OPEN_ABBREVIATION =
  /(?:^|[\s("'“‘[])(?:Mr|Mrs|Ms|Mx|Dr|Prof|Rev|Gen|Sen|Rep|Capt|Lt|Sgt|St|Mt|vs|viz|cf|ca|approx|e\.g|i\.e|eg|ie|al|Fig|Figs|Eq|Sec|Ch|Art|Vol|Ed|pp?|para|[Dd]ept|[Tt]el|[Ee]xt|[Aa]ttn|[A-Z](?:\.[A-Z])*)\.$/u;
/** Abbreviations after which a sentence ends, except before a number or a bracket. */
const NUMBER_ABBREVIATION = /(?:^|[\s("'“‘[])(?:No|Nos|Nr|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\.$/u;
/** `1.`, `(2)`, `가.`, `a.` or `①` at the start of a line: the number of the text after it. */
const NUMBERING = /^[([]?(?:\d{1,3}|[a-zA-Z]|[가나다라마바사아자차카타파하]|[①-⑳]|[ivx]{1,4})[.)\]]+$/u;
/** A sentence in brackets or quotes ends with them: `(대표가 승인했습니다)`, `"그렇습니다"`. */
const BRACKETED_END =
  /(?:니다|습니까|나요|까요|세요|에요|예요|네요|지요|한다|이다|된다)[.?!]?[)\]」』”’"'] +(?!이?라고|이?라는|라며|하고|는|은|을|를|의|에)(?=\S)/gu;
const BRACKET_START = /^[([「『“‘"']/u;

/**
 * The sentences of a text, in order, without the white space between them. A line break ends a sentence. Follows
 * Unicode's rules (UAX #29, `Intl.Segmenter`) and corrects them for English abbreviations and initials, dates such
 * as `2026. 3. 1.`, list numbers, and Korean quotations (`"…다."라고`).
 */
export function splitSentences(text: string): Span[] {
  const raw: Span[] = [];
  for (const { segment, index } of segmenter.segment(text)) {
    const span = trimSpan(text, { start: index, end: index + segment.length });
    if (span) raw.push(...cutUnspacedEnds(text, span));
  }
  const joined: Span[] = [];
  for (const span of raw) {
    const last = joined.at(-1);
    if (last && belongTogether(text, last, span)) last.end = span.end;
    else joined.push({ ...span });
  }
  return joined.flatMap((span) => cutBracketedEnds(text, span));
}

/** A span without the white space at its ends; null when nothing else is in it. */
export function trimSpan(text: string, { start, end }: Span): Span | null {
  const part = text.slice(start, end);
  const from = start + (part.length - part.trimStart().length);
  const to = end - (part.length - part.trimEnd().length);
  return from < to ? { start: from, end: to } : null;
}

function belongTogether(text: string, left: Span, right: Span): boolean {
  const between = text.slice(left.end, right.start);
  if (between.includes('\n')) return false;
  const after = text.slice(right.start, Math.min(right.end, right.start + 40));
  if (NUMBERING.test(text.slice(left.start, left.end))) return true;
  // Only the end is searched: the text before grows with each part that belongs to it.
  const tail = text.slice(Math.max(left.start, left.end - 24), left.end);
  if (between === '') return !/[。！？｡]["'”’」』）)]*$/u.test(tail) && !isUnspacedKorean(tail, after);
  if (OPEN_ABBREVIATION.test(tail)) return true;
  if (NUMBER_ABBREVIATION.test(tail)) return /^[\d(]/u.test(after);
  // `2026. 3. 1. 시행` and `3. 1.` are dates. A sentence that starts with a number ("… 2025. 3 robots") is rarer.
  if (/\d\.$/u.test(tail)) return /^\d/u.test(after) || isDate(tail);
  return (
    /[)\]"'”’」』]$/u.test(tail) && /^(이?라고|이?라는|라며|하고|는|은|을|를|의|에)(?=[\s,.])/u.test(after)
  );
}

function isDate(tail: string): boolean {
  return /\d{4}\. ?\d{1,2}\. ?\d{1,2}\.$/u.test(tail);
}

/** Korean is often typed without a space after the full stop: `…했다.그러나 …`. */
function isUnspacedKorean(before: string, after: string): boolean {
  return /[가-힣][.?!]$/u.test(before) && /^[가-힣]/u.test(after);
}

function cutUnspacedEnds(text: string, span: Span): Span[] {
  return cutAt(text, span, /(?<=[가-힣]{2}[다요까죠음함됨][.?!])(?=[가-힣])/gu);
}

function cutBracketedEnds(text: string, span: Span): Span[] {
  return BRACKET_START.test(text.slice(span.start, span.start + 1))
    ? cutAt(text, span, BRACKETED_END)
    : [span];
}

/** Cuts a span after every match. */
function cutAt(text: string, span: Span, pattern: RegExp): Span[] {
  const spans: Span[] = [];
  let start = span.start;
  for (const match of text.slice(span.start, span.end).matchAll(pattern)) {
    const cut = trimSpan(text, { start, end: span.start + match.index + match[0].length });
    if (cut) spans.push(cut);
    start = span.start + match.index + match[0].length;
  }
  const rest = trimSpan(text, { start, end: span.end });
  return rest ? [...spans, rest] : spans;
}
