import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Client } from 'pg';
import { v7 as uuidv7 } from 'uuid';
import { startPlatform } from '#local/platform/platform.ts';
import { loadConfig } from '#shared/core/config.ts';
import * as chunks from '#shared/db/chunks.ts';
import * as collections from '#shared/db/collections.ts';
import { ownerConnection } from '#shared/db/connection.ts';
import { WHOLE_TEAM } from '#shared/db/document-filter.ts';
import * as documents from '#shared/db/documents.ts';
import * as ingestion from '#shared/db/ingestion.ts';
import { closePools } from '#shared/db/pool.ts';
import * as postingRows from '#shared/db/postings.ts';
import { inTeam } from '#shared/db/scope.ts';
import * as teams from '#shared/db/teams.ts';
import * as users from '#shared/db/users.ts';
import { passageTerms } from '#shared/text/passage-terms.ts';
import { toPostings } from '#shared/text/postings.ts';
import { analyzeQuery } from '#shared/text/search-query.ts';
import { type Entry, makeCorpus } from './korean-corpus.ts';

const DOCUMENTS = 100;
const CHUNKS_PER_DOCUMENT = 50;
const QUESTIONS = 200;

/**
 * Compares the lexical retriever with PostgreSQL's full-text search (`simple` configuration, GIN, ts_rank_cd) on the
 * same 5,000 generated Korean chunks. The questions contain the same words, mostly with other particles. Prints the
 * time per query and MRR@10 of both, queried alternately, and the ratios.
 */
export async function run(): Promise<void> {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'rag-bench-'));
  const platform = await startPlatform({ ports: 'free', dataDir, redis: false, console: false });
  Object.assign(process.env, platform.env);
  try {
    await loadConfig('database', 'auth', 'http');
    const corpus = makeCorpus(DOCUMENTS * CHUNKS_PER_DOCUMENT);
    const teamId = await indexCorpus(corpus);
    const peer = await connectPeer();
    printReport(await compareSearches(teamId, corpus, peer));
    await peer.end();
  } finally {
    await closePools();
    await platform.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

async function indexCorpus(corpus: Entry[]): Promise<string> {
  const identity = {
    issuer: 'bench',
    subject: uuidv7(),
    email: 'bench@example.com',
    name: 'Bench',
    pictureUrl: null,
  };
  const user = await users.upsert(identity);
  const team = await teams.insert({ name: 'bench', ownerId: user.id });
  const collection = await collections.findDefault(team.id);
  for (let at = 0; at < corpus.length; at += CHUNKS_PER_DOCUMENT) {
    const entries = corpus.slice(at, at + CHUNKS_PER_DOCUMENT);
    await indexDocument({ teamId: team.id, userId: user.id, collectionId: collection?.id ?? '', entries });
    if (process.stdout.isTTY)
      process.stdout.write(`\rIndexing ${at + entries.length} of ${corpus.length} chunks`);
  }
  console.log();
  return team.id;
}

type Batch = { teamId: string; userId: string; collectionId: string; entries: Entry[] };

async function indexDocument({ teamId, userId, collectionId, entries }: Batch): Promise<void> {
  const document = await documents.insert(teamId, {
    id: uuidv7(),
    collection_id: collectionId,
    filename: 'bench.txt',
    content_type: 'text/plain',
    size_bytes: 1,
    metadata: {},
    on_duplicate: 'keep',
    object_key: 'bench',
    created_by: userId,
    status: 'indexing',
    scan_pending: false,
  });
  const attempt = { documentId: document.id, generation: 0 };
  const stored = entries.map(({ id, text }, ordinal) => {
    return { id, ordinal, text, page: null, heading: null, start: 0, end: text.length, tokens: 1, lines: [] };
  });
  const terms = entries.map(({ text }, ordinal) => ({ ordinal, terms: passageTerms(text) }));
  const { postings, length } = toPostings(terms);
  await inTeam(teamId, async (db) => {
    await chunks.insert(teamId, attempt, { chunks: stored, db });
    await postingRows.insert(teamId, attempt, { postings, db });
    await ingestion.activate(teamId, attempt, {
      totals: { chunks: stored.length, tokens: 1, lexicalLength: length },
      title: 'bench',
      db,
    });
  });
}

type Measurements = { ms: number[]; reciprocalRanks: number[] };
type Search = (question: string) => Promise<{ id: string }[]>;

async function compareSearches(
  teamId: string,
  corpus: Entry[],
  peer: Client,
): Promise<Record<'ours' | 'peer', Measurements>> {
  const searches: Record<'ours' | 'peer', Search> = {
    ours: async (question) => {
      const { terms } = analyzeQuery(question);
      return (await postingRows.search(teamId, WHOLE_TEAM, { terms, limit: 10 })).matches;
    },
    peer: (question) => fullTextSearch(peer, question),
  };
  const measured = {
    ours: { ms: [], reciprocalRanks: [] } as Measurements,
    peer: { ms: [], reciprocalRanks: [] } as Measurements,
  };
  const sample = corpus.filter((_, at) => at % Math.floor(corpus.length / QUESTIONS) === 0);
  for (const { id, question } of sample) {
    for (const name of ['ours', 'peer'] as const) {
      const startedAt = performance.now();
      const found = await searches[name](question);
      measured[name].ms.push(performance.now() - startedAt);
      const rank = found.findIndex((each) => each.id === id);
      measured[name].reciprocalRanks.push(rank < 0 ? 0 : 1 / (rank + 1));
    }
  }
  return measured;
}

/**
 * The search of a product without a tokenizer of its own: any word of the question, unchanged. It uses a stored
 * tsvector with a GIN index, and runs as the owner of the tables: row-level security would prevent use of the index.
 */
function fullTextSearch(peer: Client, question: string): Promise<{ id: string }[]> {
  const words = question.match(/[\p{L}\p{N}]+/gu)?.join(' | ') ?? '';
  return peer
    .query<{ id: string }>(
      `SELECT id FROM chunks, to_tsquery('simple', $1) q WHERE words @@ q ORDER BY ts_rank_cd(words, q) DESC LIMIT 10`,
      [words],
    )
    .then(({ rows }) => rows);
}

async function connectPeer(): Promise<Client> {
  await loadConfig('database_owner');
  const peer = new Client(ownerConnection());
  await peer.connect();
  await peer.query(
    `ALTER TABLE chunks ADD COLUMN words tsvector GENERATED ALWAYS AS (to_tsvector('simple', text)) STORED`,
  );
  await peer.query('CREATE INDEX ON chunks USING gin (words)');
  await peer.query('ANALYZE');
  return peer;
}

function printReport({ ours, peer }: Record<'ours' | 'peer', Measurements>): void {
  const median = ({ ms }: Measurements) => ms.toSorted((a, b) => a - b)[Math.floor(ms.length / 2)] ?? 0;
  const mean = ({ reciprocalRanks }: Measurements) =>
    reciprocalRanks.reduce((sum, rank) => sum + rank, 0) / reciprocalRanks.length;
  console.table({
    'bigram postings, BM25 (ours)': {
      'ms per query (median)': median(ours).toFixed(1),
      'MRR@10': mean(ours).toFixed(3),
    },
    'PostgreSQL full text, simple': {
      'ms per query (median)': median(peer).toFixed(1),
      'MRR@10': mean(peer).toFixed(3),
    },
  });
  console.log(
    `ours / peer: time ${(median(ours) / median(peer)).toFixed(2)}, MRR ${(mean(ours) / mean(peer)).toFixed(2)}`,
  );
}
