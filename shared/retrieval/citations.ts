import type { Passage } from '#shared/llm/request.ts';
import { splitSentences } from '#shared/text/sentences.ts';
import { mayBecomeMarker, parseMarker, trackCode } from './markers.ts';
import { supportingQuote } from './support.ts';

/**
 * One citation of a passage in an answer. `quote` is an exact substring of the passage. `start` and `end` are UTF-16
 * code units (JavaScript string indexes) into the answer as it was sent. They run from the start of the supported
 * sentence to the end of its marker, so that `answer.slice(start, end)` ends in `[index]`.
 */
export type Citation = {
  index: number;
  chunk_id: string;
  document_id: string;
  filename: string;
  page: number | null;
  quote: string;
  start: number;
  end: number;
};

export type CiteEvent = { type: 'delta'; text: string } | ({ type: 'citation' } & Citation);

/** The number of characters before a marker in which its claim is looked for. */
const CLAIM_WINDOW = 1_500;
const LEADING_MARKUP = /^(?:\s|\[\d{1,3}\]|[-*+•>#]+\s|\(?\d{1,2}[.)]\s)+/;
const MARKERS = /\[\d{1,3}\]/g;

/**
 * Turns the markers that a model writes into citations with quotes while the answer streams. Each spelling of a
 * marker becomes `[n]`. Markers with unknown numbers are removed; brackets inside backticks stay as they are. Text is
 * held back only while it may still become a marker (`[1` and the spaces before it). Other events pass in order.
 */
export async function* citeStream<E extends { type: string }>(
  events: AsyncIterable<E | { type: 'delta'; text: string }>,
  passages: Passage[],
): AsyncGenerator<Exclude<E, { type: 'delta' }> | CiteEvent, void> {
  const scanner = new CitationScanner(passages);
  try {
    for await (const event of events) {
      if (isDelta(event)) yield* scanner.push(event.text);
      else {
        yield* scanner.flush();
        yield event as Exclude<E, { type: 'delta' }>;
      }
    }
  } catch (error) {
    yield* scanner.flush();
    throw error;
  }
  yield* scanner.flush();
}

function isDelta(event: { type: string }): event is { type: 'delta'; text: string } {
  return event.type === 'delta';
}

/** The same without a stream: `push` takes text as it arrives, `flush` returns the text held back. */
export class CitationScanner {
  readonly #passages: Map<number, Passage>;
  readonly #code = trackCode();
  #answer = '';
  #sent = 0;
  /** Text that may still become a marker. */
  #pending = '';
  /** Whether to drop the next spaces: a marker was removed at the start of a line. */
  #dropSpaces = false;

  constructor(passages: Passage[]) {
    this.#passages = new Map(passages.map((passage) => [passage.index, passage]));
  }

  push(text: string): CiteEvent[] {
    const events: CiteEvent[] = [];
    for (const char of text) events.push(...this.#take(char));
    return [...events, ...this.#unsent()];
  }

  flush(): CiteEvent[] {
    this.#write(this.#pending);
    this.#pending = '';
    return this.#unsent();
  }

  #take(char: string): CiteEvent[] {
    const candidate = this.#pending + char;
    const numbers = /[\]】]/.test(char) ? parseMarker(candidate) : null;
    if (numbers) {
      this.#pending = '';
      return this.#writeMarker(candidate, numbers);
    }
    if (mayBecomeMarker(candidate) && !this.#code.inCode()) this.#pending = candidate;
    else if (this.#pending) {
      this.#write(this.#pending);
      this.#pending = '';
      return this.#take(char);
    } else this.#write(char);
    return [];
  }

  /** Writes a complete marker with its citations, or removes it. */
  #writeMarker(marker: string, numbers: number[]): CiteEvent[] {
    const known = numbers.flatMap((number) => this.#passages.get(number) ?? []);
    if (known.length === 0) {
      if (isIndex(this.#answer, marker, numbers)) this.#write(marker);
      else this.#dropSpaces ||= /(?:^|\n)[ \t]*$/.test(this.#answer);
      return [];
    }
    const claimAt = claimStart(this.#answer);
    const claim = this.#answer.slice(claimAt).replace(MARKERS, ' ');
    this.#write(/^[ \t]*/.exec(marker)?.[0] ?? '');
    const start = claim.trim() ? claimAt : this.#answer.length;
    return known.flatMap((passage) => {
      this.#write(`[${passage.index}]`);
      const citation: Citation = { ...quotePassage(passage, claim), start, end: this.#answer.length };
      return [...this.#unsent(), { type: 'citation', ...citation }];
    });
  }

  #write(text: string): void {
    const kept = this.#dropSpaces ? text.replace(/^[ \t]+/, '') : text;
    if (kept) this.#dropSpaces = false;
    for (const char of kept) this.#code.write(char);
    this.#answer += kept;
  }

  #unsent(): CiteEvent[] {
    const text = this.#answer.slice(this.#sent);
    this.#sent = this.#answer.length;
    return text ? [{ type: 'delta', text }] : [];
  }
}

/** Whether it is an index such as `array[0]` outside of backticks: no passage has the number 0. */
function isIndex(answer: string, marker: string, numbers: number[]): boolean {
  return numbers.every((number) => number === 0) && marker.startsWith('[') && /[A-Za-z_$)]$/.test(answer);
}

function quotePassage(passage: Passage, claim: string): Omit<Citation, 'start' | 'end'> {
  const { index, chunk_id, document_id, filename, page, text } = passage;
  return { index, chunk_id, document_id, filename, page, quote: supportingQuote(text, claim) };
}

/**
 * The start of the sentence that a marker at the end of `answer` supports: the sentence that contains the marker, or
 * the one before it when the marker follows an end mark (`…입니다. [1]`) or other markers.
 */
function claimStart(answer: string): number {
  const base = Math.max(0, answer.length - CLAIM_WINDOW);
  const text = answer.slice(base).replace(/(?:\s|\[\d{1,3}\])+$/, '');
  if (!text) return answer.length;
  const line = text.lastIndexOf('\n') + 1;
  // Replace markers by spaces: a sentence ends before `[1]` as it does before the next word.
  const words = text.slice(line).replace(MARKERS, (marker) => ' '.repeat(marker.length));
  const last = splitSentences(words).at(-1);
  const start = line + (last?.start ?? 0);
  return base + start + (LEADING_MARKUP.exec(text.slice(start))?.[0].length ?? 0);
}
