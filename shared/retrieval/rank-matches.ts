import type { ChunkRow } from '#shared/db/chunks.ts';
import { isKorean } from '#shared/text/korean-share.ts';
import type { VectorMatch } from '#shared/vectors/store.ts';
import { probabilityOfAnswer, type ScoreBounds, type SignalSet, scoreBounds } from './calibration.ts';
import { type FusedMatch, fuse, type LexicalLeg, type VectorLeg } from './fusion.ts';
import { asksInKorean, correctionFor, isWhollyForeign } from './language-correction.ts';
import { placeForeign, placeNearest } from './places.ts';
import type { VectorSearch } from './search-vectors.ts';
import type { WordSearch } from './search-words.ts';
import { measureSignals, type Signals } from './signals.ts';
import { closeness } from './similarity.ts';

export type RetrieverWeights = { vector_weight: number; lexical_weight: number };

type Found = {
  query: string;
  weights: RetrieverWeights | null;
  vector: VectorSearch | null;
  lexical: WordSearch | null;
  limit: number;
};

export type RankedMatch = FusedMatch & { chunk: ChunkRow };

export type Ranking = {
  /** Best first. */
  ranked: RankedMatch[];
  signals: Signals | null;
  /** The probability that the best match answers the query. */
  probability: number;
  bounds: ScoreBounds;
  /** Cosine similarities and BM25 scores of the matches. */
  similarities: ReadonlyMap<string, number>;
  bm25: ReadonlyMap<string, number>;
  /** Whether there are more matches than these. */
  isCut: boolean;
};

/** Passages near the query without its language that are read in any case: behind those that hold its words. */
const READ_LEVELLED = 10;

/**
 * Fuses the matches of both retrievers, reads the best, and judges the first of them. The language of a passage is
 * known only from its text; so the matches are fused once to choose what is read, and once more with the correction.
 */
export async function rankMatches(
  found: Found,
  read: (ids: string[]) => Promise<ChunkRow[]>,
): Promise<Ranking> {
  const { vector, lexical, limit } = found;
  const levelled = vector?.levelled ?? [];
  const similarities = similaritiesOf([...levelled, ...(vector?.matches ?? [])]);
  const bm25 = new Map(lexical?.matches.map(({ id, score }) => [id, score]));
  const first = fuse(vectorLeg(found, similarities), lexicalLeg(found, NO_FOREIGN)).filter(
    ({ score }) => score > 0,
  );
  const wanted = [...first.slice(0, limit), ...levelled.slice(0, READ_LEVELLED)];
  const rows = await read([...new Set(wanted.map(({ id }) => id))]);
  const foreign = foreignChunks(found, rows);
  const corrected = correctLanguages(found, similarities, foreign);
  const ranked = rankRows({ found, rows, corrected, foreign });
  const signals = ranked.length > 0 ? signalsOf({ found, ranked, corrected, foreign }) : null;
  const calibrated = [vector?.model ?? null, signalSetOf(found)] as const;
  const probability = signals ? probabilityOfAnswer(signals, ...calibrated) : 0;
  const isCut = first.length > limit || vector?.isCut === true || (lexical?.matches.length ?? 0) >= limit;
  return { ranked, signals, probability, bounds: scoreBounds(...calibrated), similarities, bm25, isCut };
}

/** The similarity of each; of one that is there twice the last one, which is the cosine. */
function similaritiesOf(matches: VectorMatch[]): Map<string, number> {
  return new Map(matches.map(({ id, similarity }) => [id, similarity]));
}

/**
 * The similarities on one scale for all languages: of passages in another language the one without the query's
 * language, or, where that is not known, the cosine with the background's difference made up for in part.
 */
function correctLanguages(
  { query, vector, lexical }: Found,
  similarities: ReadonlyMap<string, number>,
  foreign: ReadonlySet<string>,
): Map<string, number> {
  if (!vector?.levelled) {
    const mode = lexical ? 'hybrid' : 'vector';
    const correction = vector?.background ? correctionFor(query, vector.background, mode) : 0;
    return new Map(
      [...similarities].map(([id, value]) => [id, foreign.has(id) ? value + correction : value]),
    );
  }
  const levelled = similaritiesOf(vector.levelled);
  const near = new Set(vector.matches.map(({ id }) => id));
  const least = vector.isCut ? (vector.matches.at(-1)?.similarity ?? 1) : 1;
  return new Map(
    [...similarities].map(([id, value]) => {
      if (foreign.has(id)) return [id, levelled.get(id) ?? value];
      return [id, near.has(id) ? value : Math.min(value, least)];
    }),
  );
}

