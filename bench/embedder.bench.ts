import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { modelFolder, modelPaths } from '#embedder/manifest.ts';
import { prepareModel } from '#embedder/prepare-model.ts';
import { createTokenizer, type TextTokenizer } from '#embedder/tokenizer.ts';
import { createServiceToken } from '#shared/auth/service-token.ts';
import { loadConfig } from '#shared/config.ts';
import { type Ceiling, measureAlone, measureCeiling } from './embedder/ceiling.ts';
import { measureCompany } from './embedder/company.ts';
import { type LoadResult, runLoad, type Scenario } from './embedder/load.ts';
import { type BenchModel, writeBenchModel } from './embedder/model-files.ts';
import { type Results, writeReport } from './embedder/report.ts';
import { type ServerProcess, startServer } from './embedder/server-process.ts';
import { makeWorkload } from './embedder/workload.ts';

/** Kept between runs: the generated model (118 MB) and the peer's installation (500 MB). */
const WORK_DIR = join(tmpdir(), 'rag-embedder-bench');
const PEER = '@huggingface/transformers@4.3.1';
const TEXTS = 4_096;
const CEILING_TEXTS = 1_024;
const ALONE_TEXTS = 300;
const WARM_UP_MS = 1_500;
const IDLE_MS = 3_000;
const SCENARIOS: Scenario[] = [
  { name: '1 client, 1 text', clients: 1, texts: 1 },
  { name: '16 clients, 1 text', clients: 16, texts: 1 },
  { name: '64 clients, 1 text', clients: 64, texts: 1 },
  { name: '1 client, 64 texts', clients: 1, texts: 64 },
  { name: '4 clients, 64 texts', clients: 4, texts: 64 },
];
const PREFIX = 'passage: ';

type Bench = {
  model: BenchModel;
  tokenizer: TextTokenizer;
  texts: string[];
  ids: Int32Array[];
  windowMs: number;
};

/**
 * The embedder against what onnxruntime can do on this machine, and against transformers.js behind node:http, on
 * the same texts in one run. `npm run bench -- embedder [seconds per window]`; writes bench/results/embedder.md.
 */
export async function run(): Promise<void> {
  process.env.JWT_SECRET ??= 'only for the benchmark, nothing else has it';
  await loadConfig('auth');
  const bench = prepare(Number(process.argv[3] ?? 8));
  const alone = await aloneMs(bench);
  const { source, dimensions } = await sessions(bench);
  const company = await measureCompany({ ...source, dimensions, head: 'pooled' }, bench.ids.slice(0, 120));
  const loadBefore = loadavg()[0] ?? 0;
  const { ceilings, ours } = await measureOurs(bench);
  const peer = await measurePeer(bench);
  const tokens = bench.ids.reduce((sum, { length }) => sum + length, 0);
  writeReport({
    ceilings,
    alone,
    company,
    loadBefore,
    ours,
    peer,
    tokensPerText: tokens / bench.ids.length,
    windowMs: bench.windowMs,
    origin: bench.model.origin,
  });
}

function prepare(seconds: number): Bench {
  const model = writeBenchModel(join(WORK_DIR, 'models'));
  const { tokenizer: file, tokenizerConfig } = modelPaths(model.modelsDir, model.manifest);
  const tokenizer = createTokenizer({
    file: readJson(file),
    config: readJson(tokenizerConfig),
    maxTokens: 512,
  });
  const texts = makeWorkload(TEXTS, tokenizer).map(({ text }) => text);
  const ids = texts.map((text) => tokenizer.encode(text, PREFIX).ids);
  return { model, tokenizer, texts, ids, windowMs: seconds * 1_000 };
}

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(path, 'utf8'));
}

async function sessions({ model }: Bench) {
  const { weights } = modelPaths(model.modelsDir, model.manifest);
  const { padTokenId, dimensions, files } = model.manifest;
  const cacheDir = join(modelFolder(model.modelsDir, model.manifest), 'optimized');
  const prepared = await prepareModel({ weights, padTokenId, cacheDir, sha256: files[0]?.sha256 ?? '' });
  return { source: { ...prepared, padTokenId }, dimensions, workers: availableParallelism() };
}

async function ceiling(bench: Bench): Promise<Ceiling> {
  const result = await measureCeiling({
    ...(await sessions(bench)),
    texts: bench.ids.slice(0, CEILING_TEXTS),
  });
  console.log('ceiling', result);
  return result;
}

