import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, normalize, resolve } from 'node:path';
import { z } from 'zod';
import {
  getManifest,
  isKnown,
  type ModelFile,
  type ModelManifest,
  manifestCommand,
  type Quantization,
} from './manifest.ts';
import { longestWindow, readModelConfig } from './model-config.ts';
import { fileSize } from './verify-file.ts';

export const MANIFEST = 'manifest.json';
/** Every folder has these two, and exactly one .onnx file. */
export const TOKENIZER_FILES = ['tokenizer.json', 'tokenizer_config.json'] as const;

/** A manifest.json on its way: `npm run model -- --manifest` fills in what is missing. */
const ManifestDraft = z.strictObject({
  id: z
    .string()
    .regex(/^[\w.-]+(\/[\w.-]+)?$/, 'must be a name like my-model or team/my-model')
    .max(128),
  aliases: z.array(z.string().min(1)).default([]),
  license: z.string().min(1).default('unknown'),
  repository: z.string().min(1).optional(),
  revision: z.string().min(1).optional(),
  quantization: z.enum(['int8', 'q4', 'fp16', 'fp32']).optional(),
  /** pgvector indexes vectors of up to 4,000 dimensions. */
  dimensions: z.int().min(1).max(4_000),
  maxTokens: z.int().min(8).max(32_768),
  pooling: z.enum(['mean', 'cls']),
  prefixes: z.strictObject({ query: z.string(), passage: z.string() }),
  /** Padding is masked, so that any id of the vocabulary will do. */
  padTokenId: z.int().min(0).default(0),
  files: z
    .array(
      z.strictObject({
        path: z.string().refine(isInside, 'must be a path inside the folder'),
        bytes: z.int().min(0).optional(),
        sha256: z
          .string()
          .regex(/^[0-9a-f]{64}$/, 'must be 64 hex digits')
          .optional(),
      }),
    )
    .optional(),
});
type Draft = z.output<typeof ManifestDraft>;

/**
 * Finds the manifest of a known model, or of a folder with a manifest.json: an absolute path, or one relative to the
 * working directory. A known name wins over a folder of the same name; `./name` is always the folder.
 * @throws Error saying what is wrong with the folder, or listing the known models
 */
export async function findManifest(name: string): Promise<ModelManifest> {
  if (isKnown(name)) return getManifest(name);
  const folder = resolve(name);
  if ((await fileSize(join(folder, MANIFEST))) !== null) return await readModelFolder(folder);
  const isFolder = await readdir(folder).then(
    () => true,
    () => false,
  );
  if (!isFolder) return getManifest(name);
  throw new Error(
    `EMBEDDING_MODEL: ${folder} has no ${MANIFEST}. \`${manifestCommand(folder)}\` writes it; docs/models.md describes it.`,
  );
}

/**
 * Reads and checks a folder's manifest.json. The files themselves are verified when the model is opened.
 * @throws Error naming the field, its fault and the remedy
 */
export async function readModelFolder(folder: string): Promise<ModelManifest> {
  const path = join(folder, MANIFEST);
  const draft = parseManifest(path, await readFile(path, 'utf8'));
  const files = requireHashes(draft, folder);
  const weights = requireFiles(files, path);
  await requireExternalData(weights, files, folder);
  const { maxTokens, prefixes, revision, repository = 'local', quantization } = draft;
  const longest = longestWindow(await readModelConfig(folder));
  if (longest && maxTokens > longest) {
    throw new Error(`${path}: maxTokens is ${maxTokens}, but the model has positions for ${longest} only.`);
  }
  const fingerprint = fingerprintOf(files, prefixes);
  return {
    ...draft,
    repository,
    revision: revision ?? fingerprint,
    quantization: quantization ?? quantizationOf(weights),
    files,
    folder,
    fingerprint,
  };
}