type Readable = {
  found: Found;
  rows: ChunkRow[];
  corrected: ReadonlyMap<string, number>;
  foreign: ReadonlySet<string>;
};

function rankRows({ found, rows, corrected, foreign }: Readable): RankedMatch[] {
  const { vector, weights } = found;
  const byId = new Map(rows.map((row) => [row.id, row]));
  const lexical = lexicalLeg(found, wordsOfForeign(found, rows, foreign));
  const ranked = fuse(vectorLeg(found, corrected), lexical).flatMap((match): RankedMatch[] => {
    const chunk = byId.get(match.id);
    return chunk && match.score > 0 ? [{ ...match, chunk }] : [];
  });
  const hasBoth = lexical && weights?.vector_weight !== 0 && weights?.lexical_weight !== 0;
  if (!vector?.levelled || !hasBoth) return ranked;
  const closenessOf = (id: string) => closeness(vector.model, corrected.get(id) ?? 0);
  return placeNearest(placeForeign(ranked, { foreign, closenessOf }), closenessOf);
}

/** What is not among the matches of a full list is taken to be as near as its last one: it may be just behind. */
function vectorLeg({ vector, weights }: Found, similarities: ReadonlyMap<string, number>): VectorLeg | null {
  if (!vector) return null;
  const matches = [...similarities]
    .map(([id, similarity]) => ({ id, closeness: closeness(vector.model, similarity) }))
    .filter((match) => match.closeness > 0);
  const last = vector.isCut ? (vector.matches.at(-1)?.similarity ?? 0) : 0;
  return { matches, missing: closeness(vector.model, last), weight: weights?.vector_weight ?? 1 };
}

function lexicalLeg({ lexical, weights }: Found, foreign: ForeignWords): LexicalLeg | null {
  if (!lexical) return null;
  const { matches, coverage } = lexical;
  return {
    matches,
    weight: weights?.lexical_weight ?? 1,
    bonuses: coverage.bonuses(),
    ...foreign,
  };
}

type ForeignWords = Pick<LexicalLeg, 'foreign' | 'uncovered'>;
const NO_FOREIGN: ForeignWords = { foreign: new Set(), uncovered: 0 };

/**
 * Which passages cannot hold the query's words, and how much of the query the others leave uncovered. Where all are in
 * another language, none has words ahead of another.
 */
function wordsOfForeign(
  { query, lexical }: Found,
  rows: ChunkRow[],
  other: ReadonlySet<string>,
): ForeignWords {
  const native = rows.filter(({ id }) => !other.has(id));
  if (!lexical || native.length === 0 || other.size === 0) return NO_FOREIGN;
  const wantsKorean = asksInKorean(query);
  const foreign = rows.filter(({ text }) => isWhollyForeign(text, wantsKorean)).map(({ id }) => id);
  const covered = Math.max(...native.map(({ id }) => lexical.coverage.of(id).all));
  return { foreign: new Set(foreign), uncovered: 1 - covered };
}

/** The chunks that are written in another language than the query; Korean is told from all others. */
function foreignChunks({ query }: Found, rows: ChunkRow[]): Set<string> {
  const wanted = asksInKorean(query);
  return new Set(rows.filter(({ text }) => isKorean(text) !== wanted).map(({ id }) => id));
}

type Judged = {
  found: Found;
  ranked: RankedMatch[];
  corrected: ReadonlyMap<string, number>;
  foreign: ReadonlySet<string>;
};

function signalsOf({ found, ranked, corrected, foreign }: Judged): Signals {
  const { query, vector, lexical } = found;
  const id = ranked[0]?.id ?? '';
  const similarity = corrected.get(id);
  const background = vector?.background?.[asksInKorean(query) ? 'ko' : 'en'];
  const near = [...corrected]
    .map(([each, value]) => ({ id: each, closeness: closeness(vector?.model ?? '', value) }))
    .sort((a, b) => b.closeness - a.closeness);
  return measureSignals({
    ranked,
    coverage: lexical?.coverage ?? null,
    worded: lexical?.matches ?? [],
    near,
    margin: similarity !== undefined && background !== undefined ? similarity - background : null,
    isForeign: foreign.has(id),
    isWordless: vector !== null && isWhollyForeign(ranked[0]?.chunk.text ?? '', asksInKorean(query)),
  });
}

function signalSetOf({ vector, lexical }: Found): SignalSet {
  if (!vector) return 'lexical';
  const legs = lexical ? 'hybrid' : 'vector';
  return vector.background ? legs : `${legs}_without_background`;
}
