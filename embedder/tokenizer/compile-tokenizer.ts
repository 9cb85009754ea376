import { writeCompiled } from './compiled-file.ts';
import { compileTokenizer } from './tokenizer.ts';
import { readTokenizerFiles } from './tokenizer-files.ts';

/**
 * Compiles a tokenizer: `compile-tokenizer.ts <tokenizer.json> <tokenizer_config.json> <target>`. It runs in a process
 * of its own, because parsing 17 MB of JSON leaves 200 MB of memory behind. A thread left them in the server.
 */
const [tokenizer = '', tokenizerConfig = '', target = ''] = process.argv.slice(2);
try {
  const files = await readTokenizerFiles({ tokenizer, tokenizerConfig, maxTokens: 0 });
  await writeCompiled(target, compileTokenizer(files));
} catch (error) {
  process.stderr.write(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
