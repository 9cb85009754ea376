import { Connection } from './connection.ts';

/** One scenario: each of `clients` sends its next request after the answer to the last one. */
export type Scenario = { name: string; clients: number; texts: number };
export type LoadResult = {
  textsPerSecond: number;
  /** Counts the tokens of the answered texts: a window has too few texts for the average length. */
  tokensPerSecond: number;
  /** CPU time of the server for one text. Other load on the machine hardly changes this figure. */
  cpuMsPerText: number;
  /** Percentiles of a request's latency in ms. */
  p50: number;
  p95: number;
  p99: number;
};
type LoadOptions = {
  url: string;
  headers: Record<string, string>;
  bodyOf: (texts: string[]) => string;
  texts: string[];
  /** Of each text. */
  tokens: number[];
  warmUpMs: number;
  windowMs: number;
  cpuSeconds: () => number;
  /** Index of the first request; each round has another one. */
  first: number;
};

const FEW_REQUESTS = 10;

/**
 * Sends requests in a closed loop over persistent connections and counts those that ended inside the window.
 * @throws Error at the first answer other than 200
 */
export async function runLoad({ clients, texts: size }: Scenario, options: LoadOptions): Promise<LoadResult> {
  const requests = requestsOf(size, options);
  const connections = await Promise.all(Array.from({ length: clients }, () => Connection.open(options.url)));
  const from = performance.now() + options.warmUpMs;
  const to = from + options.windowMs;
  const latencies: number[] = [];
  const all = { texts: 0, tokens: 0 };
  const inWindow = { texts: 0, tokens: 0 };
  const cpuBefore = options.cpuSeconds();
  let next = options.first;
  const client = async (connection: Connection) => {
    while (performance.now() < to) {
      const { bytes, tokens } = requests[next % requests.length] ?? { bytes: Buffer.alloc(0), tokens: 0 };
      next += 1;
      const started = performance.now();
      await connection.send(bytes);
      const ended = performance.now();
      count(all, size, tokens);
      if (ended < from || ended >= to) continue;
      count(inWindow, size, tokens);
      latencies.push(ended - started);
    }
  };
  await Promise.all(connections.map(client));
  for (const connection of connections) connection.close();
  const cpuMsPerText = ((options.cpuSeconds() - cpuBefore) * 1_000) / all.texts;
  // With too few requests inside the window, count all requests over the whole time.
  const isTooFew = latencies.length < FEW_REQUESTS;
  const seconds = isTooFew ? (performance.now() - from + options.warmUpMs) / 1_000 : options.windowMs / 1_000;
  const { texts, tokens } = isTooFew ? all : inWindow;
  const rates = { textsPerSecond: texts / seconds, tokensPerSecond: tokens / seconds };
  return { ...rates, cpuMsPerText, ...percentilesOf(latencies) };
}

function count(sum: { texts: number; tokens: number }, texts: number, tokens: number): void {
  sum.texts += texts;
  sum.tokens += tokens;
}

function percentilesOf(latencies: number[]): Pick<LoadResult, 'p50' | 'p95' | 'p99'> {
  const sorted = latencies.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(Math.floor(sorted.length * share), sorted.length - 1)] ?? 0;
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99) };
}

/** Builds all requests before the measurement, because the server needs the cores. */
function requestsOf(
  size: number,
  { url, headers, bodyOf, texts, tokens }: LoadOptions,
): { bytes: Buffer; tokens: number }[] {
  const { pathname, host } = new URL(url);
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return Array.from({ length: Math.ceil(texts.length / size) }, (_, at) => {
    const body = Buffer.from(bodyOf(texts.slice(at * size, (at + 1) * size)));
    const head = `POST ${pathname} HTTP/1.1\r\nHost: ${host}\r\n${lines.join('')}`;
    const type = `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`;
    const own = tokens.slice(at * size, (at + 1) * size);
    return {
      bytes: Buffer.concat([Buffer.from(head + type), body]),
      tokens: own.reduce((sum, each) => sum + each, 0),
    };
  });
}
