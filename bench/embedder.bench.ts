import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { modelFolder, modelPaths } from '#embedder/download/manifest.ts';
import { prepareModel } from '#embedder/prepare/prepare-model.ts';
import { createTokenizer, type TextTokenizer } from '#embedder/tokenizer/tokenizer.ts';
import { createServiceToken, servicePublicKeys } from '#shared/auth/service-token.ts';
import { signingRing } from '#shared/auth/signatures.ts';
import { loadConfig } from '#shared/core/config.ts';
import { measureAlone } from './embedder/alone.ts';
import { measureBatchInfluence } from './embedder/batch-influence.ts';
import { measureCeiling } from './embedder/ceiling.ts';
import { type LoadResult, runLoad, type Scenario } from './embedder/load.ts';
import { type BenchModel, writeBenchModel } from './embedder/model-files.ts';
import { writeReport } from './embedder/report.ts';
import { type Round, type Summary, summaryOf } from './embedder/rounds.ts';
import { type ServerProcess, startServer } from './embedder/server-process.ts';
import { makeWorkload } from './embedder/workload.ts';

/** Folder that is kept between runs: the generated model (118 MB) and the peer's installation (500 MB). */
const WORK_DIR = join(tmpdir(), 'rag-embedder-bench');
const PEER = '@huggingface/transformers@4.3.1';
const TEXTS = 4_096;
const CEILING_TEXTS = 512;
const ROUNDS = 3;
const WARM_UP_MS = 1_000;
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
  sessions: Awaited<ReturnType<typeof prepareSessions>>;
  tokenizer: TextTokenizer;
  texts: string[];
  ids: Int32Array[];
  /** A sample of `ids` with the same distribution of lengths. */
  sample: Int32Array[];
  windowMs: number;
};

/**
 * Compares the embedder with onnxruntime itself on this machine, and with transformers.js behind node:http, on the same
 * texts in one run: `npm run bench -- embedder [seconds per window]`. Writes bench/results/embedder.md.
 */
export async function run(): Promise<void> {
  process.env.JWT_SECRET ??= 'only for the benchmark, nothing else has it';
  await loadConfig('auth');
  process.env.SERVICE_PUBLIC_KEYS = JSON.stringify(servicePublicKeys(signingRing()));
  const bench = await prepareBench(Number(process.argv[3] ?? 5));
  const batchInfluence = await batchInfluenceOf(bench);
  const loadBefore = loadavg()[0] ?? 0;
  // The first start compiles the tokenizer and all code; later starts are measured.
  await (await startOurs(bench)).stop();
  const ours = await startOurs(bench);
  const peer = await startPeer(bench);
  // V8 compiles during the first thousand requests: a lone text takes 5.7 ms before and 5.1 ms after them.
  const warmUp = { name: 'warming up', clients: 16, texts: 1, first: 0 };
  await load(bench, ourTarget(ours), warmUp);
  if (peer) await load(bench, peerTarget(peer), warmUp);
  const scenarios: Summary[] = [];
  let blockedMs = 0;
  for (const scenario of SCENARIOS) {
    // Watching wakes the event loop 500 times a second, which would slow the scenario of a lone text.
    const isWatched = !isLone(scenario);
    if (isWatched) await ours.blockedMs();
    scenarios.push(await measureScenario(bench, scenario, { ours, peer }));
    if (isWatched) blockedMs = Math.max(blockedMs, await ours.blockedMs());
  }
  const peerMb = peer?.memoryMb() ?? 0;
  await peer?.stop();
  const fairness = await measureFairness(bench, ours);
  const memoryMb = ours.memoryMb();
  const idleCpu = await measureIdle(ours);
  await ours.stop();
  const tokens = bench.ids.reduce((sum, { length }) => sum + length, 0);
  writeReport({
    scenarios,
    batchInfluence,
    loadBefore,
    ours: { fairness, memoryMb, idleCpu, blockedMs, readyMs: ours.readyMs },
    peer: peer && { name: PEER, memoryMb: peerMb, readyMs: peer.readyMs },
    tokensPerText: tokens / bench.ids.length,
    windowMs: bench.windowMs,
    rounds: ROUNDS,
    origin: bench.model.origin,
  });
}

async function prepareBench(seconds: number): Promise<Bench> {
  const model = writeBenchModel(join(WORK_DIR, 'models'));
  const { tokenizer: file, tokenizerConfig } = modelPaths(model.modelsDir, model.manifest);
  const tokenizer = createTokenizer({
    file: readJson(file),
    config: readJson(tokenizerConfig),
    maxTokens: 512,
  });
  const texts = makeWorkload(TEXTS, tokenizer).map(({ text }) => text);
  const ids = texts.map((text) => tokenizer.encode(text, PREFIX).ids);
  const step = ids.length / CEILING_TEXTS;
  const sample = ids.toSorted((a, b) => a.length - b.length).filter((_, at) => at % step === 0);
  return {
    model,
    sessions: await prepareSessions(model),
    tokenizer,
    texts,
    ids,
    sample,
    windowMs: seconds * 1_000,
  };
}

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(path, 'utf8'));
}

async function prepareSessions({ modelsDir, manifest }: BenchModel) {
  const { weights } = modelPaths(modelsDir, manifest);
  const { padTokenId, dimensions, files } = manifest;
  const cacheDir = join(modelFolder(modelsDir, manifest), 'optimized');
  const prepared = await prepareModel({ weights, padTokenId, cacheDir, sha256: files[0]?.sha256 ?? '' });
  return { source: { ...prepared, padTokenId }, dimensions, workers: availableParallelism() };
}

