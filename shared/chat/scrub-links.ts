import type { Passage } from '#shared/llm/request.ts';

/** Where a link, an image, a definition of one, HTML, or an encoded colon or slash begins. */
export const OPENER =
  /!\[|\]\(|\]:|<(?=[a-z/!?])|(?:https?|ftp):\/\/|www\.|&(?:colon|sol|period|#0*(?:46|47|58)|#x0*(?:2e|2f|3a));/i;
const BARE = /^(?:(?:https?|ftp):\/\/|www\.)[^\s<>]*/i;
const ADDRESS = /(?:https?:\/\/|www\.)[^\s<>"'`|\\^{}]+/gi;
/** What may follow an address in a sentence. */
const AFTER_ADDRESS = /[.,;:!?"'”’)\]}*_~…。、，」』〉》）］]$/u;
const LONGEST_LINK = 3_000;
const MAX_SPELLINGS = 10;

/** Whether an address may stay, and the words in the place of one that may not. */
export type Scrub = { allows(address: string): boolean; words: string };
/** A part of a text: its length there, and what stands in its place. */
type Part = { length: number; text: string };

/** Every address that a passage names: in its text, its heading, or what is known of its document. */
export function addressesIn(passage: Passage): string[] {
  const { text, heading, metadata = {} } = passage as Passage & { metadata?: object };
  const all = [text, heading ?? '', JSON.stringify(metadata)].join('\n');
  return (all.match(ADDRESS) ?? []).flatMap((found) => spellings(found));
}

/** Splits a paragraph that begins at an opener into parts that stay and parts that are replaced. */
export function* scrub(paragraph: string, rules: Scrub): Generator<Part, void> {
  let rest = paragraph;
  while (rest) {
    const at = rest.search(OPENER);
    const plain = at < 0 ? rest.length : at;
    if (plain > 0) yield { length: plain, text: rest.slice(0, plain) };
    rest = rest.slice(plain);
    if (!rest) return;
    const part = readPart(rest, rules);
    yield part;
    rest = rest.slice(part.length);
  }
}

function readPart(text: string, rules: Scrub): Part {
  if (text.startsWith('![')) return readImage(text, rules);
  if (text.startsWith('](')) return readTarget(text, rules);
  if (text.startsWith(']:')) return readDefinition(text, rules);
  if (text.startsWith('<')) return readTag(text, rules);
  // An encoded colon becomes one after the page has been made, and then makes a link.
  if (text.startsWith('&')) return { length: 1, text: '&amp;' };
  return readAddress(text, rules);
}

/** `![words](address)`; of an image that may not stay the words remain. */
function readImage(text: string, rules: Scrub): Part {
  const close = closingBracket(text);
  if (close < 0 || text.charAt(close + 1) !== '(') return { length: 1, text: '' };
  const target = readLinkTarget(text.slice(close + 1));
  if (target && isAllowed(target.address, rules)) {
    const length = close + 1 + target.length;
    return { length, text: text.slice(0, length) };
  }
  // The words are read again, for they may hold links themselves.
  return { length: 2, text: '[' };
}

/** The `]` before the target of a link with the target, which goes unless it may stay. */
function readTarget(text: string, rules: Scrub): Part {
  const target = readLinkTarget(text.slice(1));
  if (!target) return { length: 2, text: '] (' };
  const length = 1 + target.length;
  return { length, text: isAllowed(target.address, rules) ? text.slice(0, length) : ']' };
}

/** `[name]: address` makes a link of each `[name]`: without its colon it is text. */
function readDefinition(text: string, rules: Scrub): Part {
  const [all, address = ''] = /^\]:[ \t]*\n?[ \t]*(<[^<>\n]*>|[^\s]*)/.exec(text) ?? [']:'];
  if (address && isAllowed(address, rules)) return { length: all.length, text: all };
  return /^(?:<|[a-z]+:|\/\/|www\.|\/)/i.test(address)
    ? { length: all.length, text: `] ${rules.words}` }
    : { length: 2, text: ']:' };
}

/** `<https://…>`, or a tag: its first character is then written so that browsers show it. */
function readTag(text: string, rules: Scrub): Part {
  const autolink = /^<([a-z][a-z0-9+.-]*:[^\s<>]*)>/i.exec(text);
  if (!autolink?.[1]) return { length: 1, text: '&lt;' };
  return { length: autolink[0].length, text: isAllowed(autolink[1], rules) ? autolink[0] : rules.words };
}

function readAddress(text: string, rules: Scrub): Part {
  const found = BARE.exec(text)?.[0] ?? text.charAt(0);
  const all = spellings(found);
  const kept = all.find((each) => rules.allows(each));
  if (kept) return { length: kept.length, text: kept };
  return { length: Math.max(1, all.at(-1)?.length ?? 0), text: rules.words };
}

/** `(address "title")`; null where it does not end. */
function readLinkTarget(text: string): { address: string; length: number } | null {
  const angled = /^\(\s*<([^<>\n]*)>/.exec(text);
  const within = text.slice(0, LONGEST_LINK);
  if (!within.includes(')')) return null;
  let depth = 0;
  for (let at = angled?.[0].length ?? 0; at < within.length; at += 1) {
    const char = within.charAt(at);
    if (char === '\\') at += 1;
    else if (char === '(') depth += 1;
    else if (char === ')') {
      if (depth <= (angled ? 0 : 1)) {
        const address = angled?.[1] ?? text.slice(1, at).trim().split(/\s/, 1)[0] ?? '';
        return { address, length: at + 1 };
      }
      depth -= 1;
    }
  }
  return null;
}

/** The bracket that closes the one before the text's third character; -1 without. */
function closingBracket(text: string): number {
  const within = text.slice(0, LONGEST_LINK);
  if (!within.includes(']')) return -1;
  let depth = 0;
  for (let at = 1; at < within.length; at += 1) {
    const char = within.charAt(at);
    if (char === '\\') at += 1;
    else if (char === '[') depth += 1;
    else if (char === ']') depth -= 1;
    if (depth === 0) return at;
  }
  return -1;
}

function isAllowed(address: string, rules: Scrub): boolean {
  const bare = address.replace(/^<|>$/g, '');
  return /^(?:https?:\/\/|www\.)/i.test(bare) && rules.allows(bare);
}

/** An address as it is written, and with ever less of the punctuation after it, which may be the sentence's. */
function spellings(found: string): string[] {
  const all = [found];
  let rest = found;
  while (AFTER_ADDRESS.test(rest) && all.length < MAX_SPELLINGS) {
    rest = rest.slice(0, -1);
    all.push(rest);
  }
  return all;
}