/** Tokenizing and computing each text alone, with nothing around it. */
async function aloneMs(bench: Bench): Promise<Results['alone']> {
  const texts = bench.texts.slice(0, ALONE_TEXTS);
  const model = await measureAlone({ ...(await sessions(bench)), texts: bench.ids.slice(0, ALONE_TEXTS) });
  const sorted = texts
    .map((text, at) => {
      const started = performance.now();
      bench.tokenizer.encode(text, PREFIX);
      return performance.now() - started + (model[at] ?? 0);
    })
    .sort((a, b) => a - b);
  return { p50: sorted[Math.floor(sorted.length / 2)] ?? 0 };
}

type Target = { server: ServerProcess; path: string; headers: Record<string, string>; prefix: string };

async function load(bench: Bench, target: Target, scenario: Scenario): Promise<LoadResult> {
  const result = await runLoad(scenario, {
    url: target.server.url + target.path,
    headers: target.headers,
    bodyOf: (inputs) => JSON.stringify({ inputs }),
    texts: bench.texts.map((text) => target.prefix + text),
    warmUpMs: WARM_UP_MS,
    windowMs: bench.windowMs,
    cpuSeconds: () => target.server.cpuSeconds(),
  });
  console.log(target.path, scenario.name, result);
  return result;
}

async function measureOurs(bench: Bench): Promise<Pick<Results, 'ceilings' | 'ours'>> {
  const { modelsDir, manifest } = bench.model;
  const script = new URL('./embedder/our-server.ts', import.meta.url);
  const server = await startServer(script, [JSON.stringify(manifest)], { MODELS_DIR: modelsDir });
  const loads: LoadResult[] = [];
  const ceilings = [await ceiling(bench)];
  let blockedMs = 0;
  for (const scenario of SCENARIOS) {
    await server.blockedMs();
    loads.push(await load(bench, ourTarget(server), scenario));
    blockedMs = Math.max(blockedMs, await server.blockedMs());
    ceilings.push(await ceiling(bench));
  }
  const fairness = await measureFairness(bench, server);
  const rssMb = server.rssMb();
  await delay(1_000);
  const cpu = server.cpuSeconds();
  await delay(IDLE_MS);
  const idleCpu = (server.cpuSeconds() - cpu) / (IDLE_MS / 1_000);
  await server.stop();
  return { ceilings, ours: { loads, fairness, rssMb, idleCpu, blockedMs, readyMs: server.readyMs } };
}

/** With a new token: one lives for a minute or so. */
function ourTarget(server: ServerProcess): Target {
  const headers = { Authorization: `Bearer ${createServiceToken()}` };
  return { server, path: '/embed', headers, prefix: '' };
}

/** A client with one text at a time, alone and beside an ingestion that never leaves the queue empty. */
async function measureFairness(bench: Bench, server: ServerProcess): Promise<{ idle: number; busy: number }> {
  const query: Scenario = { name: 'a query alone', clients: 1, texts: 1 };
  const idle = await load(bench, ourTarget(server), query);
  const [busy] = await Promise.all([
    load(bench, ourTarget(server), { ...query, name: 'a query beside an ingestion' }),
    load(bench, ourTarget(server), { name: 'the ingestion', clients: 4, texts: 64 }),
  ]);
  return { idle: idle.p95, busy: busy.p95 };
}

async function measurePeer(bench: Bench): Promise<Results['peer']> {
  const folder = join(WORK_DIR, 'peer');
  const { modelsDir, manifest } = bench.model;
  try {
    installPeer(folder);
    const script = new URL('./embedder/peer-server.ts', import.meta.url);
    const server = await startServer(script, [folder, modelsDir, manifest.id], {});
    const loads: LoadResult[] = [];
    for (const scenario of SCENARIOS) {
      loads.push(await load(bench, { server, path: '/', headers: {}, prefix: PREFIX }, scenario));
    }
    const rssMb = server.rssMb();
    await server.stop();
    return { name: PEER, loads, rssMb, readyMs: server.readyMs };
  } catch (error) {
    console.warn(`No comparison with ${PEER}:`, error);
    return null;
  }
}

function installPeer(folder: string): void {
  if (existsSync(join(folder, 'node_modules/@huggingface/transformers'))) return;
  mkdirSync(folder, { recursive: true });
  // Without scripts: onnxruntime's would download CUDA.
  const args = ['install', '--prefix', folder, '--no-audit', '--no-fund', '--ignore-scripts', PEER];
  execFileSync('npm', args, { stdio: 'inherit' });
}
