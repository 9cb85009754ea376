import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startPlatform } from '#local/platform/platform.ts';
import { loadConfig } from '#shared/core/config.ts';
import { logistic } from '#shared/core/logistic.ts';
import { WHOLE_TEAM } from '#shared/db/document-filter.ts';
import { closePools } from '#shared/db/pool.ts';
import type { Calibration, SignalSet, Weights } from '#shared/retrieval/calibration.ts';
import { CALIBRATIONS } from '#shared/retrieval/calibration-weights.ts';
import { embedderInfo } from '#shared/retrieval/embedder-client.ts';
import { type SearchHit, search } from '#shared/retrieval/search.ts';
import type { SignalName, Signals } from '#shared/retrieval/signals.ts';
import { familyOf } from '#shared/retrieval/similarity.ts';
import { calibrateEvidence } from './calibrate-evidence.ts';
import { areaUnderCurve, type Example, fit, quantile, round } from './fit.ts';
import { addLibrary, documentsWithout, type Library } from './library.ts';

type Place = { document: string; quote: string };
export type Question = {
  kind: string;
  split: 'tune' | 'report';
  question: string;
  history?: unknown[];
  document: string | null;
  quote: string | null;
  also?: Place[];
  contains: (string | string[])[];
  absent?: (string | string[])[];
  refuse: boolean;
};
type Mode = 'hybrid' | 'lexical' | 'vector';
type Seen = Example<SignalName> & { split: Question['split']; kind: string };

const WORDS: SignalName[] = ['covered', 'known', 'clause', 'unknown', 'words', 'wordsGap', 'weight', 'gap'];
const MEANING: SignalName[] = ['near', 'nearGap', 'margin'];
const JOINT: SignalName[] = ['agreed', 'foreign'];
const SETS: Record<SignalSet, { mode: Mode; names: SignalName[] }> = {
  hybrid: { mode: 'hybrid', names: [...WORDS, ...MEANING, ...JOINT] },
  hybrid_without_background: { mode: 'hybrid', names: [...WORDS, 'near', 'nearGap', ...JOINT] },
  lexical: { mode: 'lexical', names: WORDS },
  vector: { mode: 'vector', names: MEANING },
  vector_without_background: { mode: 'vector', names: ['near', 'nearGap'] },
};
const TOP = 3;
const OUTPUT = new URL('../../shared/retrieval/calibration-weights.ts', import.meta.url);

/** This set, and the one with questions across languages: they are too few in this one to be told from chance. */
const FOLDERS = ['./', './two-languages/'].map((folder) => new URL(folder, import.meta.url));

/** The questions of a set, with the library that answers them. */
export type Asked = { library: Library; questions: Question[] };

async function open(folder: URL): Promise<Asked> {
  const lines = readFileSync(new URL('questions.jsonl', folder), 'utf8').trimEnd().split('\n');
  const questions = lines
    .map((line) => JSON.parse(line) as Question)
    .filter(({ history, quote, refuse }) => !history && ((quote ?? null) !== null || refuse));
  return { library: await addLibrary(new URL('documents/', folder)), questions };
}

/**
 * Fits the calibration of the embedding model that runs here to the tuning halves of the sets, prints how well it tells
 * answerable questions from others on both halves, and writes shared/retrieval/calibration-weights.ts. Every question
 * is also asked without its documents, where nothing answers it. Then fits the evidence of `builtin/extractive`, which
 * reads those scores.
 */
