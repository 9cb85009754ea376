import { writeCompiled } from './compiled-file.ts';
import { compileTokenizer } from './tokenizer.ts';
import { readTokenizerFiles } from './tokenizer-files.ts';

/**
 * A process of its own for reading 17 MB of JSON: the 200 MB that this leaves behind in memory go with it. As a thread
 * it left them in the server. `compile-tokenizer.ts <tokenizer.json> <tokenizer_config.json> <target>`.
 */
const [tokenizer = '', tokenizerConfig = '', target = ''] = process.argv.slice(2);
try {
  const files = await readTokenizerFiles({ tokenizer, tokenizerConfig, maxTokens: 0 });
  await writeCompiled(target, compileTokenizer(files));
} catch (error) {
  process.stderr.write(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