async function batchInfluenceOf({ sessions, ids }: Bench): Promise<number> {
  const { source, dimensions } = sessions;
  return await measureBatchInfluence({ ...source, dimensions, head: 'mean' }, ids.slice(0, 120));
}

/** @returns tokens a second */
async function ceilingOf(bench: Bench): Promise<number> {
  const result = await measureCeiling({ ...bench.sessions, texts: bench.sample });
  console.log('ceiling', result);
  return result.tokensPerSecond;
}

/** Measures a lone client's texts without the server. @returns the median in ms */
async function aloneMs(bench: Bench, first: number): Promise<number> {
  const { sessions, tokenizer, texts, windowMs } = bench;
  const { source, dimensions, workers: threads } = sessions;
  const one = { source: { ...source, threads }, dimensions, tokenizer, texts, prefix: PREFIX };
  return await measureAlone({ ...one, first, warmUpMs: WARM_UP_MS, windowMs });
}

type Servers = { ours: ServerProcess; peer: ServerProcess | null };

/** Measures one scenario; each round has the ceiling, the embedder and the peer on the same texts. */
async function measureScenario(bench: Bench, scenario: Scenario, servers: Servers): Promise<Summary> {
  const rounds: Round[] = [];
  let before = await ceilingOf(bench);
  for (let round = 0; round < ROUNDS; round += 1) {
    const first = Math.floor((round * TEXTS) / scenario.texts / ROUNDS);
    const aloneBefore = isLone(scenario) ? await aloneMs(bench, first) : null;
    const ours = await load(bench, ourTarget(servers.ours), { ...scenario, first });
    const alone = aloneBefore && (aloneBefore + (await aloneMs(bench, first))) / 2;
    const peer = servers.peer && (await load(bench, peerTarget(servers.peer), { ...scenario, first }));
    const after = await ceilingOf(bench);
    rounds.push({ ceiling: (before + after) / 2, alone, ours, peer });
    before = after;
  }
  return summaryOf(rounds);
}

function isLone({ clients, texts }: Scenario): boolean {
  return clients * texts === 1;
}

type Target = { server: ServerProcess; path: string; headers: Record<string, string>; prefix: string };

async function load(
  bench: Bench,
  target: Target,
  { first, ...scenario }: Scenario & { first: number },
): Promise<LoadResult> {
  const result = await runLoad(scenario, {
    url: target.server.url + target.path,
    headers: target.headers,
    bodyOf: (inputs) => JSON.stringify({ inputs }),
    texts: bench.texts.map((text) => target.prefix + text),
    tokens: bench.ids.map(({ length }) => length),
    warmUpMs: WARM_UP_MS,
    windowMs: bench.windowMs,
    cpuSeconds: () => target.server.cpuSeconds(),
    first,
  });
  console.log(target.path, scenario.name, result);
  return result;
}

async function startOurs({ model: { modelsDir, manifest } }: Bench): Promise<ServerProcess> {
  const script = new URL('./embedder/our-server.ts', import.meta.url);
  // Settings of the image.
  const env = {
    MODELS_DIR: modelsDir,
    NODE_COMPILE_CACHE: join(WORK_DIR, 'code'),
    NODE_OPTIONS: '--max-semi-space-size=4',
  };
  return await startServer(script, [JSON.stringify(manifest)], env);
}

/** Makes a new token each time, because tokens expire after about a minute. */
function ourTarget(server: ServerProcess): Target {
  const headers = { Authorization: `Bearer ${createServiceToken()}` };
  return { server, path: '/embed', headers, prefix: '' };
}

function peerTarget(server: ServerProcess): Target {
  return { server, path: '/', headers: {}, prefix: PREFIX };
}

/** Measures a client with one text at a time, alone and during an ingestion that keeps the queue filled. */
async function measureFairness(bench: Bench, server: ServerProcess): Promise<{ idle: number; busy: number }> {
  const query = { name: 'a query alone', clients: 1, texts: 1, first: 0 };
  const idle = await load(bench, ourTarget(server), query);
  const [busy] = await Promise.all([
    load(bench, ourTarget(server), { ...query, name: 'a query beside an ingestion' }),
    load(bench, ourTarget(server), { name: 'the ingestion', clients: 4, texts: 64, first: 0 }),
  ]);
  return { idle: idle.p95, busy: busy.p95 };
}

/** @returns the share of a core that the idle server takes */
async function measureIdle(server: ServerProcess): Promise<number> {
  await delay(1_000);
  const before = server.cpuSeconds();
  await delay(IDLE_MS);
  return (server.cpuSeconds() - before) / (IDLE_MS / 1_000);
}

async function startPeer({ model: { modelsDir, manifest } }: Bench): Promise<ServerProcess | null> {
  const folder = join(WORK_DIR, 'peer');
  try {
    installPeer(folder);
    const script = new URL('./embedder/peer-server.ts', import.meta.url);
    return await startServer(script, [folder, modelsDir, manifest.id], {});
  } catch (error) {
    console.warn(`No comparison with ${PEER}:`, error);
    return null;
  }
}

function installPeer(folder: string): void {
  if (existsSync(join(folder, 'node_modules/@huggingface/transformers'))) return;
  mkdirSync(folder, { recursive: true });
  // onnxruntime's install script would download CUDA.
  const args = ['install', '--prefix', folder, '--no-audit', '--no-fund', '--ignore-scripts', PEER];
  execFileSync('npm', args, { stdio: 'inherit' });
}
