import type { Passage } from '#shared/llm/request.ts';

const OPEN = /^([[(【])\s?/u;
const CLOSE: Record<string, string> = { '[': ']', '(': ')', '【': '】' };
const LABEL =
  /^(?:(?:출처|근거|참고|참조|인용|문서|자료|sources?|references?|ref|from|see|document|doc|file|cited from)(?: ?[:：] ?| ))+/iu;
const LABEL_WORDS =
  '출처 근거 참고 참조 인용 문서 자료 sources references from see document file cited from'.split(' ');
const QUOTE = /^["'“”‘’「」『』*_`]*/u;
/** A page, a section or a heading behind the name. */
const PLACE =
  /^\s?(?:[,;·:–-]\s?)?(?:p{1,2}\.?\s?\d+|pages?\s\d+|\d+\s?(?:쪽|페이지)|제?\s?\d+\s?[조항장절])?\s?$/iu;
const LONGEST_PLACE = 20;
const LONGEST = 200;

/** `spaces` stand before the marker and are part of `length`; `numbers` are those of the document's passages. */
export type NamedMarker = { numbers: number[]; length: number; spaces: number };

/** Reads markers that name the document instead of the passage: `[환불 규정.md]`, `(출처: 환불 규정, 3쪽)`. */
export class NameMarkerReader {
  readonly #names: [name: string, numbers: number[]][];

  constructor(passages: readonly Passage[]) {
    const names = new Map<string, Set<number>>();
    for (const { index, filename, title } of passages) {
      for (const name of [filename, title ?? '', filename.replace(/\.\w{1,5}$/u, '')]) {
        const key = name.trim().toLowerCase();
        if (key.length > 2) names.set(key, (names.get(key) ?? new Set()).add(index));
      }
    }
    this.#names = [...names]
      .map(([name, numbers]): [string, number[]] => [name, [...numbers]])
      .sort(([a], [b]) => b.length - a.length);
  }

  /** The marker with which `text` begins, after spaces; `partial` while more text may make it one. */
  read(text: string): NamedMarker | 'partial' | null {
    const spaces = /^[ \t]*/u.exec(text)?.[0].length ?? 0;
    const open = OPEN.exec(text.slice(spaces));
    if (!open || this.#names.length === 0) return null;
    const start = spaces + open[0].length;
    const found = text.indexOf(CLOSE[open[1] ?? ''] ?? '', start);
    const isOpen = found < 0;
    const content = isOpen ? text.slice(start) : text.slice(start, found);
    if (content.length > LONGEST || content.includes('\n')) return null;
    // Round brackets with a name alone tell the reader which document is meant.
    const needsLabel = open[1] === '(';
    if (isOpen) return this.#mayBecome(content, needsLabel) ? 'partial' : null;
    const numbers = this.#numbersOf(content, needsLabel);
    return numbers && { numbers, length: found + 1, spaces };
  }

  #numbersOf(content: string, needsLabel: boolean): number[] | null {
    const label = LABEL.exec(content)?.[0] ?? '';
    if (needsLabel && !label) return null;
    const lower = bare(content.slice(label.length));
    for (const [name, numbers] of this.#names) {
      if (!lower.startsWith(name)) continue;
      const rest = lower.slice(name.length);
      if (PLACE.test(rest.slice(QUOTE.exec(rest)?.[0].length ?? 0))) return numbers;
    }
    return null;
  }

  #mayBecome(content: string, needsLabel: boolean): boolean {
    const label = LABEL.exec(content)?.[0] ?? '';
    const rest = content.slice(label.length);
    if (isLabelStart(rest)) return true;
    if (needsLabel && !label) return false;
    const lower = bare(rest);
    return this.#names.some(
      ([name]) =>
        name.startsWith(lower) || (lower.startsWith(name) && lower.length - name.length <= LONGEST_PLACE),
    );
  }
}

function bare(content: string): string {
  return content.slice(QUOTE.exec(content)?.[0].length ?? 0).toLowerCase();
}

function isLabelStart(text: string): boolean {
  const lower = text.toLowerCase().replace(/\s*[:：]\s*$/u, '');
  return lower !== '' && LABEL_WORDS.some((word) => word.startsWith(lower));
}
