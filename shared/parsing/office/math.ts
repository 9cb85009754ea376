import { wordValue } from './word-attributes.ts';

type Part = { name: string; text: string };
/** An element of an equation. `properties` are values of its `…Pr` element: characters, and what is hidden. */
type Node = { name: string; parts: Part[]; properties: Map<string, string> };

/** Parts that need no brackets as a numerator or a denominator: a letter, a Korean word, a number. */
const ATOM = /^(?:\p{L}\p{M}*|\p{Script=Hangul}+|\p{N}+(?:[.,]\p{N}+)*)$/u;
const WORD = /^[\p{L}\p{N}\p{M}]+$/u;
const COMBINING = /^\p{M}$/u;
const PROPERTIES = new Set([
  'chr',
  'begChr',
  'sepChr',
  'endChr',
  'degHide',
  'subHide',
  'supHide',
  'pos',
  'type',
]);

/**
 * Writes an equation of Office (OMML, ECMA-376 part 1, 22.1) on one line: `A=πr^2`, `(a+b)/2`, `∑_(i=1)^n x_i`. Give it
 * the elements inside `m:oMath`.
 */
export class LinearMath {
  readonly #nodes: Node[] = [];
  #inText = false;
  #text = '';

  open(name: string, attributes: Record<string, string>): void {
    if (name === 't') this.#inText = true;
    else if (PROPERTIES.has(name)) this.#nodes.at(-2)?.properties.set(name, wordValue(attributes));
    this.#nodes.push({ name, parts: [], properties: new Map() });
  }

  write(text: string): void {
    if (this.#inText) this.#add('t', text);
  }

  close(name: string): void {
    if (name === 't') this.#inText = false;
    const node = this.#nodes.pop();
    if (!node || name.endsWith('Pr')) return;
    this.#add(name, writeNode(node));
  }

  /** Returns and forgets the equation. */
  take(): string {
    const text = this.#text.replace(/\s+/gu, ' ').trim();
    this.#text = '';
    this.#nodes.length = 0;
    this.#inText = false;
    return text;
  }

  #add(name: string, text: string): void {
    const parent = this.#nodes.at(-1);
    if (parent) parent.parts.push({ name, text });
    else this.#text += text;
  }
}

/** The parts of an element: `all` of a name, or `one`; `property` of its `…Pr` element. */
type Written = {
  all: (name: string) => string[];
  one: (name: string) => string;
  property: (name: string) => string | undefined;
};

const scripted = ({ one }: Written) => base(one('e')) + scripts(one('sub'), one('sup'));

const WRITERS: Readonly<Record<string, (node: Written) => string>> = {
  f: ({ one, property }) => writeFraction(one('num'), one('den'), property('type')),
  sSup: scripted,
  sSub: scripted,
  sSubSup: scripted,
  sPre: ({ one }) => scripts(one('sub'), one('sup')) + base(one('e')),
  nary: ({ one, property }) => `${property('chr') ?? '∫'}${scripts(one('sub'), one('sup'))} ${one('e')}`,
  rad: ({ one, property }) => {
    const hasDegree = !/^(?:1|on|true|)$/u.test(property('degHide') ?? 'off');
    return `${hasDegree ? one('deg') : ''}√${group(one('e'), WORD)}`;
  },
  d: ({ all, property }) =>
    `${property('begChr') ?? '('}${all('e').join(property('sepChr') ?? '|')}${property('endChr') ?? ')'}`,
  m: ({ all }) => `[${all('mr').join('; ')}]`,
  mr: ({ all }) => all('e').join(', '),
  eqArr: ({ all }) => all('e').join('; '),
  func: ({ one }) => `${one('fName')} ${one('e')}`,
  limLow: ({ one }) => one('e') + scripts(one('lim'), ''),
  limUpp: ({ one }) => one('e') + scripts('', one('lim')),
  acc: ({ one, property }) => accented(one('e'), property('chr') ?? '\u0302'),
  bar: ({ one, property }) => accented(one('e'), property('pos') === 'top' ? '\u0305' : '\u0332'),
};

function writeNode({ name, parts, properties }: Node): string {
  const write = Object.hasOwn(WRITERS, name) ? WRITERS[name] : undefined;
  if (!write) return parts.map(({ text }) => text).join('');
  const all = (part: string) => parts.filter((each) => each.name === part).map(({ text }) => text);
  return write({ all, one: (part) => all(part).join(''), property: (key) => properties.get(key) });
}

function writeFraction(numerator: string, denominator: string, type: string | undefined): string {
  if (type === 'noBar') return `(${numerator} ${denominator})`;
  return `${group(numerator, ATOM)}/${group(denominator, ATOM)}`;
}

function scripts(sub: string, sup: string): string {
  return `${sub === '' ? '' : `_${group(sub, WORD)}`}${sup === '' ? '' : `^${group(sup, WORD)}`}`;
}

/** A base with a script applies to all of it: `(a+b)^2`. What is in brackets, or one word, stays as it is. */
function base(text: string): string {
  return /[-+*/=<>±×÷·]/u.test(text) && !/^[([{|].*[)\]}|]$/u.test(text) ? `(${text})` : text;
}

function group(text: string, plain: RegExp): string {
  return plain.test(text) || /^\([^()]*\)$/u.test(text) ? text : `(${text})`;
}

function accented(text: string, accent: string): string {
  return COMBINING.test(accent) && /^.$/u.test(text) ? `${text}${accent}` : text;
}
