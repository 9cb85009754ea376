import type { Passage } from '#shared/llm/request.ts';
import type { MarkdownState } from './markdown-state.ts';
import type { Marker } from './markers.ts';

/** What a marker-like text is: a marker, text of the answer, or not yet told apart. */
export type Verdict = 'marker' | 'text' | 'more';

export type Surroundings = {
  /** The answer before it, at least its last 200 characters. */
  before: string;
  /** The marker as it is written, without the spaces before it. */
  written: string;
  /** What has arrived after it; `isEnd` when nothing more comes. */
  after: string;
  isEnd: boolean;
  /** Whether a marker of this answer stands directly before it. */
  followsMarker: boolean;
  state: MarkdownState;
  passages: ReadonlyMap<number, Passage>;
};

const GLUED_WORD = /[\p{sc=Latin}_$][\p{sc=Latin}\d_$.]*$/u;
/** `[3] 항`, `[2]호`: the number of an article. */
const ARTICLE_AFTER = /^ ?(?:항|조|호|목|절|장|번)(?![가-힣]{2})/u;
const REFERENCE_BEFORE =
  /(?:table|figure|fig\.?|equation|eq\.?|section|option|step|item|clause|paragraph|appendix|표|그림|식|부록|보기|옵션|단계|항목|제?\d+[조항호])\s?$/iu;
const SENTENCE_MARK = /^[.,;:!?。！？)”"]/u;
const CALL_BEFORE = /[\p{sc=Latin}\d_$]\([^()]*\)$/u;
const UNIT_BEFORE = /(?:^|[^\p{L}])\p{sc=Latin}{1,3}$|(?:미터|제곱|센티|킬로|밀리)$|\d$/u;

/** Decides what a marker-like text is, by what surrounds it. */
export function judgeMarker(marker: Marker, at: Surroundings): Verdict {
  const isKnown = marker.numbers.some((number) => at.passages.has(number));
  if (at.state.quotation) return judgeQuoted(at, isKnown);
  if (marker.spelling === 'labelled') return 'marker';
  if (marker.spelling === 'raised') return judgeRaised(marker, at, isKnown);
  if (marker.spelling === 'bare') return judgeBare(at, isKnown);
  if (marker.spelling === 'coded') return judgeCoded(at);
  if (/^\\?\[\s?0\s?[–~-]/u.test(at.written)) return 'text';
  return (
    judgeLineStart(at) ?? (marker.spaces === 0 ? judgeGlued(at, isKnown) : null) ?? judgePlain(at, isKnown)
  );
}

/** `[1]:` at the start of a line defines a footnote or a link. */
function judgeLineStart({ before, after, isEnd }: Surroundings): Verdict | null {
  if (!/(?:^|\n)[ \t]*$/.test(before)) return null;
  if (after === '') return isEnd ? null : 'more';
  return after.startsWith(':') ? 'text' : null;
}

/** A number that no passage has is removed, unless it is the number of an article or a table. */
function judgePlain({ before, after, isEnd }: Surroundings, isKnown: boolean): Verdict {
  if (isKnown) return 'marker';
  if (REFERENCE_BEFORE.test(before)) return 'text';
  if (after.length < 4 && !isEnd && /^ ?[가-힣]{0,3}$/u.test(after)) return 'more';
  return ARTICLE_AFTER.test(after) ? 'text' : 'marker';
}

/** A quotation has the brackets of its document. Only directly before its closing mark may a marker stand. */
function judgeQuoted(at: Surroundings, isKnown: boolean): Verdict {
  const { state, before, after, isEnd, written, passages } = at;
  if (!isKnown || holdsWritten(passages, written) || holdsIndex(passages, before, written)) return 'text';
  if (after === '' && !isEnd) return 'more';
  return after.startsWith(state.quotation?.close ?? '\0') || /^[.。]?[”"」』]/u.test(after)
    ? 'marker'
    : 'text';
}

function holdsWritten(passages: ReadonlyMap<number, Passage>, written: string): boolean {
  return [...passages.values()].some(({ text }) => {
    const at = text.indexOf(written);
    return at >= 0 && !/[\p{sc=Latin}\d_$)\]]$/u.test(text.slice(0, at));
  });
}

