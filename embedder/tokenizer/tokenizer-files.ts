import { readFile } from 'node:fs/promises';

/** The paths of a tokenizer's files, and the window of its model in tokens. */
export type TokenizerFiles = { tokenizer: string; tokenizerConfig: string; maxTokens: number };

/** Reads and parses both files. @throws Error naming a file that is missing or not JSON */
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
