import { readFile } from 'node:fs/promises';
import { workerData } from 'node:worker_threads';
import { createHashingTokenizer } from './hashing.ts';
import { createTokenizer, type EncodedText, type TextTokenizer } from './tokenizer.ts';
import { serveRequests } from './worker-side.ts';

/** Which tokenizer the thread holds: the model's own files, or the built-in features. */
export type TokenizerSource =
  | { kind: 'files'; tokenizer: string; tokenizerConfig: string; maxTokens: number }
  | { kind: 'hashing'; dimensions: number; maxTokens: number };

export type TokenizerRequest =
  | { op: 'count'; texts: string[] }
  | { op: 'encode'; texts: string[]; prefix: string };
export type TokenizerResult = { counts: number[] } | { encoded: EncodedText[] };

await serveRequests<TokenizerRequest, TokenizerResult>(async () => {
  const tokenizer = await load(workerData as TokenizerSource);
  return async (request) => {
    if (request.op === 'count') {
      return { result: { counts: request.texts.map((text) => tokenizer.count(text)) }, transfer: [] };
    }
    const encoded = request.texts.map((text) => tokenizer.encode(text, request.prefix));
    return { result: { encoded }, transfer: encoded.map(({ ids }) => ids.buffer) };
  };
});

async function load(source: TokenizerSource): Promise<TextTokenizer> {
  if (source.kind === 'hashing') return createHashingTokenizer(source);
  const [file, config] = await Promise.all([readJson(source.tokenizer), readJson(source.tokenizerConfig)]);
  return createTokenizer({ file, config, maxTokens: source.maxTokens });
}

async function readJson(path: string): Promise<unknown> {
  const text = await readFile(path, 'utf8');
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Error(`${path} is not valid JSON.`, { cause });
  }
}
