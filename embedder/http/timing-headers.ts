import type { Timings } from '#embedder/service/metrics.ts';

/**
 * The timings of a request: in whole milliseconds under the names of text-embeddings-inference, and with decimals as
 * `Server-Timing`, which browsers and proxies show.
 */
export function timingHeaders(
  { tokenizeMs, queueMs, inferenceMs }: Timings,
  work: { inputs: string[]; tokens: number },
): Record<string, string> {
  const totalMs = tokenizeMs + queueMs + inferenceMs;
  const parts = { tokenize: tokenizeMs, queue: queueMs, inference: inferenceMs, total: totalMs };
  return {
    'X-Compute-Type': 'cpu',
    'X-Compute-Time': round(inferenceMs),
    'X-Compute-Characters': String(work.inputs.reduce((sum, text) => sum + text.length, 0)),
    'X-Compute-Tokens': String(work.tokens),
    'X-Tokenization-Time': round(tokenizeMs),
    'X-Queue-Time': round(queueMs),
    'X-Inference-Time': round(inferenceMs),
    'X-Total-Time': round(totalMs),
    'Server-Timing': Object.entries(parts)
      .map(([name, ms]) => `${name};dur=${ms.toFixed(2)}`)
      .join(', '),
  };
}

function round(ms: number): string {
  return String(Math.round(ms));
}
