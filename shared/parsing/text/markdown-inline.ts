import { inlineText } from '../html/html.ts';
import { linkSuffix } from '../link-text.ts';
import { Emphasis } from './emphasis.ts';
import { linkTargetText, readLinkTarget } from './link-target.ts';

/** Text without a character that means something. */
const PLAIN = /[^\\`<[\]!*_~\n]+/uy;
const TICKS = /`+/gu;
const RUN = /\*+|_+|~+/uy;
const ESCAPED = /[!-/:-@[-`{-~]/u;
const TAG =
  /<\/?[a-z][a-z0-9-]*(?:\s+[a-z_:][\w.:-]*(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'=<>`]+))?)*\s*\/?>|<[!?][a-z][^<>]*>/iuy;
const ADDRESS = /<([a-z][a-z0-9+.-]{1,31}:[^\s<>]*|[\w.+-]+@[\w.-]+)>/iuy;
const MAX_LABEL = 999;

/** `length` is that of `](…)`, `][label]`, `][]` or `]`, at which a link ends. */
type Link = { length: number; target: string };

type Bracket = {
  /** Index of its piece; its start in the source, behind the bracket. */
  piece: number;
  start: number;
  below: Emphasis['last'];
  isImage: boolean;
};

/**
 * The text of inline Markdown (CommonMark with GitHub's strikethrough), without the marks of emphasis; links as
 * `text (url)`. A picture gives its description, `<br>` a line break, other tags nothing. Takes time in proportion to the text:
 * patterns that look for the end of each mark took 6 s for 24,000 characters of `**a* `.
 * `findReference` gives the target of a link that is defined under a label, null where none is.
 */
export function markdownText(source: string, findReference: (label: string) => string | null): string {
  return new InlineText(source, findReference).read();
}

class InlineText {
  readonly #source: string;
  readonly #findReference: (label: string) => string | null;
  readonly #pieces: string[] = [];
  readonly #emphasis = new Emphasis(this.#pieces);
  readonly #brackets: Bracket[] = [];
  /** The starts of the runs of backticks, by their length, those still ahead last. */
  readonly #ticks = new Map<number, number[]>();
  #hasCommentEnd = true;
  #at = 0;

  constructor(source: string, findReference: (label: string) => string | null) {
    this.#source = source;
    this.#findReference = findReference;
    for (const { 0: run, index } of source.matchAll(TICKS)) {
      const starts = this.#ticks.get(run.length);
      if (starts) starts.push(index);
      else this.#ticks.set(run.length, [index]);
    }
    for (const starts of this.#ticks.values()) starts.reverse();
  }

  read(): string {
    while (this.#at < this.#source.length) this.#readNext();
    this.#emphasis.close(null);
    return this.#pieces.join('');
  }

  #readNext(): void {
    const char = this.#source[this.#at] ?? '';
    if (char === '\\') this.#readEscape();
    else if (char === '`') this.#readCode();
    else if (char === '<') this.#readTag();
    else if (char === '[') this.#openBracket('[');
    else if (char === '!' && this.#source[this.#at + 1] === '[') this.#openBracket('![');
    else if (char === ']') this.#closeBracket();
    else if (char === '\n') this.#breakLine();
    else if (char === '*' || char === '_' || char === '~') this.#readRun();
    else this.#push(inlineText(this.#match(PLAIN) ?? char), (this.#match(PLAIN) ?? char).length);
  }

  #match(pattern: RegExp): string | null {
    pattern.lastIndex = this.#at;
    return pattern.exec(this.#source)?.[0] ?? null;
  }

  /** Appends text to the output, for `length` characters of the source. */
  #push(text: string, length: number): void {
    this.#pieces.push(text);
    this.#at += length;
  }

  #readEscape(): void {
    const next = this.#source[this.#at + 1] ?? '';
    if (next === '\n') {
      this.#push('\n', 2);
      this.#skipBlanks();
    } else if (ESCAPED.test(next)) this.#push(next, 2);
    else this.#push('\\', 1);
  }

