import { Agent, request } from 'node:http';

/** One scenario: `clients` that each send the next request when they have their answer. */
export type Scenario = { name: string; clients: number; texts: number };
export type LoadResult = {
  textsPerSecond: number;
  requests: number;
  /** CPU time of the server for one text: unlike the others it hardly depends on what else the machine does. */
  cpuMsPerText: number;
  /** Milliseconds of a request: half, 95 and 99 of a hundred were faster. */
  p50: number;
  p95: number;
  p99: number;
};
type LoadOptions = {
  url: string;
  headers: Record<string, string>;
  bodyOf: (texts: string[]) => string;
  texts: string[];
  warmUpMs: number;
  windowMs: number;
  cpuSeconds: () => number;
};

const FEW_REQUESTS = 10;

/**
 * Sends requests in a closed loop over kept connections; counts those that ended inside the window.
 * @throws Error at the first answer other than 200
 */
export async function runLoad({ clients, texts: size }: Scenario, options: LoadOptions): Promise<LoadResult> {
  const agent = new Agent({ keepAlive: true, maxSockets: clients });
  const from = performance.now() + options.warmUpMs;
  const to = from + options.windowMs;
  const latencies: number[] = [];
  const cpuBefore = options.cpuSeconds();
  let [next, answered] = [0, 0];
  const client = async () => {
    while (performance.now() < to) {
      const batch = Array.from(
        { length: size },
        (_, i) => options.texts[(next + i) % options.texts.length] ?? '',
      );
      next += size;
      const started = performance.now();
      await post(options, agent, options.bodyOf(batch));
      const ended = performance.now();
      answered += size;
      if (ended >= from && ended < to) latencies.push(ended - started);
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
  agent.destroy();
  const cpuMsPerText = ((options.cpuSeconds() - cpuBefore) * 1_000) / answered;
  const result = resultOf(latencies, size, options.windowMs);
  // Where hardly a request fits into the window all of them count, over all of the time.
  const seconds = (performance.now() - from + options.warmUpMs) / 1_000;
  const textsPerSecond = latencies.length < FEW_REQUESTS ? answered / seconds : result.textsPerSecond;
  return { ...result, textsPerSecond, cpuMsPerText };
}

function resultOf(latencies: number[], size: number, windowMs: number): Omit<LoadResult, 'cpuMsPerText'> {
  const sorted = latencies.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(Math.floor(sorted.length * share), sorted.length - 1)] ?? 0;
  return {
    textsPerSecond: (sorted.length * size * 1_000) / windowMs,
    requests: sorted.length,
    p50: at(0.5),
    p95: at(0.95),
    p99: at(0.99),
  };
}

function post({ url, headers }: LoadOptions, agent: Agent, body: string): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const length = { 'Content-Type': 'application/json', 'Content-Length': String(Buffer.byteLength(body)) };
  const sent = request(url, { method: 'POST', agent, headers: { ...headers, ...length } }, (response) => {
    response.once('end', () => {
      if (response.statusCode === 200) resolve();
      else reject(new Error(`${url} answered ${response.statusCode}`));
    });
    response.resume();
  });
  sent.once('error', reject);
  sent.end(body);
  return promise;
}
