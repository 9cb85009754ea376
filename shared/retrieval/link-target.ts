import type { Passage } from '#shared/llm/request.ts';

const LONGEST = 300;
const ADDRESS =
  /^(?:<[^>\s]*>|#\S*|\/\S*|\.{1,2}\/\S*|[a-z][a-z0-9+.-]*:\S*|\S+\.[a-z0-9]{2,5}(?:[#?]\S*)?|(?:source|citation|passage|ref|doc)[-_]?\d+)?$/iu;

/** Reads the target of a link that a marker was written as: `[1](#1)`, `[[1]](https://…)`, `[1](환불 규정.md)`. */
export class LinkTarget {
  readonly #names: Set<string>;

  constructor(passages: readonly Passage[]) {
    this.#names = new Set(passages.flatMap(({ filename, title = filename }) => [filename, title]));
  }

  /** The length of the target with its brackets, 0 while `text` may become one, null for other text. */
  read(text: string, isEnd: boolean): number | null {
    if (!text.startsWith('(')) return null;
    const close = text.indexOf(')');
    if (close < 0) return isEnd || text.length > LONGEST || text.includes('\n') ? null : 0;
    const target = text.slice(1, close).trim();
    const address = target.replace(/\s+["'“].*["'”]$/u, '');
    return this.#names.has(target) || ADDRESS.test(address) ? close + 1 : null;
  }
}
