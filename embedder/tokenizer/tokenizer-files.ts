import { readFile } from 'node:fs/promises';

/** Where a tokenizer's files lie, and the window of its model. */
export type TokenizerFiles = { tokenizer: string; tokenizerConfig: string; maxTokens: number };

/** Both files, parsed. @throws Error naming the file that is missing or no JSON */
export async function readTokenizerFiles({ tokenizer, tokenizerConfig, maxTokens }: TokenizerFiles) {
  const [file, config] = await Promise.all([readJson(tokenizer), readJson(tokenizerConfig)]);
  return { file, config, maxTokens };
}

async function readJson(path: string): Promise<unknown> {
  const text = await readFile(path, 'utf8');
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Error(`${path} is not valid JSON.`, { cause });
  }
}
