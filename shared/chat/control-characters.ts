const ESC = String.fromCharCode(0x1b);
const CSI = `(?:${ESC}\\[|${String.fromCharCode(0x9b)})[0-?]*[ -/]*`;
/** What ends a string command such as OSC: the bell, or the string terminator in one byte or two. */
const ENDS = [String.fromCharCode(0x07), String.fromCharCode(0x9c)].join('');
const STRING = `${ESC}[\\]PX^_][^${ENDS}${ESC}]*`;
/** A complete escape sequence of a terminal: CSI, a string command, or a short one (ECMA-48). */
const SEQUENCE = new RegExp(`${CSI}[@-~]|${STRING}(?:[${ENDS}]|${ESC}\\\\)|${ESC}[ -/]*[0-OQ-WYZ\`-~]`, 'g');
/** The beginning of one, or of a pair of surrogates, at the end of a text. */
const UNFINISHED = new RegExp(`(?:${CSI}|${STRING}${ESC}?|${ESC}[ -/]*|[\\uD800-\\uDBFF])$`);
/** Control characters but tab and line feed, marks that turn the direction of text, and tags that nobody sees. */
const UNWANTED = /[^\P{Cc}\t\n]|[\u202A-\u202E\u2066-\u2069\u{E0000}-\u{E007F}]/gu;
const LONGEST_SEQUENCE = 1_000;

/** Removes characters from a text that streams in which a terminal would obey, or which hide or turn text. */
export class ControlCharacterFilter {
  #held = '';

  /** The text so far that can be sent. */
  push(text: string): string {
    const all = (this.#held + text).replace(SEQUENCE, '');
    const found = UNFINISHED.exec(all)?.[0] ?? '';
    // What never ends is no sequence: it goes on as text, without its escape character.
    const unfinished = found.length > LONGEST_SEQUENCE ? '' : found;
    this.#held = unfinished;
    return all.slice(0, all.length - unfinished.length).replace(UNWANTED, '');
  }

  /** The rest, when no more text comes. */
  flush(): string {
    const rest = this.#held.replace(UNWANTED, '');
    this.#held = '';
    return rest;
  }
}

/** Cleans the deltas of a stream of events; all others pass in order. */
export async function* withoutControls<E extends { type: string }>(
  events: AsyncIterable<E>,
): AsyncGenerator<E | { type: 'delta'; text: string }, void> {
  const filter = new ControlCharacterFilter();
  for await (const event of events) {
    const isText = event.type === 'delta' && 'text' in event;
    const text = isText ? filter.push(String(event.text)) : filter.flush();
    if (text) yield { type: 'delta', text };
    if (!isText) yield event;
  }
}
