import type { Passage } from '#shared/llm/request.ts';
import { readMarker } from './markers.ts';

const HEADERS = [
  '출처',
  '참고 문서',
  '참고문서',
  '참고 자료',
  '참고자료',
  '참고 문헌',
  '참고문헌',
  '인용 문서',
  '근거 문서',
  '근거 자료',
  '인용 출처',
  'sources',
  'source',
  'references',
  'reference',
  'citations',
  'bibliography',
  'footnotes',
];
/** A rule and empty lines before the list. */
const LEAD = /^\s*(?:(?:-{3,}|\*{3,}|_{3,})[ \t]*\n\s*)?/u;
const MARKUP = /^(?:[#>*_ \t]|[-•] )*/u;
const RULE_FORMING = /^[-_*]{0,3}$/u;
const BULLET = /^[ \t]*(?:[-*•·]\s+|\d{1,2}[.)]\s+)?/u;
const BULLET_FORMING = /^[ \t]*(?:[-*•·]|\d{1,2}[.)]?)$/u;
const JOINT = /^[\s*_`"“”'‘’「」『』()<>,;/|·:：–—-]+/u;
/** What may stand behind a name: marks, a page, a section. */
const PLACE =
  /^(?:[\s*_`"”'」』)\].,;/|·(–—:-]|p{1,2}\.?\s?\d+|pages?\s\d+|\d+\s?(?:쪽|페이지|p\b)|제?\s?\d+\s?[조항장절])*/iu;
const LONGEST_LINE = 300;
const LONGEST_FREE_TEXT = 80;

/** What a text at the start of a line is: a part of a source list of that length, perhaps one, or none. */
export type SourceReading = { length: number; numbers: number[] } | 'partial' | null;

type Entry = { length: number; numbers: number[]; isNumbered: boolean; isNamed: boolean };
type LineOptions = { hasHeader: boolean; isFree: boolean; isWhole: boolean };

/** Reads the lists of sources that models put at the end of an answer (`[1] 환불.md`, `출처: 환불.md, 3쪽`). */
export class SourceListReader {
  /** Names of the documents in lower case, with the number of their first passage; the longest first. */
  readonly #names: [string, number][];

  constructor(passages: readonly Passage[]) {
    const names = new Map<string, number>();
    for (const { index, filename, title } of passages) {
      for (const name of [filename, title ?? '', filename.replace(/\.\w{1,5}$/u, '')]) {
        const key = name.trim().toLowerCase();
        if (key.length > 2 && !names.has(key)) names.set(key, index);
      }
    }
    this.#names = [...names].sort(([a], [b]) => b.length - a.length);
  }

  /** `isInList`: the lines before it were a list. `isEnd`: nothing follows `text`. */
  read(text: string, { isInList, isEnd }: { isInList: boolean; isEnd: boolean }): SourceReading {
    const lead = LEAD.exec(text)?.[0].length ?? 0;
    const rest = text.slice(lead);
    const header = RULE_FORMING.test(rest) ? 'partial' : isInList ? 0 : readHeader(rest);
    const hasHeader = header !== null;
    if (header === 'partial') return text.length > LONGEST_LINE ? null : waitUnless(isEnd);
    const space = /^\s*/u.exec(rest.slice(header ?? 0))?.[0] ?? '';
    const start = lead + (header ?? 0) + space.length;
    if (start === text.length) return hasHeader ? waitUnless(isEnd) : null;
    const isFree = hasHeader && !isInList && !space.includes('\n');
    return this.#readLine(text, start, { hasHeader, isFree, isEnd });
  }

  #readLine(
    text: string,
    start: number,
    options: Omit<LineOptions, 'isWhole'> & { isEnd: boolean },
  ): SourceReading {
    const newline = text.indexOf('\n', start);
    const line = newline < 0 ? text.slice(start) : text.slice(start, newline);
    const isWhole = newline >= 0 || options.isEnd;
    if (line.length > LONGEST_LINE) return null;
    const numbers = this.#readEntries(line, { ...options, isWhole });
    if (numbers === null || numbers === 'partial') return numbers;
    return isWhole ? { length: start + line.length, numbers } : 'partial';
  }

  /** The numbers of one line. */
  #readEntries(line: string, { hasHeader, isFree, isWhole }: LineOptions): number[] | 'partial' | null {
    const bullet = BULLET.exec(line)?.[0].length ?? 0;
    if (!isWhole && (line.length === bullet || BULLET_FORMING.test(line))) return 'partial';
    const entries = this.#collectEntries(line.slice(bullet), isWhole);
    if (entries === 'partial') return 'partial';
    if (entries.length === 0) return isFree && isTitleLike(line, isWhole) ? [] : null;
    if (!hasHeader && !areSources(entries, line.length - bullet)) return null;
    return [...new Set(entries.flatMap(({ numbers }) => numbers))];
  }

  #collectEntries(line: string, isWhole: boolean): Entry[] | 'partial' {
    const entries: Entry[] = [];
    for (let at = 0; at < line.length; ) {
      const entry = this.#readEntry(line.slice(at), isWhole);
      if (entry === 'partial') return 'partial';
      if (entry === null) break;
      entries.push(entry);
      at += entry.length;
    }
    return entries;
  }

  #readEntry(text: string, isWhole: boolean): Entry | 'partial' | null {
    const read = readMarker(text);
    if (read === 'partial' && !isWhole) return 'partial';
    const marker = read === 'partial' || read?.spelling === 'bare' ? null : read;
    const start = marker?.length ?? 0;
    const at = start + (JOINT.exec(text.slice(start))?.[0].length ?? 0);
    const name = this.#readName(text.slice(at), isWhole);
    if (name === 'partial') return 'partial';
    if (name)
      return {
        length: at + name.length,
        numbers: marker?.numbers ?? [name.number],
        isNumbered: marker !== null,
        isNamed: true,
      };
    return marker ? { length: at, numbers: marker.numbers, isNumbered: true, isNamed: false } : null;
  }

  /** A document's name with its page; a name in a sentence has a particle (`환불.md에 따르면`) and is none. */
  #readName(text: string, isWhole: boolean): { length: number; number: number } | 'partial' | null {
    const lower = text.toLowerCase();
    const named = this.#names.find(([name]) => lower.startsWith(name));
    if (!named) return !isWhole && this.#names.some(([name]) => name.startsWith(lower)) ? 'partial' : null;
    const rest = text.slice(named[0].length);
    if (/^[\p{L}\p{N}]/u.test(rest)) return null;
    return { length: named[0].length + (PLACE.exec(rest)?.[0].length ?? 0), number: named[1] };
  }
}

