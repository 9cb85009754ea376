import { z } from 'zod';
import { AppError, type ErrorCode } from '#shared/core/errors.ts';
import { callEmbedder, type EmbedderCall, embedderUnavailable } from './embedder-call.ts';

const LanguageAxisBody = z.object({ direction: z.array(z.number()), ko: z.number(), en: z.number() });
const InfoBody = z.object({
  model: z.string(),
  revision: z.string(),
  /** `model@revision:quantization:pooling`: vectors are comparable only when it is equal. */
  identity: z.string(),
  dimensions: z.int(),
  /** The model's window, with special tokens and prefix. */
  max_tokens: z.int(),
  /** The part of the window left for a text, counted as by `countTokens`. */
  max_input_tokens: z.int(),
  max_batch_texts: z.int(),
  max_tokenize_texts: z.int(),
  max_input_chars: z.int(),
  max_body_bytes: z.int(),
  max_queue_tokens: z.int(),
  /** The cross-encoder behind `/rerank`; null without one. */
  rerank_model: z.string().nullish(),
  /** The measured time of one pair of a question and a passage. */
  rerank_pair_ms: z.number().nullish(),
  /** The direction in which the vectors of two languages differ; null for a model that compares spelling. */
  language_axis: LanguageAxisBody.nullish(),
});
const BackgroundBody = z.object({ ko: z.number(), en: z.number() });
const EmbedBody = z.object({
  embeddings: z.array(z.array(z.number())),
  tokens: z.array(z.int()),
  model: z.string(),
  identity: z.string(),
  /** Only for queries: the median cosine of each to the embedder's neutral passages, by their language. */
  background: z.array(BackgroundBody).optional(),
});
const TokenizeBody = z.object({ counts: z.array(z.int()) });
const RerankBody = z.array(z.object({ index: z.int().min(0), score: z.number() }));

type EmbedderInfo = z.infer<typeof InfoBody>;
/** `direction` has length 1; `ko` and `en` are where neutral passages of each language lie on it. */
export type LanguageAxis = z.infer<typeof LanguageAxisBody>;
/** The median similarity of a query to unrelated passages of each language. */
export type Background = z.infer<typeof BackgroundBody>;
type Embeddings = Omit<z.infer<typeof EmbedBody>, 'background'> & {
  /** One per text; null for passages, and from an embedder that does not measure it. */
  backgrounds: Background[] | null;
};

type EmbedCall = {
  inputs: string[];
  kind: 'query' | 'passage';
  /** The identity of the stored vectors' model. When the embedder serves another, the call fails. */
  identity?: string;
  /** Whether only the beginning of a text longer than the window is embedded; default true. */
  truncate?: boolean;
  signal?: AbortSignal;
};

/** The cross-encoder of the embedder: its name, and the time of one pair; null when that was not measured. */
export type Reranker = { model: string; pairMs: number | null };

type RerankCall = { query: string; texts: string[]; signal: AbortSignal };

/** Less than the server allows, so that the texts of other callers get their turn in between. */
const MAX_BATCH_TEXTS = 64;

/** Refusals by an embedder whose limits or models are others than those that were read. */
const OUTDATED: ReadonlySet<ErrorCode> = new Set(['input_too_long', 'payload_too_large', 'not_found']);
/** After this time the embedder's answer to `/info` is read again, while searches go on with the old one. */
const INFO_SECONDS = 300;

let limits: { info: EmbedderInfo; readAt: number } | undefined;
let reading: Promise<EmbedderInfo> | undefined;

/**
 * Embeds texts. @returns one normalised vector per text, in the same order, the number of tokens of each, and for
 * queries their background
 * @throws AppError `overloaded` or `dependency_unavailable` (after one retry), `model_mismatch` when the embedder
 *   serves another model than `identity`, `input_too_long` without `truncate`, `payload_too_large`
 */
export async function embed(call: EmbedCall): Promise<Embeddings> {
  const { inputs, kind, truncate = true, signal } = call;
  const { max_batch_texts, max_queue_tokens, max_tokens, max_body_bytes, model } = await knownLimits();
  // A batch of texts of maximum length must fit the server's queue, which would refuse it for ever otherwise.
  const fitting = Math.max(1, Math.floor(max_queue_tokens / max_tokens));
  const maxTexts = Math.min(MAX_BATCH_TEXTS, max_batch_texts, fitting);
  const result: Embeddings = {
    embeddings: [],
    tokens: [],
    model,
    identity: call.identity ?? '',
    backgrounds: kind === 'query' ? [] : null,
  };
  for (const batch of splitIntoBatches(inputs, maxTexts, max_body_bytes)) {
    const answer = await callWithin(
      { path: '/embed', body: { inputs: batch, kind, truncate }, signal },
      EmbedBody,
    );
    result.identity ||= answer.identity;
    if (answer.identity !== result.identity) throw mismatchError(answer.identity, result.identity);
    requireSameCount(answer.embeddings, batch);
    requireSameCount(answer.background ?? batch, batch);
    result.model = answer.model;
    result.embeddings.push(...answer.embeddings);
    result.tokens.push(...answer.tokens);
    result.backgrounds = joined(result.backgrounds, answer.background);
  }
  return result;
}

