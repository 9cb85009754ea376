import type { LexicalMatches } from '#shared/db/postings.ts';
import { SUBSTITUTE_WEIGHT } from '#shared/db/postings.ts';
import type { QueryWord, SearchQuery } from '#shared/text/search-query.ts';

/** As in the lexical search: document frequencies in a smaller library say little. */
const LEAST_CHUNKS = 100;
/** A word is known when this share of its terms is: bigrams across an ending often stand in no document. */
const KNOWN_SHARE = 0.5;
/** A code is rare, and decides, in at most this many chunks, or this share of them. */
const RARE_CHUNKS = 3;
const RARE_SHARE = 0.005;
/** Above the highest score of a passage without the code. */
const CODE_BONUS = 2;
/** A rare date, time or amount is a hint: other passages may mean the same day without naming it. */
const FIGURE_BONUS = 0.1;
/** A clause of less rarity than one unusual word is no question of its own. */
const LEAST_CLAUSE = 4;

/** How much of a query a passage covers; all shares are weighted by rarity and in [0, 1]. */
export type Coverage = {
  /** Of all words that name the topic. */
  all: number;
  /** Of those that stand in any document. */
  known: number;
  /** Of the best clause. */
  clause: number;
};

type Weighed = { word: QueryWord; isKnown: boolean; mass: number };

/** What a query's words are worth in the searched chunks, and how far passages cover them. */
export class WordCoverage {
  readonly #positions: Map<string, number>;
  readonly #query: SearchQuery;
  readonly #lexical: LexicalMatches;
  readonly #held: Map<string, Set<number>>;
  readonly words: Weighed[];

  constructor(query: SearchQuery, lexical: LexicalMatches) {
    this.#query = query;
    this.#lexical = lexical;
    this.#positions = new Map(query.terms.map(({ term }, at) => [term, at]));
    this.#held = new Map(lexical.matches.map(({ id, held }) => [id, new Set(held)]));
    this.words = query.words.map((word) => this.#weigh(word));
  }

  /** The chunks in scope that hold a term. */
  frequency(term: string): number {
    return this.#lexical.frequencies[this.#positions.get(term) ?? -1] ?? 0;
  }

  /** The sum of rarity of all known terms: about the score of a passage that holds each of them once. */
  get worth(): number {
    return this.#query.terms.reduce((sum, { term, insteadOf }) => {
      if (this.frequency(term) === 0) return sum;
      const isSubstitute = insteadOf !== null && this.frequency(insteadOf) > 0;
      return sum + this.#rarity(term) * (isSubstitute ? SUBSTITUTE_WEIGHT : 1);
    }, 0);
  }

  /** The sum of rarity of the words that name the topic, known or not. */
  get weight(): number {
    return massOf(this.words);
  }

  /** The share of the topic that stands in no document at all, in [0, 1]. */
  get unknown(): number {
    return share(this.words, ({ isKnown, mass }) => (isKnown ? 0 : mass));
  }

  /** How much of the query a chunk covers. */
  of(id: string): Coverage {
    const held = this.#held.get(id) ?? new Set<number>();
    const covered = (each: Weighed) => each.mass * this.#coveredShare(each, held);
    const known = this.words.filter(({ isKnown }) => isKnown);
    const clauses = Map.groupBy(this.words, ({ word }) => word.clause);
    const heavy = [...clauses.values()].filter((each) => massOf(each) >= LEAST_CLAUSE);
    const all = share(this.words, covered);
    const clause = Math.max(all, ...heavy.map((each) => share(each, covered)));
    return { all, known: share(known, covered), clause };
  }

  /** What chunks get for holding a rare code or figure of the query. */
  bonuses(): Map<string, number> {
    const wanted = this.#query.words.flatMap(({ topic, others, isCode }) => {
      const bonus = isCode ? CODE_BONUS : isFigure(topic[0]) ? FIGURE_BONUS : 0;
      if (bonus === 0) return [];
      // A passage may name the day without its year.
      const known = topic.filter((term) => this.frequency(term) > 0).slice(0, 1);
      const exact = (others.length > 0 ? others : isCode ? topic.slice(0, 1) : known).filter((term) =>
        this.#isRare(term),
      );
      return exact.map((term) => ({ at: this.#positions.get(term) ?? -1, bonus }));
    });
    const bonuses = new Map<string, number>();
    for (const [id, held] of wanted.length > 0 ? this.#held : []) {
      const sum = wanted.reduce((total, { at, bonus }) => total + (held.has(at) ? bonus : 0), 0);
      if (sum > 0) bonuses.set(id, sum);
    }
    return bonuses;
  }

  #weigh(word: QueryWord): Weighed {
    const known = word.topic.filter((term) => this.frequency(term) > 0);
    const others = word.others.filter((term) => this.frequency(term) > 0);
    const isKnown =
      others.length > 0 || (known.length > 0 && known.length / word.topic.length >= KNOWN_SHARE);
    const mass = isKnown
      ? Math.max(...[...known, ...others].map((term) => this.#rarity(term)))
      : this.#rarityOf(0);
    return { word, isKnown, mass };
  }

  #coveredShare({ word }: Weighed, held: ReadonlySet<number>): number {
    const holds = (term: string) => held.has(this.#positions.get(term) ?? -1);
    if (word.others.some(holds)) return 1;
    const known = word.topic.filter((term) => this.frequency(term) > 0);
    const sum = (terms: string[]) => terms.reduce((total, term) => total + this.#rarity(term), 0);
    return known.length === 0 ? 0 : sum(known.filter(holds)) / sum(known);
  }

  #isRare(term: string): boolean {
    const { searched } = this.#lexical;
    const frequency = this.frequency(term);
    return frequency > 0 && frequency <= Math.max(RARE_CHUNKS, searched * RARE_SHARE) && frequency < searched;
  }

  #rarity(term: string): number {
    return this.#rarityOf(this.frequency(term));
  }

  #rarityOf(frequency: number): number {
    const chunks = Math.max(LEAST_CHUNKS, this.#lexical.searched);
    return Math.log(1 + (chunks - frequency + 0.5) / (frequency + 0.5));
  }
}

function isFigure(term = ''): boolean {
  return term.includes(':') || /^\d+$/u.test(term);
}

function massOf(words: Weighed[]): number {
  return words.reduce((sum, { mass }) => sum + mass, 0);
}

function share(words: Weighed[], part: (word: Weighed) => number): number {
  const whole = massOf(words);
  return whole > 0 ? words.reduce((sum, word) => sum + part(word), 0) / whole : 0;
}