/** @throws Error naming the file, and each field that is missing or wrong */
export function parseManifest(path: string, text: string): Draft {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new Error(`${path} is not valid JSON: ${(cause as Error).message}`, { cause });
  }
  const parsed = ManifestDraft.safeParse(value, { error: describeMissing });
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map((issue) =>
    [issue.path.join('.'), issue.message].filter(Boolean).join(': '),
  );
  throw new Error(`${path} is not usable: ${faults.join('; ')}. docs/models.md has an example.`);
}

/** Zod calls a missing field "expected string, received undefined". */
function describeMissing(issue: { code: string; input?: unknown }): string | undefined {
  return issue.code === 'invalid_type' && issue.input === undefined ? 'is missing' : undefined;
}

function requireHashes({ files }: Draft, folder: string): ModelFile[] {
  const hashed = files?.flatMap(({ path, bytes, sha256 }) =>
    bytes !== undefined && sha256 ? [{ path, bytes, sha256 }] : [],
  );
  if (files && hashed?.length === files.length) return hashed;
  throw new Error(
    `${join(folder, MANIFEST)} lacks ${files ? 'the size or hash of a file' : 'its files'}. \`${manifestCommand(folder)}\` computes and writes them.`,
  );
}

/** @returns the path of the weights */
function requireFiles(files: ModelFile[], path: string): string {
  const listed = files.map((file) => file.path);
  const [weights, another] = listed.filter((each) => each.endsWith('.onnx'));
  if (!weights || another) {
    throw new Error(
      `${path}: files must list exactly one .onnx file, and has ${weights ? 'several' : 'none'}.`,
    );
  }
  const missing = TOKENIZER_FILES.find((each) => !listed.includes(each));
  if (!missing) return weights;
  throw new Error(
    `${path}: files lists no ${missing}. The tokenizer must be in the form of the tokenizers library; a folder with only vocab.txt or sentencepiece.bpe.model gets it by AutoTokenizer.from_pretrained(folder).save_pretrained(folder).`,
  );
}

/** Weights over 2 GB have data files, which onnxruntime opens by itself: unlisted, nobody would verify them. */
async function requireExternalData(weights: string, files: ModelFile[], folder: string): Promise<void> {
  const listed = new Set(files.map(({ path }) => normalize(path)));
  const unlisted = (await findExternalData(folder, weights)).find((each) => !listed.has(normalize(each)));
  if (!unlisted) return;
  throw new Error(
    `${join(folder, MANIFEST)}: files does not list ${unlisted}, which has a part of the weights. \`${manifestCommand(folder)}\` adds it.`,
  );
}

/** The files with the data of an .onnx file, such as `model.onnx_data`, as paths inside the folder. */
export async function findExternalData(folder: string, weights: string): Promise<string[]> {
  const beside = await readdir(join(folder, dirname(weights))).catch(() => []);
  const isData = (name: string) => /^[._]data(_\d+)?$/.test(name.slice(basename(weights).length));
  const found = beside.filter((name) => name.startsWith(basename(weights)) && isData(name));
  return found.sort().map((name) => join(dirname(weights), name));
}

/** 12 hex digits of what determines a vector besides the rest of the identity. */
function fingerprintOf(files: ModelFile[], prefixes: Draft['prefixes']): string {
  const hashes = files.map(({ sha256 }) => sha256).sort();
  return createHash('sha256')
    .update(JSON.stringify([hashes, prefixes.query, prefixes.passage]))
    .digest('hex')
    .slice(0, 12);
}

/** What the usual names of exports say: `model_quantized.onnx`, `model_q4.onnx`, `model_fp16.onnx`, `model.onnx`. */
function quantizationOf(weights: string): Quantization {
  const name = basename(weights);
  if (/q4|bnb4/.test(name)) return 'q4';
  if (/quant|int8|q8/.test(name)) return 'int8';
  return name.includes('fp16') ? 'fp16' : 'fp32';
}

function isInside(path: string): boolean {
  return path !== '' && !isAbsolute(path) && !normalize(path).startsWith('..');
}
