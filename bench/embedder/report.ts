import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { barChart } from './chart.ts';
import { median, type Summary } from './rounds.ts';

/** The figures of one run; `scenarios` are in the order of SCENARIO_NAMES. */
type Results = {
  scenarios: Summary[];
  /** Lowest cosine between a text's vectors alone and in a batch. */
  batchInfluence: number;
  /** Load average of the minute before. */
  loadBefore: number;
  ours: {
    fairness: { idle: number; busy: number };
    memoryMb: number;
    idleCpu: number;
    blockedMs: number;
    readyMs: number;
  };
  peer: { name: string; memoryMb: number; readyMs: number } | null;
  tokensPerText: number;
  windowMs: number;
  rounds: number;
  origin: string;
};
type Bar = { what: string; value: string; wanted: string; holds: boolean };

const SCENARIO_NAMES = ['1 × 1 text', '16 × 1 text', '64 × 1 text', '1 × 64 texts', '4 × 64 texts'];
const FOLDER = join(import.meta.dirname, '../results');

/** Prints the report and writes it to bench/results/embedder.md, with its chart. */
export function writeReport(results: Results): void {
  const page = pageOf(results);
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(join(FOLDER, 'embedder.md'), page);
  writeFileSync(join(FOLDER, 'embedder.svg'), chartOf(results));
  console.log(page);
}

function pageOf(results: Results): string {
  const { peer, origin, scenarios } = results;
  const [cpu] = cpus();
  const machine = `${availableParallelism()} × ${cpu?.model}, ${Math.round(totalmem() / 2 ** 30)} GB, Node ${process.versions.node}`;
  return `# The embedder, measured

${new Date().toISOString().slice(0, 10)}, ${machine}. Regenerate with \`npm run bench -- embedder\`.

Model: ${origin}. Workload W: 4,096 texts, half Korean and half English, ${results.tokensPerText.toFixed(0)} tokens on average
(log-normal, 5 … 200), sent in a closed loop by one process on the same machine, to servers that have answered a thousand texts before. Each scenario has ${results.rounds} rounds; a round
measures the ceiling, the embedder, the peer on the same texts and the ceiling again, in windows of ${results.windowMs / 1_000} s. Figures are
medians of the rounds, ratios are medians of each round's ratio: machines in a cloud change their speed within a minute.
Load average when it began: ${results.loadBefore.toFixed(1)}.

![Tokens per second by scenario](embedder.svg)

The ceiling is the throughput of onnxruntime itself: texts tokenized before and sorted over the whole workload, one
one-thread session per core, batches of 256 tokens: ${scenarios.map(({ ceiling }) => ceiling.toFixed(0)).join(', ')} tokens/s beside the five scenarios.

${loadTable('Embedder', scenarios, 'ours')}
${peer ? loadTable(`${peer.name} (${peer.memoryMb.toFixed(0)} MB, ready after ${peer.readyMs.toFixed(0)} ms)`, scenarios, 'peer') : 'transformers.js could not be installed here: no comparison.\n'}
## The bars

| | measured | wanted | |
| --- | --- | --- | --- |
${barsOf(results)
  .map(
    ({ what, value, wanted, holds }) =>
      `| ${what} | ${value} | ${wanted} | ${holds ? 'holds' : '**missed**'} |`,
  )
  .join('\n')}
`;
}

function loadTable(name: string, scenarios: Summary[], who: 'ours' | 'peer'): string {
  const rows = scenarios.flatMap(({ share, peerShare, [who]: load }, i) => {
    if (!load) return [];
    const { textsPerSecond, tokensPerSecond, cpuMsPerText, p50, p95, p99 } = load;
    const ofCeiling = (who === 'ours' ? share : peerShare).toFixed(2);
    const cpu = cpuMsPerText.toFixed(2);
    const times = [p50, p95, p99].map((ms) => ms.toFixed(1)).join(' | ');
    return `| ${SCENARIO_NAMES[i]} | ${textsPerSecond.toFixed(1)} | ${tokensPerSecond.toFixed(0)} | ${ofCeiling} | ${cpu} | ${times} |`;
  });
  return `## ${name}

| clients × request | texts/s | tokens/s | of the ceiling | CPU ms per text | p50 ms | p95 ms | p99 ms |
| --- | --- | --- | --- | --- | --- | --- | --- |
${rows.join('\n')}
`;
}

function barsOf({ scenarios, ours, peer, batchInfluence }: Results): Bar[] {
  const share = (at: number) => scenarios[at]?.share ?? Number.NaN;
  const gain = (at: number) => scenarios[at]?.gain ?? Number.NaN;
  const { alone = 0, overAlone = Number.NaN } = scenarios[0] ?? {};
  const { idle, busy } = ours.fairness;
  const lone = `one text on an idle server, p50 over the ${alone.toFixed(1)} ms of raw tokenizing and running`;
  const fair = `a query's p95 beside an ingestion (${busy.toFixed(0)} ms) over its p95 alone (${idle.toFixed(0)} ms)`;
  return [
    least('share of the ceiling, 64 clients with one text', share(2), 0.88),
    least('share of the ceiling, 4 clients with 64 texts', share(4), 0.88),
    ...(peer
      ? [
          least('times transformers.js, 16 clients with one text', gain(1), 2),
          least('times transformers.js, 64 clients with one text', gain(2), 2),
          least('times transformers.js, 64 mixed texts a request', gain(3), 6),
          least('times transformers.js, 4 × 64 mixed texts', gain(4), 6),
        ]
      : []),
    least('cosine of a text alone and in a batch (int8 couples them)', batchInfluence, 0.999),
    most(lone, overAlone, { wanted: 1.2 }),
    most(fair, busy / idle, { wanted: 3 }),
    most('resident memory after all of it, weights counted once', ours.memoryMb, {
      wanted: 450,
      unit: ' MB',
    }),
    most('from the start of the process to ready', ours.readyMs, { wanted: 2_000, unit: ' ms' }),
    most('CPU of the idle server, % of a core', ours.idleCpu * 100, { wanted: 1 }),
    most('longest turn of the event loop, CPU time', ours.blockedMs, { wanted: 10, unit: ' ms' }),
  ];
}

function least(what: string, value: number, wanted: number): Bar {
  // A value wanted close to 1 needs more decimals to show a difference.
  const digits = wanted > 0.99 && wanted < 1 ? 5 : 2;
  return {
    what,
    value: value.toFixed(digits),
    wanted: `≥ ${wanted}`,
    holds: Number.isFinite(value) && value >= wanted,
  };
}

function most(what: string, value: number, { wanted, unit = '' }: { wanted: number; unit?: string }): Bar {
  const shown = `${value.toFixed(unit ? 0 : 2)}${unit}`;
  return { what, value: shown, wanted: `≤ ${wanted}${unit}`, holds: value <= wanted };
}

function chartOf({ scenarios, peer }: Results): string {
  const values = (who: 'ours' | 'peer') => scenarios.map((each) => each[who]?.tokensPerSecond ?? 0);
  const series = [{ name: 'embedder', color: '#2563eb', values: values('ours') }];
  if (peer) series.push({ name: peer.name, color: '#f59e0b', values: values('peer') });
  const ceiling = median(scenarios.map((each) => each.ceiling));
  return barChart({
    title: 'Tokens per second',
    groups: SCENARIO_NAMES,
    series,
    line: { name: 'ceiling', value: ceiling },
  });
}