/**
 * Counts the tokens of each text with the embedder's tokenizer, without prefix and special tokens. Thousands of short
 * texts are sent in a few requests.
 * @throws AppError as `embed`
 */
export async function countTokens(inputs: string[], signal?: AbortSignal): Promise<number[]> {
  const { max_tokenize_texts, max_body_bytes } = await knownLimits();
  // An empty text has no tokens, and the server refuses it.
  const texts = inputs.filter((text) => text !== '');
  const counts: number[] = [];
  for (const batch of splitIntoBatches(texts, max_tokenize_texts, max_body_bytes)) {
    const answer = await callWithin({ path: '/tokenize', body: { inputs: batch }, signal }, TokenizeBody);
    requireSameCount(answer.counts, batch);
    for (const count of answer.counts) counts.push(count);
  }
  const next = counts.values();
  return inputs.map((text) => (text === '' ? 0 : (next.next().value ?? 0)));
}

/**
 * Scores how well each text answers a query, in the order of the texts: logits of the cross-encoder. There is no second
 * try, because whoever ranks has a list without it.
 * @throws AppError as `embed`, or `not_found` when the embedder has no reranker any more
 */
export async function rerank({ query, texts, signal }: RerankCall): Promise<number[]> {
  const body = { query, texts, raw_scores: true, truncate: true };
  const ranked = await callWithin({ path: '/rerank', body, signal, attempts: 1 }, RerankBody);
  const scores = new Map(ranked.map(({ index, score }) => [index, score]));
  requireSameCount(
    [...scores.keys()].filter((index) => index < texts.length),
    texts,
  );
  return texts.map((_, index) => scores.get(index) ?? 0);
}

/** The embedder's reranker, as `/info` told when it was read last; null without one. @throws AppError as `embed` */
export async function findReranker(): Promise<Reranker | null> {
  const { rerank_model: model, rerank_pair_ms: pairMs } = await knownLimits();
  return model ? { model, pairMs: pairMs ?? null } : null;
}

/**
 * The language axis of a model, as `/info` told when it was read last; null when the embedder has none for that model.
 * @throws AppError as `embed`
 */
export async function findLanguageAxis(identity: string): Promise<LanguageAxis | null> {
  const info = await knownLimits();
  return info.identity === identity ? (info.language_axis ?? null) : null;
}

/** The model that the embedder serves now, and its limits. @throws AppError `dependency_unavailable` */
export async function embedderInfo(): Promise<EmbedderInfo> {
  const info = await callEmbedder({ path: '/info' }, InfoBody);
  limits = { info, readAt: performance.now() };
  return info;
}

/** @throws AppError `dependency_unavailable` unless the embedder has loaded its model and accepts requests */
export async function pingEmbedder(): Promise<void> {
  await callEmbedder({ path: '/ready' }, z.unknown());
}

/** Reads `/info` at the first call of a process; later calls do not wait for it. */
async function knownLimits(): Promise<EmbedderInfo> {
  if (!limits) return await readInfo();
  if (performance.now() - limits.readAt > INFO_SECONDS * 1_000) {
    // What is known stays valid for now: a failure shows at the next request.
    void readInfo().catch(() => undefined);
  }
  return limits.info;
}

/** Callers at the same time share one request. */
function readInfo(): Promise<EmbedderInfo> {
  reading ??= embedderInfo().finally(() => {
    reading = undefined;
  });
  return reading;
}

/** Calls the embedder within its limits. When it refuses nevertheless, they have changed, and are read again. */
async function callWithin<Schema extends z.ZodType>(
  call: EmbedderCall,
  schema: Schema,
): Promise<z.output<Schema>> {
  try {
    return await callEmbedder(call, schema);
  } catch (error) {
    const isOutdated = error instanceof AppError && OUTDATED.has(error.code);
    if (isOutdated) limits = undefined;
    throw error;
  }
}

function* splitIntoBatches(texts: string[], maxTexts: number, maxBodyBytes: number): Generator<string[]> {
  // Leave room for the rest of the body: field names and braces.
  const maxBytes = maxBodyBytes - 256;
  let batch: string[] = [];
  let bytes = 0;
  for (const text of texts) {
    const size = Buffer.byteLength(JSON.stringify(text)) + 1;
    if (batch.length > 0 && (batch.length === maxTexts || bytes + size > maxBytes)) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(text);
    bytes += size;
  }
  if (batch.length > 0) yield batch;
}

function joined<T>(before: T[] | null, next: T[] | undefined): T[] | null {
  return before && next ? [...before, ...next] : null;
}

function requireSameCount(answers: unknown[], texts: string[]): void {
  if (answers.length !== texts.length) throw embedderUnavailable('The embedder left texts out.');
}

function mismatchError(served: string, expected: string): AppError {
  return new AppError(
    'model_mismatch',
    `The embedder serves ${served}, but the vectors here are of ${expected}.`,
  );
}