/** Whether a passage has a bracket at the end of the same name: `argv[2]`. */
function holdsIndex(passages: ReadonlyMap<number, Passage>, before: string, written: string): boolean {
  const name = GLUED_WORD.exec(before)?.[0];
  return name !== undefined && [...passages.values()].some(({ text }) => text.includes(name + written));
}

/** `m²` is a unit and `10⁶` a power. After a sentence a superscript is a marker. */
function judgeRaised(
  marker: Marker,
  { before, written, followsMarker }: Surroundings,
  isKnown: boolean,
): Verdict {
  if (isKnown && followsMarker) return 'marker';
  if (isKnown && written.startsWith('⁽')) return 'marker';
  if (marker.spaces > 0 || UNIT_BEFORE.test(before)) return 'text';
  if (isKnown) return 'marker';
  return /(?:[.!?。”"')]|[다요])$/u.test(before) ? 'marker' : 'text';
}

/** `[P1]` may also be a code, a key or the name of a cell: it is a marker at the end of a sentence. */
function judgeCoded({ before, written, after, isEnd, passages }: Surroundings): Verdict {
  if (/(?:^|\n)[ \t]*$|[\d\p{sc=Latin}_]$/u.test(before)) return 'text';
  const codes = written.match(/[a-z]\d+/giu) ?? [];
  if (codes.some((code) => holdsWritten(passages, code))) return 'text';
  if (after === '') return isEnd ? 'marker' : 'more';
  return /^(?:[.,!?。]|\s*\n|\s?\[[psd]?\d)/iu.test(after) ? 'marker' : 'text';
}

/** `(1)` is a marker only at the end of a sentence; lists and documents have it elsewhere. */
function judgeBare({ before, after, isEnd, written, passages }: Surroundings, isKnown: boolean): Verdict {
  const number = written.replace(/[(){}<>]/g, '');
  // Coordinates look like a list of markers: only after a whole sentence is it one.
  if (number.includes(',') && !/(?:[다요음함됨임까.!?。”"']|\p{sc=Latin}{3})\s*$/u.test(before))
    return 'text';
  if (!isKnown || /(?:^|\n)\s*$|[\d\p{sc=Latin}_]$/u.test(before) || REFERENCE_BEFORE.test(before))
    return 'text';
  if (holdsWritten(passages, written) || holdsWritten(passages, `[${number}]`)) return 'text';
  if (after === '') return isEnd ? 'marker' : 'more';
  return /^(?:[.!?。]|\s*\n|\(\d)/u.test(after) ? 'marker' : 'text';
}

/** Brackets that touch a Latin word, a call or other brackets are an index (`argv[1]`, `f(x)[0]`, `m[0][1]`). */
function judgeGlued(at: Surroundings, isKnown: boolean): Verdict | null {
  const { before, followsMarker, passages } = at;
  const word = /(?:^|\s)_{1,2}$/u.test(before) ? undefined : GLUED_WORD.exec(before)?.[0];
  if (word) return isKnown && isPlainWord(word, passages) ? judgeSentenceEnd(at) : 'text';
  if (before.endsWith(']') && !followsMarker) return 'text';
  return CALL_BEFORE.test(before) ? 'text' : null;
}

/** A marker may touch the last word of a sentence (`takes 14 days[1].`), an index stands inside (`args[1].name`). */
function judgeSentenceEnd({ after, isEnd }: Surroundings): Verdict {
  if (!isEnd && (after === '' || after === '.')) return 'more';
  return after === '' || (SENTENCE_MARK.test(after) && !/^\.\p{L}/u.test(after)) ? 'marker' : 'text';
}

/** A word that a passage has, and no passage with a bracket behind it. Names of variables have other letters too. */
function isPlainWord(word: string, passages: ReadonlyMap<number, Passage>): boolean {
  if (!/^\p{L}{3,}$/u.test(word)) return false;
  const texts = [...passages.values()].map(({ text }) => text.toLowerCase());
  const wanted = word.toLowerCase();
  const plain = new RegExp(String.raw`(?<!\p{L})${wanted}(?![\p{L}[])`, 'u');
  return texts.some((text) => plain.test(text)) && !texts.some((text) => text.includes(`${wanted}[`));
}