async function main(): Promise<void> {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'rag-calibrate-'));
  const platform = await startPlatform({ ports: 'free', dataDir, redis: false, console: false });
  Object.assign(process.env, platform.env);
  try {
    await loadConfig('database', 'auth', 'http', 'storage', 'vectors', 'embedder');
    const { identity } = await embedderInfo();
    const asked: Asked[] = [];
    for (const folder of FOLDERS) asked.push(await open(folder));
    const model = familyOf(identity);
    const seen = new Map<Mode, Seen[]>();
    for (const mode of ['hybrid', 'lexical', 'vector'] as const) {
      const each: Seen[] = [];
      for (const set of asked) each.push(...(await askAll(set, mode)));
      seen.set(mode, each);
    }
    const calibration = { model, ...fitAll(seen) };
    write(calibration);
    await calibrateEvidence(asked, calibration);
  } finally {
    await closePools();
    await platform.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

async function askAll({ library, questions }: Asked, mode: Mode): Promise<Seen[]> {
  const { teamId, ids } = library;
  const seen: Seen[] = [];
  const ask = (query: string, documentIds: string[] | null) =>
    search(teamId, { query, topK: TOP, mode, scope: { ...WHOLE_TEAM, documentIds } });
  for (const { question, quote, refuse, split, kind, document, also = [], contains } of questions) {
    const add = (signals: Signals | null, isAnswerable: boolean, as = kind) => {
      if (signals) seen.push({ signals, isAnswerable, split, kind: as });
    };
    const found = await ask(question, null);
    if (refuse) {
      add(found.signals, false);
      continue;
    }
    if (holds(found.hits, quote ?? '')) add(found.signals, true);
    const without = await ask(
      question,
      documentsWithout(ids, [document, ...also.map((place) => place.document)]),
    );
    if (!contains.flat().some((part) => holds(without.hits, part))) add(without.signals, false, 'left_out');
  }
  return seen;
}

const plain = (text: string) => text.toLowerCase().replaceAll(/[\s|,*`"]+/g, '');
const shareBelow = (scores: number[], bound: number) =>
  scores.filter((score) => score < bound).length / scores.length;

function holds(hits: SearchHit[], part: string): boolean {
  return hits.some(({ text }) => plain(text).includes(plain(part)));
}

function fitAll(seen: ReadonlyMap<Mode, Seen[]>): Omit<Calibration, 'model'> {
  const weights: Calibration['weights'] = {};
  const bounds: Calibration['bounds'] = {};
  for (const [set, { mode, names }] of Object.entries(SETS) as [SignalSet, (typeof SETS)[SignalSet]][]) {
    const examples = seen.get(mode) ?? [];
    // Without a background the margin is always 0, and there is nothing to fit it to.
    if (names.includes('margin') && examples.every(({ signals }) => signals.margin === 0)) continue;
    const tune = examples.filter(({ split }) => split === 'tune');
    const fitted = fit(tune, names);
    weights[set] = fitted;
    const scores = tune.filter((each) => each.isAnswerable).map(({ signals }) => logistic(fitted, signals));
    bounds[set] = { related: round(quantile(scores, 0.01) / 2), perhaps: round(quantile(scores, 0.05)) };
    for (const half of ['tune', 'report'] as const) {
      report(
        `${set}, ${half}`,
        examples.filter(({ split }) => split === half),
        fitted,
      );
    }
  }
  return { weights, bounds };
}

function report(title: string, examples: Seen[], weights: Weights): void {
  const scored = examples.map((each) => ({ ...each, score: logistic(weights, each.signals) }));
  const answerable = scored.filter((each) => each.isAnswerable).map(({ score }) => score);
  const limit = answerable.toSorted((a, b) => a - b)[Math.floor(answerable.length * 0.05)] ?? 0;
  const groups = Map.groupBy(
    scored.filter((each) => !each.isAnswerable),
    ({ kind }) => kind,
  );
  console.log(`\n${title}`);
  console.table({
    answerable: {
      count: answerable.length,
      AUC: '',
      'refused at 95 % answered': '0.05',
      'below 0.5': shareBelow(answerable, 0.5).toFixed(2),
      'below 0.25': shareBelow(answerable, 0.25).toFixed(2),
      'below 0.1': shareBelow(answerable, 0.1).toFixed(2),
    },
    ...Object.fromEntries(
      [...groups].map(([kind, group]) => {
        const scores = group.map(({ score }) => score);
        return [
          kind,
          {
            count: scores.length,
            AUC: areaUnderCurve(answerable, scores).toFixed(3),
            'refused at 95 % answered': shareBelow(scores, limit).toFixed(2),
            'below 0.5': shareBelow(scores, 0.5).toFixed(2),
            'below 0.25': shareBelow(scores, 0.25).toFixed(2),
            'below 0.1': shareBelow(scores, 0.1).toFixed(2),
          },
        ];
      }),
    ),
  });
}

function write(calibration: Calibration): void {
  const kept = CALIBRATIONS.filter(({ model }) => model !== calibration.model);
  const all = [...kept, calibration].sort((a, b) => (a.model < b.model ? -1 : 1));
  writeFileSync(
    OUTPUT,
    `import type { Calibration } from './calibration.ts';

/** Written by \`npm run calibrate\`: the weights of each signal, per embedding model and kind of search. */
export const CALIBRATIONS: readonly Calibration[] = ${JSON.stringify(all, null, 2)
      .replaceAll(/"(\w+)":/g, '$1:')
      .replaceAll('"', "'")};
`,
  );
}

await main();
