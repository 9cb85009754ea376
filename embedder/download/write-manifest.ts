import { randomUUID } from 'node:crypto';
import { readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { parseArgs } from 'node:util';
import { type ModelFile, manifestCommand } from './manifest.ts';
import { longestWindow, type ModelConfig, readModelConfig } from './model-config.ts';
import {
  findExternalData,
  MANIFEST,
  parseManifest,
  readModelFolder,
  TOKENIZER_FILES,
} from './model-folder.ts';
import type { ProgressOutput } from './progress.ts';
import { fileSize, sha256OfFile } from './verify-file.ts';

/** Asks a person one question; null where nobody can answer. */
type Ask = ((question: string) => Promise<string>) | null;
type WriteOptions = {
  folder: string;
  /** What the command line says; it wins over what the folder says. */
  given: Record<string, string | undefined>;
  output: ProgressOutput;
  ask: Ask;
};
type Fields = Record<string, unknown> & { files?: Partial<ModelFile>[] };

/** The options of the command line, with what a missing one is asked for. */
const OPTIONS = {
  id: 'the name of the model',
  weights: 'which .onnx file, as a path inside the folder',
  dimensions: 'the dimensions of a vector',
  'max-tokens': 'the window in tokens',
  pooling: 'mean or cls',
  'query-prefix': 'the prefix of queries, empty for none',
  'passage-prefix': 'the prefix of passages, empty for none',
  license: 'the licence',
} as const;
type Option = keyof typeof OPTIONS;

/** The options of `npm run model -- --manifest <folder>`. @throws Error for an unknown one */
export function readManifestArgs(args: string[]): { folder: string; given: WriteOptions['given'] } | null {
  if (!args.includes('--manifest')) return null;
  const texts = Object.fromEntries(Object.keys(OPTIONS).map((name) => [name, { type: 'string' as const }]));
  const { values } = parseArgs({ args, options: { ...texts, manifest: { type: 'string' } } });
  const { manifest, ...given } = values as Record<string, string | undefined>;
  return { folder: manifest ?? '', given };
}

/**
 * Writes a folder's manifest.json. Keeps what the present one says, takes what the folder's configuration says, and
 * asks for the rest; sizes and hashes are always computed.
 * @throws Error listing the options that are missing where nobody can be asked, or naming what is wrong
 */
export async function writeManifest(options: WriteOptions): Promise<void> {
  const { folder, output } = options;
  const answers = new Answers(options);
  const [present, config] = await Promise.all([readPresent(folder), readModelConfig(folder)]);
  const fields = await collectFields(answers, present, config);
  const weights = await chooseWeights(answers, present);
  answers.requireAll();
  const files: ModelFile[] = [];
  for (const path of await listFiles(folder, weights, present)) {
    output.write(`${path}  computing its hash\n`);
    const bytes = (await fileSize(join(folder, path))) ?? 0;
    files.push({ path, bytes, sha256: (await sha256OfFile(join(folder, path))).digest('hex') });
  }
  const text = `${JSON.stringify({ ...present, ...fields, files }, null, 2)}\n`;
  parseManifest(join(folder, MANIFEST), text);
  const draft = join(folder, `${MANIFEST}.${randomUUID()}`);
  await writeFile(draft, text);
  await rename(draft, join(folder, MANIFEST));
  const { id, license } = await readModelFolder(folder);
  output.write(
    `${join(folder, MANIFEST)} is written. EMBEDDING_MODEL=${folder} serves ${id} (${license}).\n`,
  );
}

/** Asks on the terminal; null when standard input is not one. */
export function terminalAsk(): Ask {
  if (!process.stdin.isTTY) return null;
  return async (question) => {
    const terminal = createInterface({ input: process.stdin, output: process.stdout });
    return await terminal.question(question).finally(() => terminal.close());
  };
}

class Answers {
  readonly folder: string;
  readonly #given: WriteOptions['given'];
  readonly #ask: Ask;
  readonly #missing: Option[] = [];

  constructor({ folder, given, ask }: WriteOptions) {
    this.folder = folder;
    this.#given = given;
    this.#ask = ask;
  }

  /** What the command line says, else what is known, else what a person answers. */
  async find(option: Option, known: unknown): Promise<unknown> {
    const given = this.#given[option];
    if (given !== undefined) return given;
    if (known !== undefined) return known;
    if (this.#ask) return await this.#ask(`--${option}: ${OPTIONS[option]}? `);
    this.#missing.push(option);
    return undefined;
  }

  async number(option: Option, known: unknown): Promise<number> {
    return Number(await this.find(option, known));
  }

  /** @throws Error with the options that nobody could be asked for */
  requireAll(): void {
    if (this.#missing.length === 0) return;
    const lines = this.#missing.map((option) => `  --${option} …  ${OPTIONS[option]}`).join('\n');
    throw new Error(
      `The folder does not say everything. Add to \`${manifestCommand(this.folder)}\`:\n${lines}`,
    );
  }
}

async function collectFields(answers: Answers, present: Fields, config: ModelConfig): Promise<object> {
  const { folder } = answers;
  const prefixes = { ...config.prefixes, ...(present.prefixes as ModelConfig['prefixes']) };
  const longest = longestWindow(config);
  const window = config.window && Math.min(config.window, longest ?? config.window);
  return {
    id: await answers.find('id', present.id ?? config.id ?? basename(folder)),
    license: await answers.find('license', present.license ?? 'unknown'),
    dimensions: await answers.number('dimensions', present.dimensions ?? config.dimensions),
    maxTokens: await answers.number('max-tokens', present.maxTokens ?? window ?? longest),
    pooling: await answers.find('pooling', present.pooling ?? config.pooling),
    prefixes: {
      query: await answers.find('query-prefix', prefixes.query),
      passage: await answers.find('passage-prefix', prefixes.passage),
    },
    padTokenId: present.padTokenId ?? (await readPadTokenId(folder)) ?? 0,
  };
}

/** The present manifest.json, or nothing. @throws Error when it is not a JSON object */
async function readPresent(folder: string): Promise<Fields> {
  const path = join(folder, MANIFEST);
  const text = await readFile(path, 'utf8').catch(() => '{}');
  try {
    return { ...(JSON.parse(text) as Fields) };
  } catch (cause) {
    throw new Error(`${path} is not valid JSON. Correct or remove it.`, { cause });
  }
}

async function chooseWeights(answers: Answers, { files }: Fields): Promise<string> {
  const { folder } = answers;
  const all = await readdir(folder, { recursive: true }).catch((cause: unknown) => {
    throw new Error(`${folder} is not a folder that can be read.`, { cause });
  });
  const found = all.filter((path) => path.endsWith('.onnx') && !path.startsWith('optimized')).sort();
  const listed = Array.isArray(files) ? files.find(({ path }) => path?.endsWith('.onnx'))?.path : undefined;
  if (found.length === 0) {
    throw new Error(`${folder} has no .onnx file. docs/models.md describes where they come from.`);
  }
  const known = listed ?? (found.length === 1 ? found[0] : undefined);
  return String((await answers.find('weights', known)) ?? '');
}

/**
 * The files to list: weights and tokenizer, and of the configuration and of what the present manifest lists those that are
 * there; in the present order.
 * @throws Error when a file that the service reads is missing
 */
async function listFiles(folder: string, weights: string, { files }: Fields): Promise<string[]> {
  const required = [weights, ...(await findExternalData(folder, weights)), ...TOKENIZER_FILES];
  for (const path of required) {
    if ((await fileSize(join(folder, path))) === null) throw new Error(`${join(folder, path)} is missing.`);
  }
  const listed = (Array.isArray(files) ? files : []).flatMap(({ path }) => path ?? []);
  const others = ['config.json', ...listed.filter((path) => !path.includes('.onnx'))];
  const present = await Promise.all(
    others.map(async (path) => ((await fileSize(join(folder, path))) === null ? [] : path)),
  );
  const place = (path: string) => (listed.includes(path) ? listed.indexOf(path) : listed.length);
  return [...new Set([...required, ...present.flat()])].sort((a, b) => place(a) - place(b));
}

/** The id of the padding by the tokenizer's own files; config.json names another one in some exports. */
async function readPadTokenId(folder: string): Promise<number | undefined> {
  try {
    const [tokenizer, config] = await Promise.all(
      TOKENIZER_FILES.map(async (name) => JSON.parse(await readFile(join(folder, name), 'utf8')) as Fields),
    );
    const pad = config?.pad_token as string | { content: string } | undefined;
    const content = typeof pad === 'string' ? pad : pad?.content;
    const added = tokenizer?.added_tokens as { id: number; content: string }[] | undefined;
    return added?.find((token) => token.content === content)?.id;
  } catch {
    return undefined;
  }
}
