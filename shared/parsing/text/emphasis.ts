/** A run of `*`, `_` or `~` in the output of one text. */
type Delimiter = {
  char: string;
  /** Index of its piece. */
  piece: number;
  /** Marks of the run that stand for nothing yet, and all that it had. */
  left: number;
  length: number;
  opens: boolean;
  closes: boolean;
  before: Delimiter | null;
  after: Delimiter | null;
};

const SPACE = /^\s?$/u;
const PUNCTUATION = /^[\p{P}\p{S}]$/u;

/**
 * The stack of delimiter runs of CommonMark (spec 0.31, "An algorithm for parsing nested emphasis and links"), which is
 * linear: a search that found no opener is never repeated. Marks of emphasis are removed from the pieces, others stay.
 */
export class Emphasis {
  readonly #pieces: string[];
  #last: Delimiter | null = null;

  /** `pieces`: the output, in which each run is a piece of its own. */
  constructor(pieces: string[]) {
    this.#pieces = pieces;
  }

  /** The run that came last: `close` takes those behind it. */
  get last(): Delimiter | null {
    return this.#last;
  }

  /** Adds a run as a piece. `previous` and `next` are the characters around it, '' at the ends of the text. */
  add(run: string, previous: string, next: string): void {
    const char = run[0] ?? '';
    const left =
      !SPACE.test(next) && (!PUNCTUATION.test(next) || SPACE.test(previous) || PUNCTUATION.test(previous));
    const right =
      !SPACE.test(previous) && (!PUNCTUATION.test(previous) || SPACE.test(next) || PUNCTUATION.test(next));
    const isWordBound = char === '_';
    const delimiter: Delimiter = {
      char,
      piece: this.#pieces.push(run) - 1,
      left: run.length,
      length: run.length,
      opens: left && (!isWordBound || !right || PUNCTUATION.test(previous)),
      closes: right && (!isWordBound || !left || PUNCTUATION.test(next)),
      before: this.#last,
      after: null,
    };
    if (this.#last) this.#last.after = delimiter;
    this.#last = delimiter;
  }

  /** Pairs the runs behind `bottom`, and forgets them. */
  close(bottom: Delimiter | null): void {
    /** Below these no opener is left, by what decides whether one fits. */
    const floors = new Map<string, Delimiter | null>();
    let closer = bottom ? bottom.after : this.#first();
    while (closer) {
      if (!closer.closes) {
        closer = closer.after;
        continue;
      }
      const key = `${closer.char}${closer.opens}${closer.char === '~' ? closer.length : closer.length % 3}`;
      const floor = floors.has(key) ? (floors.get(key) ?? null) : bottom;
      const opener = findOpener(closer, floor, bottom);
      if (opener) closer = this.#pair(opener, closer);
      else {
        floors.set(key, closer.before);
        closer = closer.after;
      }
    }
    this.#last = bottom;
    if (bottom) bottom.after = null;
  }

  #first(): Delimiter | null {
    let first = this.#last;
    while (first?.before) first = first.before;
    return first;
  }

  /** Uses up marks of both. The runs between them pair with nothing any more. @returns the next closer */
  #pair(opener: Delimiter, closer: Delimiter): Delimiter | null {
    const isWhole = closer.char === '~';
    const used = isWhole ? closer.length : opener.left >= 2 && closer.left >= 2 ? 2 : 1;
    for (const run of [opener, closer]) {
      run.left -= used;
      this.#pieces[run.piece] = run.char.repeat(run.left);
    }
    opener.after = closer;
    closer.before = opener;
    if (opener.left === 0) unlink(opener);
    if (closer.left > 0) return closer;
    unlink(closer);
    return closer.after;
  }
}

function findOpener(closer: Delimiter, floor: Delimiter | null, bottom: Delimiter | null): Delimiter | null {
  for (let run = closer.before; run && run !== floor && run !== bottom; run = run.before) {
    if (run.char === closer.char && run.opens && fits(run, closer)) return run;
  }
  return null;
}

function fits(opener: Delimiter, closer: Delimiter): boolean {
  if (closer.char === '~') return opener.length === closer.length && closer.length <= 2;
  const isThird = (opener.length + closer.length) % 3 === 0 && closer.length % 3 !== 0;
  return !((opener.closes || closer.opens) && isThird);
}

function unlink(run: Delimiter): void {
  if (run.before) run.before.after = run.after;
  if (run.after) run.after.before = run.before;
}