function waitUnless(isEnd: boolean): 'partial' | null {
  return isEnd ? null : 'partial';
}

/** Without a header, each entry has a number and a name, and nothing else stands on the line. */
function areSources(entries: Entry[], length: number): boolean {
  const read = entries.reduce((sum, entry) => sum + entry.length, 0);
  return read === length && entries.every(({ isNumbered, isNamed }) => isNumbered && isNamed);
}

/** Text behind `출처:` that is neither a sentence nor cited. */
function isTitleLike(line: string, isWhole: boolean): boolean {
  if (line.length > LONGEST_FREE_TEXT || /[[【]/u.test(line)) return false;
  return !isWhole || !/[.!?。]\s*$|[다요죠]\s*$/u.test(line);
}

/** The length of a header with its colon or line break; null for other text. */
function readHeader(text: string): number | 'partial' | null {
  const markup = MARKUP.exec(text)?.[0].length ?? 0;
  const words = text.slice(markup).toLowerCase();
  if (words === '') return text.length > 20 ? null : 'partial';
  const header = HEADERS.find((each) => words.startsWith(each));
  if (!header)
    return !words.includes('\n') && HEADERS.some((each) => each.startsWith(words)) ? 'partial' : null;
  const tail = /^(?: ?목록| list| used| cited)?[*_]{0,2}[ \t]*(?<end>[:：][*_]{0,2}|\n)?/iu.exec(
    words.slice(header.length),
  );
  const length = markup + header.length + (tail?.[0].length ?? 0);
  if (tail?.groups?.['end']) return length;
  return length === text.length || HEADERS.some((each) => each.startsWith(words)) ? 'partial' : null;
}
