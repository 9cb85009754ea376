import type { Timings } from '#embedder/service/metrics.ts';

/**
 * What a request took, in whole milliseconds under the names of text-embeddings-inference, and exactly as
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
    'X-Compute-Time': whole(inferenceMs),
    'X-Compute-Characters': String(work.inputs.reduce((sum, text) => sum + text.length, 0)),
    'X-Compute-Tokens': String(work.tokens),
    'X-Tokenization-Time': whole(tokenizeMs),
    'X-Queue-Time': whole(queueMs),
    'X-Inference-Time': whole(inferenceMs),
    'X-Total-Time': whole(totalMs),
    'Server-Timing': Object.entries(parts)
      .map(([name, ms]) => `${name};dur=${ms.toFixed(2)}`)
      .join(', '),
  };
}

function whole(ms: number): string {
  return String(Math.round(ms));
}
