import { type BatchTiming, newTiming } from '#embedder/batching/batch-job.ts';
import { Batcher, type QueueLimits } from '#embedder/batching/batcher.ts';
import type { EmbeddingModel } from '#embedder/model/model.ts';
import { translateFault } from '#embedder/model/translate-fault.ts';
import { AppError } from '#shared/core/errors.ts';
import type { Metrics, Timings } from './metrics.ts';

/** What one request, and all requests together, may ask of the service. */
export type Limits = Required<QueueLimits> & {
  maxBatchTexts: number;
  maxTokenizeTexts: number;
  /** UTF-16 units of one text. */
  maxInputChars: number;
  maxBodyBytes: number;
};

type Kind = 'query' | 'passage';
type EmbedCall = {
  inputs: string[];
  kind: Kind;
  truncate: boolean;
  /** The field of the request that holds the inputs, for messages. */
  field: string;
  signal?: AbortSignal;
};
type EmbedAnswer = { vectors: Float32Array[]; tokens: number[]; timings: Timings };

/** From text to vectors: limits, tokenizer, queue, model. */
export type EmbeddingService = {
  model: EmbeddingModel;
  limits: Limits;
  /**
   * @throws AppError `payload_too_large`, `input_too_long` (without `truncate`), `overloaded`,
   *   `dependency_unavailable` when a worker thread died over it
   */
  embed(call: EmbedCall): Promise<EmbedAnswer>;
  /** Tokens of each text alone, without prefix and special tokens. @throws AppError as `embed` */
  count(inputs: string[], signal?: AbortSignal): Promise<number[]>;
  /** What waits or runs. */
  queue(): { tokens: number; texts: number };
};

/** Text is tokenized in slices, so that a short request does not wait for the whole of a long one. */
const SLICE_CHARS = 20_000;
const SLICE_TEXTS = 256;
/** Text that may wait for the tokenizer at once, as a multiple of the largest body. */
const WAITING_BODIES = 4;

/** Somebody waits for a query, and for a text that comes alone; more queries than this are a batch job. */
const URGENT_TEXTS = 8;

type ServiceOptions = { model: EmbeddingModel; limits: Limits; metrics?: Metrics };

/** Builds the service around a loaded model. */
export function createService({ model, limits, metrics }: ServiceOptions): EmbeddingService {
  const batcher = new Batcher({
    ...model.capacity,
    embed: (batch, lane) => model.embed(batch, lane),
    maxQueueTokens: limits.maxQueueTokens,
    deadlineMs: limits.deadlineMs,
    onBatch: (stats) => metrics?.batchDone(stats),
  });
  const tokenize = createTokenizeGate(limits);

  return {
    model,
    limits,
    queue: () => ({ tokens: batcher.queuedTokens, texts: batcher.waitingTexts }),
    async embed({ inputs, kind, truncate, field, signal }) {
      const started = performance.now();
      metrics?.embedBegun(inputs.length);
      const prefix = model.manifest.prefixes[kind];
      const encoded = await tokenize(inputs, (slice) => model.encode(slice, prefix), signal);
      const tooLong = truncate ? -1 : encoded.findIndex(({ overflow }) => overflow);
      if (tooLong >= 0) throw inputTooLong(`${field}.${tooLong}`, model.maxInputTokens);
      const timing = newTiming();
      const isUrgent = inputs.length === 1 || (kind === 'query' && inputs.length <= URGENT_TEXTS);
      const priority = isUrgent ? 'query' : 'passage';
      const vectors = await batcher.submit(encoded, signal, { priority, timing }).catch(translateFault);
      const tokens = encoded.map((text) => text.tokens);
      const timings = timingsOf(started, timing);
      metrics?.embedDone({ texts: inputs.length, ...timings });
      return { vectors, tokens, timings };
    },
    count: (inputs, signal) => tokenize(inputs, (slice) => model.count(slice), signal),
  };
}

function timingsOf(started: number, { queuedAt, startedAt, endedAt }: BatchTiming): Timings {
  return {
    tokenizeMs: queuedAt - started,
    queueMs: Math.max(startedAt - queuedAt, 0),
    inferenceMs: Math.max(endedAt - startedAt, 0),
  };
}

/** Runs texts through the tokenizer thread slice by slice, and bounds how much text waits for it. */
function createTokenizeGate({ maxInputChars, maxBodyBytes }: Limits) {
  const maxWaitingChars = WAITING_BODIES * maxBodyBytes;
  let waitingChars = 0;

  return async function tokenize<Result>(
    texts: string[],
    run: (slice: string[]) => Promise<Result[]>,
    signal?: AbortSignal,
  ): Promise<Result[]> {
    const chars = texts.reduce((sum, text) => sum + text.length, 0);
    checkLengths(texts, maxInputChars);
    if (waitingChars > 0 && waitingChars + chars > maxWaitingChars) {
      throw new AppError('overloaded', 'The tokenizer is at its capacity. Try again in a moment.', {
        retryAfterSeconds: 1,
      });
    }
    waitingChars += chars;
    try {
      const results: Result[] = [];
      for (const slice of slices(texts)) {
        signal?.throwIfAborted();
        results.push(...(await run(slice).catch(translateFault)));
      }
      return results;
    } finally {
      waitingChars -= chars;
    }
  };
}

function checkLengths(texts: string[], maxInputChars: number): void {
  const at = texts.findIndex((text) => text.length > maxInputChars);
  if (at < 0) return;
  throw new AppError(
    'payload_too_large',
    `Input ${at} has ${texts[at]?.length} characters; one input may have at most ${maxInputChars}.`,
  );
}

function* slices(texts: string[]): Generator<string[]> {
  let slice: string[] = [];
  let chars = 0;
  for (const text of texts) {
    if (slice.length > 0 && (chars + text.length > SLICE_CHARS || slice.length === SLICE_TEXTS)) {
      yield slice;
      slice = [];
      chars = 0;
    }
    slice.push(text);
    chars += text.length;
  }
  if (slice.length > 0) yield slice;
}

function inputTooLong(path: string, maxInputTokens: number): AppError {
  const message = `has more than ${maxInputTokens} tokens; shorten it, or send "truncate": true to embed its beginning`;
  return new AppError('input_too_long', `${path} ${message}.`, { fields: [{ path, message }] });
}
