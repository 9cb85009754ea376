import { type BatchTiming, type Priority, startTiming } from '#embedder/batching/batch-job.ts';
import { Batcher, type QueueLimits } from '#embedder/batching/batcher.ts';
import type { EmbeddingModel } from '#embedder/model/model.ts';
import { translateFault } from '#embedder/model/translate-fault.ts';
import { AppError } from '#shared/core/errors.ts';
import type { Metrics, Timings } from './metrics.ts';

/** Limits of one request, and of all waiting requests together. */
export type Limits = Required<QueueLimits> & {
  maxBatchTexts: number;
  maxTokenizeTexts: number;
  /** UTF-16 units of one text. */
  maxInputChars: number;
  maxBodyBytes: number;
};

type Kind = 'query' | 'passage';
type EmbedRequest = {
  inputs: string[];
  kind: Kind;
  truncate: boolean;
  /** Name of the request's field with the inputs, for error messages. */
  field: string;
  signal?: AbortSignal;
};
type Embeddings = { vectors: Float32Array[]; tokens: number[]; timings: Timings };

/** Turns texts into vectors: checks limits, tokenizes, queues and runs the model. */
export type EmbeddingService = {
  model: EmbeddingModel;
  limits: Limits;
  /**
   * @throws AppError `payload_too_large`, `input_too_long` (without `truncate`), `overloaded`,
   *   `dependency_unavailable` when worker threads crashed while they ran it
   */
  embed(request: EmbedRequest): Promise<Embeddings>;
  /** Tokens of each text without prefix and special tokens. @throws AppError as `embed` */
  count(inputs: string[], signal?: AbortSignal): Promise<number[]>;
  /** Tokens that wait or run, and texts that wait. */
  queue(): { tokens: number; texts: number };
};

/** Texts are tokenized in slices, so that a short request does not wait for the whole of a long one. */
const SLICE_CHARS = 20_000;
const SLICE_TEXTS = 256;
/** Text that may wait for the tokenizer, as a multiple of the largest body. */
const MAX_WAITING_BODIES = 4;

/** A request with more queries than this counts as bulk. */
const MAX_INTERACTIVE_TEXTS = 8;

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
      if (tooLong >= 0) throw toInputTooLong(`${field}.${tooLong}`, model.maxInputTokens);
      const timing = startTiming();
      const priority = choosePriority(kind, inputs.length);
      const vectors = await batcher.submit(encoded, signal, { priority, timing }).catch(translateFault);
      const tokens = encoded.map((text) => text.tokens);
      const timings = timingsOf(started, timing);
      metrics?.embedDone({ texts: inputs.length, ...timings });
      return { vectors, tokens, timings };
    },
    count: (inputs, signal) => tokenize(inputs, (slice) => model.count(slice), signal),
  };
}

/** A person usually waits for a few queries, or for a single text of either kind. */
function choosePriority(kind: Kind, texts: number): Priority {
  const isInteractive = texts === 1 || (kind === 'query' && texts <= MAX_INTERACTIVE_TEXTS);
  return isInteractive ? 'interactive' : 'bulk';
}

function timingsOf(started: number, { queuedAt, startedAt, endedAt }: BatchTiming): Timings {
  return {
    tokenizeMs: queuedAt - started,
    queueMs: Math.max(startedAt - queuedAt, 0),
    inferenceMs: Math.max(endedAt - startedAt, 0),
  };
}

/** Creates a function that tokenizes slice by slice and bounds the text that waits for the tokenizer. */
function createTokenizeGate({ maxInputChars, maxBodyBytes }: Limits) {
  const maxWaitingChars = MAX_WAITING_BODIES * maxBodyBytes;
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
      for (const slice of sliceTexts(texts)) {
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

function* sliceTexts(texts: string[]): Generator<string[]> {
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

function toInputTooLong(path: string, maxInputTokens: number): AppError {
  const message = `has more than ${maxInputTokens} tokens; shorten it, or send "truncate": true to embed its beginning`;
  return new AppError('input_too_long', `${path} ${message}.`, { fields: [{ path, message }] });
}
