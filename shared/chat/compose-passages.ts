import * as chunks from '#shared/db/chunks.ts';
import type { SearchScope } from '#shared/db/document-filter.ts';
import type { Passage } from '#shared/llm/request.ts';
import type { SearchHit } from '#shared/retrieval/search.ts';
import { continuesSection, follows, joinChunks, type Run, type RunChunk } from './join-chunks.ts';

/** A passage has at most so many of the embedder's tokens: a longer one would say little about where a quote stands. */
const LONGEST_PASSAGE = 1_280;
/** Neighbours are added while all passages together stay below: as much as eight full chunks and one more. */
const ALL_PASSAGES = 2_880;
/** Only the best passages get neighbours. */
const WIDENED = 3;

/**
 * The passages for a model, numbered from 1, best first: hits that follow each other in a document become one passage,
 * and the best ones get the chunk before or after them where they begin or end in the middle of a section.
 * @param hits best first
 */
export async function composePassages(
  teamId: string,
  scope: SearchScope,
  hits: SearchHit[],
): Promise<Passage[]> {
  const runs = joinHits(hits.map((hit, rank) => ({ ...hit, rank })));
  const widened = await widen(teamId, scope, runs);
  // A neighbour may have closed the gap to another passage, with which it shares sentences.
  const joined = joinHits(widened.flat()).filter((run) => run.some(({ rank }) => rank !== null));
  return joined.map((run, at) => toPassage(run, hits, at + 1));
}

/**
 * Each hit as a passage of its own. `builtin/extractive` reads sentence by sentence and gains nothing from neighbours:
 * joined tables cost it 6 of 308 right answers in bench/answers with multilingual-e5-small.
 */
export function separatePassages(hits: SearchHit[]): Passage[] {
  return hits.map((hit, rank) => toPassage([{ ...hit, rank }], hits, rank + 1));
}

/** Runs of hits, in the order of the best hit of each. */
function joinHits(hits: RunChunk[]): Run[] {
  const runs: Run[] = [];
  const inOrder = hits.toSorted(
    (a, b) => a.document_id.localeCompare(b.document_id) || a.ordinal - b.ordinal,
  );
  for (const hit of inOrder) {
    const last = runs.at(-1);
    const before = last?.at(-1);
    const joins = last && before && follows(before, hit) && tokensOf([...last, hit]) <= LONGEST_PASSAGE;
    if (joins) last.push(hit);
    else runs.push([hit]);
  }
  return runs.sort((a, b) => rankOf(a) - rankOf(b));
}

async function widen(teamId: string, scope: SearchScope, runs: Run[]): Promise<Run[]> {
  const best = runs.slice(0, WIDENED);
  if (best.length === 0) return runs;
  const ends = [...new Set(best.flatMap((run) => [run[0], run.at(-1)]))].filter(
    (chunk) => chunk !== undefined,
  );
  const rows = await chunks.listNeighbours(
    teamId,
    scope,
    ends.map(({ chunk_id }) => chunk_id),
  );
  const known = new Set(runs.flat().map(({ chunk_id }) => chunk_id));
  const free = rows
    .map(({ id, ...row }): RunChunk => ({ ...row, chunk_id: id, rank: null }))
    .filter(({ chunk_id }) => !known.has(chunk_id));
  let left = ALL_PASSAGES - tokensOf(runs.flat());
  const add = (run: Run, neighbour: RunChunk | undefined, place: 'before' | 'after'): void => {
    const { tokens = 0 } = neighbour ?? {};
    if (!neighbour || tokens > left || tokensOf(run) + tokens > LONGEST_PASSAGE) return;
    if (place === 'after') run.push(neighbour);
    else run.unshift(neighbour);
    left -= tokens;
    // A chunk between two passages belongs to the better one.
    free.splice(free.indexOf(neighbour), 1);
  };
  for (const run of best) {
    add(
      run,
      free.find((each) => isNext(run.at(-1), each)),
      'after',
    );
    add(
      run,
      free.find((each) => isNext(each, run[0])),
      'before',
    );
  }
  return runs;
}

function isNext(before: RunChunk | undefined, after: RunChunk | undefined): boolean {
  return (
    before !== undefined && after !== undefined && follows(before, after) && continuesSection(before, after)
  );
}

function toPassage(run: Run, hits: SearchHit[], index: number): Passage {
  const {
    scores: _scores,
    start: _start,
    end: _end,
    ordinal: _ordinal,
    tokens: _tokens,
    ...best
  } = hitAt(hits, rankOf(run));
  if (run.length === 1) return { index, ...best };
  return { index, ...best, ...joinChunks(run) };
}

function hitAt(hits: SearchHit[], rank: number): SearchHit {
  const hit = hits[rank];
  if (!hit) throw new Error(`There is no hit ${rank}`);
  return hit;
}

function rankOf(run: Run): number {
  return Math.min(...run.map(({ rank }) => rank ?? Number.POSITIVE_INFINITY));
}

function tokensOf(run: Run): number {
  return run.reduce((sum, { tokens }) => sum + tokens, 0);
}
