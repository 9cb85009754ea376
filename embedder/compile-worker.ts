import { workerData } from 'node:worker_threads';
import { type CompiledTokenizer, compileTokenizer } from './tokenizer.ts';
import { readTokenizerFiles, type TokenizerFiles } from './tokenizer-files.ts';
import { serveRequests } from './worker-side.ts';

/**
 * A thread of its own for reading 17 MB of JSON: what that leaves behind in memory goes when it ends, and what it
 * compiled is shared.
 */
await serveRequests<null, CompiledTokenizer | null>(async () => {
  const compiled = compileTokenizer(await readTokenizerFiles(workerData as TokenizerFiles));
  return async () => ({ result: compiled, transfer: [] });
});
