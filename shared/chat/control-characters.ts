/** A complete escape sequence of a terminal: CSI, a string command such as OSC, or a short one (ECMA-48). */
// biome-ignore lint/suspicious/noControlCharactersInRegex: These are what is removed.
const SEQUENCE =
  /(?:\u001B\[|\u009B)[0-?]*[ -/]*[@-~]|\u001B[\]PX^_][^\u0007\u001B\u009C]*(?:\u0007|\u001B\\|\u009C)|\u001B[ -/]*[0-OQ-WYZ`-~]/g;
/** The beginning of one at the end of a text. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: These are what is removed.
const UNFINISHED =
  /(?:\u001B(?:\[[0-?]*[ -/]*|[\]PX^_][^\u0007\u001B\u009C]*\u001B?|[ -/]*)|\u009B[0-?]*[ -/]*|[\uD800-\uDBFF])$/;
/** Control characters but tab and line feed, marks that turn the direction of text, and tags that nobody sees. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: These are what is removed.
const UNWANTED = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u202A-\u202E\u2066-\u2069\u{E0000}-\u{E007F}]/gu;
const LONGEST_SEQUENCE = 1_000;

/** Removes characters from a text that streams in which a terminal would obey, or which hide or turn text. */
export class ControlCharacterFilter {
  #held = '';

  /** The text so far that can be sent. */
  push(text: string): string {
    const all = (this.#held + text).replace(SEQUENCE, '');
    const unfinished = UNFINISHED.exec(all)?.[0] ?? '';
    this.#held = unfinished.length > LONGEST_SEQUENCE ? '' : unfinished;
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