  /** A line break in the source is a blank, except after two blanks. */
  #breakLine(): void {
    const before = this.#pieces.at(-1) ?? '';
    const blanks = before.length - before.trimEnd().length;
    const isHard = before.endsWith('\n') || blanks >= 2;
    if (blanks > 0) this.#pieces[this.#pieces.length - 1] = before.slice(0, -blanks);
    this.#push(isHard ? '\n' : ' ', 1);
    this.#skipBlanks();
  }

  #skipBlanks(): void {
    while (this.#source[this.#at] === ' ' || this.#source[this.#at] === '\t') this.#at += 1;
  }

  #readCode(): void {
    const start = this.#at;
    let end = start;
    while (this.#source[end] === '`') end += 1;
    const length = end - start;
    const starts = this.#ticks.get(length) ?? [];
    while ((starts.at(-1) ?? Number.POSITIVE_INFINITY) < end) starts.pop();
    const close = starts.at(-1);
    if (close === undefined) return this.#push('`'.repeat(length), length);
    const code = this.#source.slice(end, close).replaceAll('\n', ' ');
    const isPadded = code.startsWith(' ') && code.endsWith(' ') && code.trim() !== '';
    this.#push(isPadded ? code.slice(1, -1) : code, close + length - start);
  }

  #readTag(): void {
    if (this.#source.startsWith('<!--', this.#at)) return this.#readComment();
    const address = this.#match(ADDRESS);
    if (address) return this.#push(address.slice(1, -1), address.length);
    const tag = this.#match(TAG);
    if (!tag) return this.#push('<', 1);
    this.#push(/^<br\b/iu.test(tag) ? '\n' : '', tag.length);
  }

  #readComment(): void {
    const end = this.#hasCommentEnd ? this.#source.indexOf('-->', this.#at + 4) : -1;
    this.#hasCommentEnd = end !== -1;
    if (end === -1) this.#push('<', 1);
    else this.#push('', end + 3 - this.#at);
  }

  #readRun(): void {
    const run = this.#match(RUN) ?? '';
    const previous = characterBefore(this.#source, this.#at);
    this.#at += run.length;
    const next = String.fromCodePoint(this.#source.codePointAt(this.#at) ?? 0x20);
    this.#emphasis.add(run, previous, next);
  }

  #openBracket(mark: '[' | '!['): void {
    const below = this.#emphasis.last;
    this.#push(mark, mark.length);
    const piece = this.#pieces.length - 1;
    this.#brackets.push({ piece, start: this.#at, below, isImage: mark === '![' });
  }

  #closeBracket(): void {
    const bracket = this.#brackets.pop();
    const link = bracket ? this.#findLink(bracket) : null;
    if (!bracket || !link) return this.#push(']', 1);
    this.#pieces[bracket.piece] = '';
    this.#emphasis.close(bracket.below);
    if (!bracket.isImage) this.#pushTarget(bracket.piece, link.target);
    this.#at += link.length;
    // A link holds no other link: the brackets before it are text.
    if (!bracket.isImage && !this.#brackets.some(({ isImage }) => isImage)) this.#brackets.length = 0;
  }

  /** Appends the address of a link whose text begins at a piece. Inside a picture's description it is left out. */
  #pushTarget(piece: number, target: string): void {
    if (this.#brackets.some(({ isImage }) => isImage)) return;
    this.#pieces.push(linkSuffix(this.#pieces.slice(piece).join(''), inlineText(target)));
  }

  #findLink({ start }: Bracket): Link | null {
    const behind = this.#at + 1;
    const length = readLinkTarget(this.#source, behind);
    if (length > 0) {
      return { length: 1 + length, target: linkTargetText(this.#source.slice(behind, behind + length)) };
    }
    const label = /\[([^[\]]{0,999})\]/uy;
    label.lastIndex = behind;
    const found = label.exec(this.#source);
    const named = found?.[1] ? this.#findReference(found[1]) : null;
    if (found && named !== null) return { length: 1 + found[0].length, target: named };
    const isShort = this.#at - start <= MAX_LABEL;
    const target = isShort ? this.#findReference(this.#source.slice(start, this.#at)) : null;
    if (target === null) return null;
    return { length: 1 + (found?.[1] === '' ? found[0].length : 0), target };
  }
}

function characterBefore(source: string, at: number): string {
  if (at === 0) return '';
  const unit = source[at - 1] ?? '';
  return /[\udc00-\udfff]/u.test(unit) && at > 1 ? source.slice(at - 2, at) : unit;
}
