import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import type { Ceiling } from './ceiling.ts';
import { barChart } from './chart.ts';
import type { LoadResult } from './load.ts';

/** Everything one run measured; `loads` in the order of SCENARIO_NAMES. */
export type Results = {
  /** Before each scenario of ours, and after the last. */
  ceilings: Ceiling[];
  alone: { p50: number };
  /** Least cosine of a text alone and in company. */
  company: number;
  /** Load average of the minute before. */
  loadBefore: number;
  ours: {
    loads: LoadResult[];
    fairness: { idle: number; busy: number };
    rssMb: number;
    idleCpu: number;
    blockedMs: number;
    readyMs: number;
  };
  peer: { name: string; loads: LoadResult[]; rssMb: number; readyMs: number } | null;
  tokensPerText: number;
  windowMs: number;
  origin: string;
};
type Bar = { what: string; value: string; wanted: string; holds: boolean };

const SCENARIO_NAMES = ['1 × 1 text', '16 × 1 text', '64 × 1 text', '1 × 64 texts', '4 × 64 texts'];
const FOLDER = join(import.meta.dirname, '../results');

/** Prints the figures, and writes bench/results/embedder.md with its chart. */
export function writeReport(results: Results): void {
  const page = pageOf(results);
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(join(FOLDER, 'embedder.md'), page);
  writeFileSync(join(FOLDER, 'embedder.svg'), chartOf(results));
  console.log(page);
}

function pageOf(results: Results): string {
  const { ceilings, ours, peer, origin, windowMs } = results;
  const [cpu] = cpus();
  const machine = `${availableParallelism()} × ${cpu?.model}, ${Math.round(totalmem() / 2 ** 30)} GB, Node ${process.versions.node}`;
  return `# The embedder, measured

${new Date().toISOString().slice(0, 10)}, ${machine}. Regenerate with \`npm run bench -- embedder\`.

Model: ${origin}. Workload W: 4,096 texts, half Korean and half English, ${results.tokensPerText.toFixed(0)} tokens on average
(log-normal, 5 … 200), sent in a closed loop by one process on the same machine; windows of ${windowMs / 1_000} s after 1.5 s of
warming up. Compare figures within one run only. Load average of the machine when it began: ${results.loadBefore.toFixed(1)}; on a busy one
CPU time per text says more than texts per second.

![Texts per second by scenario](embedder.svg)

The ceiling is what onnxruntime does with tokens ready, sorted over the whole workload, one session of one thread per
core, batches of ${ceilings[0]?.budget} tokens with ${((ceilings[0]?.padding ?? 0) * 100).toFixed(1)} % padding. It is measured before and after each scenario (${ceilings.map(({ textsPerSecond }) => textsPerSecond.toFixed(0)).join(', ')} texts/s),
and a share is of the two around it. CPU time of the ceiling for one text: ${ceilings.map(({ cpuMsPerText }) => cpuMsPerText.toFixed(2)).join(', ')} ms.

${loadTable('Embedder', ours.loads, results)}
${peer ? loadTable(`${peer.name} (${peer.rssMb.toFixed(0)} MB, ready after ${peer.readyMs.toFixed(0)} ms)`, peer.loads, results) : 'transformers.js could not be installed here: no comparison.\n'}
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

function loadTable(name: string, loads: LoadResult[], results: Results): string {
  const share = (value: number, at: number) =>
    (value / (loads === results.ours.loads ? ceilingAt(results, at) : ceilingOf(results))).toFixed(2);
  const rows = loads.map(
    ({ textsPerSecond, cpuMsPerText, p50, p95, p99 }, i) =>
      `| ${SCENARIO_NAMES[i]} | ${textsPerSecond.toFixed(1)} | ${(textsPerSecond * results.tokensPerText).toFixed(0)} | ${share(textsPerSecond, i)} | ${cpuMsPerText.toFixed(2)} | ${p50.toFixed(1)} | ${p95.toFixed(1)} | ${p99.toFixed(1)} |`,
  );
  return `## ${name}

| clients × request | texts/s | tokens/s | of the ceiling | CPU ms per text | p50 ms | p95 ms | p99 ms |
| --- | --- | --- | --- | --- | --- | --- | --- |
${rows.join('\n')}
`;
}

function barsOf(results: Results): Bar[] {
  const { ours, peer, alone } = results;
  const share = (at: number) => (ours.loads[at]?.textsPerSecond ?? 0) / ceilingAt(results, at);
  const gain = (at: number) => (ours.loads[at]?.textsPerSecond ?? 0) / (peer?.loads[at]?.textsPerSecond ?? 0);
  const slower = (ours.loads[0]?.p50 ?? 0) / alone.p50;
  const { idle, busy } = ours.fairness;
  const lone = `one text on an idle server, p50 over the ${alone.p50.toFixed(1)} ms of raw tokenizing and running`;
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
    least('cosine of a text alone and in a batch (int8 couples them)', results.company, 0.999),
    most(lone, slower, { wanted: 1.2 }),
    most(fair, busy / idle, { wanted: 3 }),
    most('memory after all of it (RSS)', ours.rssMb, { wanted: 450, unit: ' MB' }),
    most('from the start of the process to ready', ours.readyMs, { wanted: 2_000, unit: ' ms' }),
    most('CPU of the idle server, % of a core', ours.idleCpu * 100, { wanted: 1 }),
    most('longest time the event loop stood still', ours.blockedMs, { wanted: 10, unit: ' ms' }),
  ];
}

function least(what: string, value: number, wanted: number): Bar {
  // A share that must be nearly all of 1 shows its difference only far behind the point.
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

/** The ceiling around one scenario: what else the machine did then slowed both down. */
function ceilingAt({ ceilings }: Results, at: number): number {
  const [before, after] = [ceilings[at], ceilings[at + 1]];
  return ((before?.textsPerSecond ?? 0) + (after?.textsPerSecond ?? 0)) / 2;
}

function ceilingOf({ ceilings }: Results): number {
  return ceilings.reduce((sum, { textsPerSecond }) => sum + textsPerSecond, 0) / ceilings.length;
}

function chartOf(results: Results): string {
  const { ours, peer } = results;
  const series = [
    { name: 'embedder', color: '#2563eb', values: ours.loads.map((each) => each.textsPerSecond) },
  ];
  if (peer) {
    series.push({ name: peer.name, color: '#f59e0b', values: peer.loads.map((each) => each.textsPerSecond) });
  }
  return barChart({
    title: 'Texts per second',
    groups: SCENARIO_NAMES,
    series,
    line: { name: 'ceiling', value: ceilingOf(results) },
  });
}
