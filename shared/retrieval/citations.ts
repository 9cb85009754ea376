import type { Box } from '#shared/core/box.ts';
import type { AnswerPart, Cite, Passage } from '#shared/llm/request.ts';
import type { Span } from '#shared/text/sentences.ts';
import { type CitablePassage, citePassage, type PassageLink } from './cite-passage.ts';
import { claimBefore } from './claim-place.ts';
import { LinkTarget } from './link-target.ts';
import { MarkdownState } from './markdown-state.ts';
import { judgeMarker } from './marker-rules.ts';
import { headOf, type Marker, readMarker } from './markers.ts';
import { type NamedMarker, NameMarkerReader } from './name-marker.ts';
import { PassageFacts } from './passage-facts.ts';
import { SourceListReader } from './source-list.ts';
import { verifyClaim } from './verify-claim.ts';

/**
 * One citation of a passage in an answer. `quote` is an exact substring of the passage. `start` and `end` are UTF-16
 * code units (JavaScript string indexes) into the answer as it was sent. They run from the start of the supported
 * sentence to the end of its marker, so that `answer.slice(start, end)` ends in `[index]`.
 */
export type Citation = {
  index: number;
  chunk_id: string;
  document_id: string;
  title: string;
  filename: string;
  page: number | null;
  quote: string;
  start: number;
  end: number;
  /** Opens the passage; absolute. */
  url: string;
  /** Where the quote lies on its pages; empty where the format has none. */
  boxes: Box[];
  /** Whether the passage holds every figure, quotation and name of the claim, and says the same. */
  verified: boolean;
  /** What of the claim the passage does not hold, as the claim writes it. */
  missing: string[];
};

export type CiteEvent = { type: 'delta'; text: string } | ({ type: 'citation' } & Citation);

