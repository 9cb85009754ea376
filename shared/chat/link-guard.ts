import type { Passage } from '#shared/llm/request.ts';
import type { CiteEvent } from '#shared/retrieval/citations.ts';
import { addressesIn, OPENER, type Scrub, scrub } from './scrub-links.ts';

type CitationEvent = Extract<CiteEvent, { type: 'citation' }>;
/** A part of the answer that was replaced: where it was, and where its replacement is now. */
type Edit = { from: number; to: number; newFrom: number; newTo: number };

/** What the end of a text may still become: an opener, or a fence at the start of a line. */
const PARTIAL =
  /(?:!|\]|<|&[#a-z0-9]{0,8}|h|ht|htt|https?|https?:|https?:\/|f|ft|ftp|ftp:|ftp:\/|w|ww|www)$/i;
const FENCE = /^(`{3,}|~{3,})/;
const PARAGRAPH_END = /\n[ \t]*\n|\n(?=`{3}|~{3})/g;
/** A paragraph without end is not held back for ever. */
const LONGEST_HELD = 4_000;
const LONGEST_PARTIAL = 10;

/**
 * Takes links, images and HTML out of an answer that streams in, unless a cited passage names the address. A document
 * that a model obeys could else send what the answer holds to a stranger: an image is fetched as soon as it is shown.
 * From the first such thing on, the rest of its paragraph is held back, because the citation follows the link. Blocks
 * of code at the left margin stay as they are. Citations are told their new places in the text.
 */
export class LinkGuard {
  readonly #passages: Map<number, Passage>;
  readonly #words: string;
  readonly #allowed = new Set<string>();
  /** Text that was not sent; it begins at `#sent` of the answer as it came. */
  #held = '';
  #sent = 0;
  #length = 0;
  #fence: string | null = null;
  #isLineStart = true;
  #edits: Edit[] = [];
  #waiting: CitationEvent[] = [];
  #events: CiteEvent[] = [];

  /** `words` stand where an address was removed. */
  constructor(passages: Passage[], words: string) {
    this.#passages = new Map(passages.map((passage) => [passage.index, passage]));
    this.#words = words;
  }

  push(event: CiteEvent): CiteEvent[] {
    if (event.type === 'citation') this.#cite(event);
    else {
      this.#held += event.text;
      this.#drain(false);
    }
    return this.#take();
  }

  flush(): CiteEvent[] {
    this.#drain(true);
    return this.#take();
  }

  #cite(citation: CitationEvent): void {
    const passage = this.#passages.get(citation.index);
    if (passage) for (const address of addressesIn(passage)) this.#allowed.add(address);
    this.#waiting.push(citation);
    // The bracket that was held back ends a marker, and begins no link.
    if (this.#held === ']' && citation.end === this.#sent + 1) this.#send(1);
  }

  #drain(isEnd: boolean): void {
    while (this.#held) {
      const before = this.#held.length;
      if (this.#fence !== null) this.#readCode(this.#fence, isEnd);
      else if (!this.#openFence(isEnd)) this.#readText(isEnd);
      if (this.#held.length === before) return;
    }
  }

  /** Whether a fence begins here, or may. */
  #openFence(isEnd: boolean): boolean {
    if (!this.#isLineStart || !/^[`~]/.test(this.#held)) return false;
    const end = this.#held.indexOf('\n');
    if (end < 0 && !isEnd) return /^(?:`+|~+)$/.test(this.#held) || FENCE.test(this.#held);
    const line = end < 0 ? this.#held : this.#held.slice(0, end + 1);
    const fence = FENCE.exec(line)?.[0];
    if (!fence || (fence.startsWith('`') && line.slice(fence.length).includes('`'))) return false;
    this.#fence = fence;
    this.#send(line.length);
    return true;
  }

  /** Sends whole lines of code until the fence is closed. */
  #readCode(fence: string, isEnd: boolean): void {
    const end = this.#held.indexOf('\n');
    if (end < 0 && !isEnd) return;
    const line = end < 0 ? this.#held : this.#held.slice(0, end + 1);
    const closing = /^ {0,3}(`+|~+)[ \t]*$/.exec(line.trimEnd())?.[1];
    if (closing?.startsWith(fence.charAt(0)) && closing.length >= fence.length) this.#fence = null;
    this.#send(line.length);
  }

  /** Sends plain text up to the end of the line; from the first opener on, the paragraph as a whole. */
  #readText(isEnd: boolean): void {
    const lineEnd = this.#held.indexOf('\n');
    const line = lineEnd < 0 ? this.#held : this.#held.slice(0, lineEnd + 1);
    const opener = line.search(OPENER);
    if (opener < 0) {
      const partial =
        isEnd || lineEnd >= 0 ? 0 : (PARTIAL.exec(line.slice(-LONGEST_PARTIAL))?.[0].length ?? 0);
      return this.#send(line.length - partial);
    }
    if (opener > 0) this.#send(opener);
    const window = this.#held.slice(0, LONGEST_HELD);
    PARAGRAPH_END.lastIndex = 0;
    const found = PARAGRAPH_END.exec(window);
    if (found) this.#sendScrubbed(PARAGRAPH_END.lastIndex);
    else if (this.#held.length >= LONGEST_HELD) this.#sendScrubbed(cutOf(window));
    else if (isEnd) this.#sendScrubbed(this.#held.length);
  }

  #sendScrubbed(length: number): void {
    const rules: Scrub = { allows: (address) => this.#allowed.has(address), words: this.#words };
    for (const part of scrub(this.#held.slice(0, length), rules)) this.#send(part.length, part.text);
  }

  /** Sends the next `length` characters of the answer, or `text` in their place. */
  #send(length: number, text = this.#held.slice(0, length)): void {
    const original = this.#held.slice(0, length);
    if (length === 0) return;
    if (text !== original) {
      const at = { from: this.#sent, to: this.#sent + length };
      this.#edits.push({ ...at, newFrom: this.#length, newTo: this.#length + text.length });
    }
    this.#held = this.#held.slice(length);
    this.#sent += length;
    this.#length += text.length;
    this.#isLineStart = original.endsWith('\n');
    const last = this.#events.at(-1);
    if (last?.type === 'delta') last.text += text;
    else if (text) this.#events.push({ type: 'delta', text });
  }

  /** The events that can be sent: citations only once their text is. */
  #take(): CiteEvent[] {
    const events = this.#events;
    this.#events = [];
    while (this.#waiting[0] && this.#waiting[0].end <= this.#sent) {
      const { start, end, ...citation } = this.#waiting.shift() as CitationEvent;
      events.push({ ...citation, start: this.#moved(start), end: this.#moved(end) });
    }
    return events;
  }

  /** A place of the answer as it came, in the answer as it is sent. */
  #moved(place: number): number {
    const edit = this.#edits.findLast(({ from }) => from < place);
    if (!edit) return place;
    if (place >= edit.to) return place + edit.newTo - edit.to;
    return Math.min(edit.newFrom + place - edit.from, edit.newTo);
  }
}

/** Where a paragraph that is too long is cut: nothing that an opener may come of is divided. */
function cutOf(text: string): number {
  const tail = text.slice(-100);
  const divided = /\]:[ \t]*\n?[ \t]*$/.exec(tail) ?? PARTIAL.exec(tail);
  return text.length - (divided?.[0].length ?? 0);
}

/** Guards the text of a stream of events; all others pass in order. */
export async function* guardLinks<E extends { type: string }>(
  events: AsyncIterable<E | CiteEvent>,
  guard: LinkGuard,
): AsyncGenerator<E | CiteEvent, void> {
  try {
    for await (const event of events) {
      if (event.type === 'delta' || event.type === 'citation') yield* guard.push(event as CiteEvent);
      else {
        yield* guard.flush();
        yield event;
      }
    }
  } catch (error) {
    yield* guard.flush();
    throw error;
  }
  yield* guard.flush();
}
