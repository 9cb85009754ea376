import { z } from 'zod';
import { AppError } from '#shared/core/errors.ts';
import type { Exchange, Reply } from './exchange.ts';
import { readJsonBody } from './json-body.ts';
import type { RouteContext } from './route.ts';
import { readTexts, Texts } from './texts.ts';

/** Has the fields of text-embeddings-inference. */
const RerankBody = z.object({
  query: z.string().min(1),
  texts: Texts,
  raw_scores: z.boolean().default(false),
  return_text: z.boolean().default(false),
  truncate: z.boolean().nullish(),
});

/** Ranks texts by how well they answer a query, best first: `[{index, score, text?}]`. */
export async function rerank({ request, signal }: Exchange, context: RouteContext): Promise<Reply> {
  const { limits, reranker } = context;
  if (!reranker) throw new AppError('not_found', 'This server has no rerank model.');
  const body = await readJsonBody(request, RerankBody, limits.maxBodyBytes);
  const texts = readTexts(body.texts, { path: 'texts', maxTexts: limits.maxBatchTexts });
  if (body.query.length > limits.maxInputChars || texts.some((text) => text.length > limits.maxInputChars)) {
    throw new AppError('payload_too_large', `A text may have at most ${limits.maxInputChars} characters.`);
  }
  const scale = body.raw_scores ? 'logit' : 'probability';
  const { query } = body;
  const { scores } = await reranker.rank({ query, texts, truncate: body.truncate ?? false, scale, signal });
  const ranked = scores
    .map((score, index) => ({ index, score, ...(body.return_text ? { text: texts[index] } : {}) }))
    .sort((a, b) => b.score - a.score);
  return { status: 200, body: ranked, headers: { 'X-Model': reranker.id } };
}