/** With what a marker, a source list or the spaces before them may begin. */
const OPENING = /[[\\({【〔⟦<［（⁽⁰¹²³⁴⁵⁶⁷⁸⁹①-⑳ \t\n]/u;
const CODE_INDENT = /^(?:\s*\n)?(?: {4}|\t)/;
/** The rules look no further back. */
const LOOK_BACK = 200;

/** `[1][2]` at the end of a text. */
const LAST_MARKERS = /(?:\[\d{1,3}\])*$/;

/**
 * Turns the markers that a model writes into citations with quotes while the answer streams. Each spelling of a
 * marker becomes `[n]`. Markers with unknown numbers are removed, as are those of claims that share nothing with the
 * passage, and lists of sources. Brackets of code, formulas and quotations stay as they are. Text is held back only
 * while it may still become a marker (`[1` and the spaces before it). Other events pass in order.
 */
export async function* citeStream<E extends { type: string }>(
  events: AsyncIterable<E | AnswerPart>,
  passages: Passage[],
  linkTo: PassageLink,
): AsyncGenerator<Exclude<E, AnswerPart> | CiteEvent, void> {
  const scanner = new CitationScanner(passages, linkTo);
  try {
    for await (const event of events) {
      if (isAnswer(event)) yield* event.type === 'delta' ? scanner.push(event.text) : scanner.cite(event);
      else {
        yield* scanner.flush();
        yield event as Exclude<E, AnswerPart>;
      }
    }
  } catch (error) {
    yield* scanner.flush();
    throw error;
  }
  yield* scanner.flush();
}

function isAnswer(event: { type: string }): event is AnswerPart {
  return event.type === 'delta' || event.type === 'cite';
}

/** The same without a stream: `push` takes text as it arrives, `flush` returns the text held back. */
export class CitationScanner {
  readonly #passages: Map<number, CitablePassage>;
  readonly #linkTo: PassageLink;
  readonly #sources: SourceListReader;
  readonly #names: NameMarkerReader;
  readonly #state = new MarkdownState();
  readonly #link: LinkTarget;
  #answer = '';
  #events: CiteEvent[] = [];
  #sent = 0;
  #pending = '';
  /** Whether to drop the next spaces: a marker was removed at the start of a line. */
  #dropSpaces = false;
  #isLineStart = true;
  #markerEnd = -1;
  #isInSources = false;
  /** Whether the source list has the only citations of the answer. */
  #citesSources = false;
  #hasCitation = false;

  constructor(passages: Passage[], linkTo: PassageLink) {
    this.#passages = new Map(
      passages.map((passage) => [passage.index, { ...passage, facts: new PassageFacts(passage.text) }]),
    );
    this.#linkTo = linkTo;
    this.#sources = new SourceListReader(passages);
    this.#names = new NameMarkerReader(passages);
    this.#link = new LinkTarget(passages);
  }

  push(text: string): CiteEvent[] {
    for (const char of text) {
      this.#pending += char;
      this.#drain(false);
    }
    return this.#takeEvents();
  }

  /** Cites a passage for the text so far. */
  cite({ index, start, end }: Cite): CiteEvent[] {
    this.#drain(true);
    const spaces = this.#markerEnd === this.#answer.length ? '' : ' ';
    if (!this.#state.isVerbatim(' ')) this.#writeMarkers([index], spaces, { start, end });
    return this.#takeEvents();
  }

  flush(): CiteEvent[] {
    this.#drain(true);
    return this.#takeEvents();
  }

  #drain(isEnd: boolean): void {
    while (this.#pending) {
      const taken = this.#readPending(isEnd);
      if (taken === 0) return;
      this.#pending = this.#pending.slice(taken);
    }
  }

  /** Handles the beginning of the pending text. @returns the length that was handled, 0 to wait for more */
  #readPending(isEnd: boolean): number {
    const text = this.#pending;
    const { head, spaces } = headOf(text);
    if (this.#isVerbatim(text, spaces)) return this.#writePart(head);
    const removed = this.#readLink(text, isEnd) ?? this.#readSources(text, isEnd);
    if (removed !== null) return removed;
    if (!OPENING.test(head)) return this.#writePart(head);
    const named = this.#names.read(text);
    const marker = readMarker(text);
    if ((marker === 'partial' || named === 'partial') && !isEnd) return 0;
    if (marker && marker !== 'partial') return this.#readMarker(marker, isEnd);
    return named && named !== 'partial' ? this.#readNamed(named) : this.#writePart(head);
  }

  /** Of a document's passages, the one that proves the claim is cited. */
  #readNamed({ numbers, length, spaces }: NamedMarker): number {
    const text = this.#pending.slice(0, length);
    if (this.#state.quotation) return this.#writePart(text);
    const { claim } = claimBefore(this.#answer);
    const passages = numbers.flatMap((number) => this.#passages.get(number) ?? []);
    const proving = passages.find(({ facts }) => verifyClaim(facts, claim).verified)?.index;
    this.#writeMarkers([proving ?? numbers[0] ?? 0], text.slice(0, spaces));
    return length;
  }

  /** In code, in a formula, or at the start of a line that is indented as code is. */
  #isVerbatim(text: string, spaces: string): boolean {
    if (this.#isLineStart && /^(?: {4}|\t)/.test(spaces)) return true;
    return this.#state.isVerbatim(text.charAt(spaces.length) || text.charAt(0));
  }

  #readLink(text: string, isEnd: boolean): number | null {
    return this.#markerEnd === this.#answer.length ? this.#link.read(text, isEnd) : null;
  }

  #readMarker(marker: Marker, isEnd: boolean): number {
    const text = this.#pending.slice(0, marker.length);
    const verdict = judgeMarker(marker, {
      before: this.#answer.slice(-LOOK_BACK) + text.slice(0, marker.spaces),
      written: text.slice(marker.spaces),
      after: this.#pending.slice(marker.length),
      isEnd,
      followsMarker: this.#markerEnd === this.#answer.length,
      state: this.#state,
      passages: this.#passages,
    });
    if (verdict === 'more') return 0;
    if (verdict === 'text') return this.#writePart(text);
    this.#writeMarkers(marker.numbers, text.slice(0, marker.spaces));
    return marker.length;
  }

  /** Null where no list of sources begins or goes on. */
  #readSources(text: string, isEnd: boolean): number | null {
    const isLineStart = this.#isLineStart || text.startsWith('\n');
    if (this.#passages.size === 0 || (!isLineStart && !this.#isInSources)) return null;
    if (!this.#isInSources && CODE_INDENT.test(text)) return null;
    const reading = this.#sources.read(text, { isInList: this.#isInSources, isEnd });
    if (reading === 'partial') return isEnd ? null : 0;
    if (!reading) {
      this.#isInSources = false;
      return null;
    }
    if (!this.#isInSources) this.#citesSources = !this.#hasCitation;
    this.#isInSources = true;
    if (this.#citesSources)
      this.#writeMarkers(reading.numbers, this.#markerEnd === this.#answer.length ? '' : ' ');
    return reading.length;
  }

  /** Writes a complete marker with its citations, or removes it. What stands there already is not written again. */
  #writeMarkers(numbers: number[], spaces: string, quote?: Span): void {
    const { start, claim } = claimBefore(this.#answer);
    const there = LAST_MARKERS.exec(this.#answer)?.[0] ?? '';
    const cited = numbers
      .filter((number) => !there.includes(`[${number}]`))
      .flatMap((number) => this.#passages.get(number) ?? [])
      .flatMap((passage) => citePassage(passage, { text: claim, quote }, this.#linkTo) ?? []);
    if (cited.length === 0) {
      this.#dropSpaces ||= /(?:^|\n)[ \t]*$/.test(this.#answer.slice(-LOOK_BACK));
      this.#markerEnd = this.#answer.length;
      return;
    }
    this.#write(spaces);
    const from = start ?? this.#answer.length;
    for (const citation of cited) {
      this.#write(`[${citation.index}]`);
      this.#sendText();
      this.#events.push({ type: 'citation', ...citation, start: from, end: this.#answer.length });
    }
    this.#markerEnd = this.#answer.length;
    this.#hasCitation = true;
  }

  #writePart(text: string): number {
    this.#write(text);
    return text.length;
  }

  #write(text: string): void {
    const kept = this.#dropSpaces ? text.replace(/^[ \t]+/, '') : text;
    if (kept) {
      this.#dropSpaces = false;
      this.#isLineStart = kept.endsWith('\n');
    }
    for (const char of kept) this.#state.write(char);
    this.#answer += kept;
  }

  #sendText(): void {
    const text = this.#answer.slice(this.#sent);
    this.#sent = this.#answer.length;
    if (text) this.#events.push({ type: 'delta', text });
  }

  #takeEvents(): CiteEvent[] {
    this.#sendText();
    const events = this.#events;
    this.#events = [];
    return events;
  }
}
