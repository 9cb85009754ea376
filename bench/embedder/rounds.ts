import type { LoadResult } from './load.ts';

/**
 * One round of a scenario: the ceiling before and after, the embedder and the peer between, all within seconds. Other
 * load on the machine slows all of them down, so a round's ratios are more reliable than its figures.
 */
export type Round = {
  /** Tokens a second: the mean of before and after. */
  ceiling: number;
  /** Milliseconds of a text without the server: the mean of before and after. Measured for a single client only. */
  alone: number | null;
  ours: LoadResult;
  peer: LoadResult | null;
};
/** The figures of a scenario: medians over its rounds. */
export type Summary = {
  ours: LoadResult;
  peer: LoadResult | null;
  ceiling: number;
  /** Tokens a second over the ceiling's. */
  share: number;
  peerShare: number;
  /** Texts a second over the peer's; NaN without one. */
  gain: number;
  alone: number;
  /** The embedder's p50 over `alone`. */
  overAlone: number;
};

/** Computes the medians of the rounds' figures, and of each round's ratios. */
export function summaryOf(rounds: Round[]): Summary {
  const peers = rounds.flatMap(({ peer }) => peer ?? []);
  return {
    ours: medianLoad(rounds.map(({ ours }) => ours)),
    peer: peers.length > 0 ? medianLoad(peers) : null,
    ceiling: median(rounds.map(({ ceiling }) => ceiling)),
    share: median(rounds.map(({ ours, ceiling }) => ours.tokensPerSecond / ceiling)),
    peerShare: median(rounds.map(({ peer, ceiling }) => (peer?.tokensPerSecond ?? Number.NaN) / ceiling)),
    gain: median(
      rounds.map(({ ours, peer }) => ours.tokensPerSecond / (peer?.tokensPerSecond ?? Number.NaN)),
    ),
    alone: median(rounds.map(({ alone }) => alone ?? Number.NaN)),
    overAlone: median(rounds.map(({ ours, alone }) => ours.p50 / (alone ?? Number.NaN))),
  };
}

/** The median; of an even number of values the upper one. */
export function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function medianLoad(loads: LoadResult[]): LoadResult {
  const of = (figure: keyof LoadResult) => median(loads.map((load) => load[figure]));
  return {
    textsPerSecond: of('textsPerSecond'),
    tokensPerSecond: of('tokensPerSecond'),
    cpuMsPerText: of('cpuMsPerText'),
    p50: of('p50'),
    p95: of('p95'),
    p99: of('p99'),
  };
}
