import { join, resolve } from 'node:path';

/** One file of a model: its path in the hub repository, and the pinned size and hash of its content. */
export type ModelFile = { path: string; bytes: number; sha256: string };

/** The form of the weights. It is a part of the identity, and decides nothing else. */
export type Quantization = 'int8' | 'q4' | 'fp16' | 'fp32';

/** A model: everything that determines the vector of a text, and the source of its files. */
export type ModelManifest = {
  id: string;
  /** Other names by which clients may request this model. */
  aliases: string[];
  license: string;
  repository: string;
  revision: string;
  quantization: Quantization;
  /**
   * `mean`: masked mean of the last hidden state. `cls`: its first position. `sum`: sum of hashed features. All are
   * L2-normalised.
   */
  pooling: 'mean' | 'cls' | 'sum';
  dimensions: number;
  /** The model's window in tokens, special tokens and prefix included. */
  maxTokens: number;
  prefixes: { query: string; passage: string };
  padTokenId: number;
  /** Empty for the built-in model. */
  files: ModelFile[];
  /** The folder of a model of one's own (model-folder.ts), absolute. Other models lie in the models folder. */
  folder?: string;
  /** Only of a model of one's own: what stands in its identity in place of the revision, which nobody checks. */
  fingerprint?: string;
};

const TOKENIZER = 'tokenizer.json';
const TOKENIZER_CONFIG = 'tokenizer_config.json';

/** The built-in model, served when no other is on disk: feature hashing, without a download (tokenizer/hashing.ts). */
export const HASHING_MODEL: ModelManifest = {
  id: 'builtin/hashing',
  aliases: [],
  license: 'MIT',
  repository: 'builtin',
  revision: 'v1',
  quantization: 'fp32',
  pooling: 'sum',
  dimensions: 384,
  maxTokens: 512,
  prefixes: { query: '', passage: '' },
  padTokenId: 0,
  files: [],
};

const E5_SMALL: ModelManifest = {
  id: 'multilingual-e5-small',
  aliases: ['intfloat/multilingual-e5-small', 'Xenova/multilingual-e5-small'],
  license: 'MIT',
  repository: 'Xenova/multilingual-e5-small',
  revision: '761b726dd34fb83930e26aab4e9ac3899aa1fa78',
  quantization: 'int8',
  pooling: 'mean',
  dimensions: 384,
  maxTokens: 512,
  prefixes: { query: 'query: ', passage: 'passage: ' },
  padTokenId: 1,
  files: [
    {
      path: 'onnx/model_quantized.onnx',
      bytes: 118_308_185,
      sha256: 'f80102d3f2a1229f387d3c81909990d8945513e347b0eab049f7de3c6f98c193',
    },
    {
      path: TOKENIZER,
      bytes: 17_082_730,
      sha256: '0b44a9d7b51c3c62626640cda0e2c2f70fdacdc25bbbd68038369d14ebdf4c39',
    },
    {
      path: 'config.json',
      bytes: 658,
      sha256: 'cb99455288675345e1a4f411438d5d0adbba5fbd3a67ea4fb03c015433b996c1',
    },
    {
      path: TOKENIZER_CONFIG,
      bytes: 443,
      sha256: 'a1d6bc8734a6f635dc158508bef000f8e2e5a759c7d92f984b2c86e5ff53425b',
    },
  ],
};

const MINILM: ModelManifest = {
  id: 'paraphrase-multilingual-MiniLM-L12-v2',
  aliases: [
    'sentence-transformers/paraphrase-multilingual-MiniLM-L12-v2',
    'Xenova/paraphrase-multilingual-MiniLM-L12-v2',
  ],
  license: 'Apache-2.0',
  repository: 'Xenova/paraphrase-multilingual-MiniLM-L12-v2',
  revision: '2c4055b12046f11709e9df2c122e59ffbdc2f900',
  quantization: 'int8',
  pooling: 'mean',
  dimensions: 384,
  maxTokens: 128,
  prefixes: { query: '', passage: '' },
  padTokenId: 1,
  files: [
    {
      path: 'onnx/model_quantized.onnx',
      bytes: 118_308_126,
      sha256: '66fc00f5f29afcaff34092e1bdd20008ca3918265a82fb9695a551e510cc4ebc',
    },
    {
      path: TOKENIZER,
      bytes: 17_082_913,
      sha256: 'b60b6b43406a48bf3638526314f3d232d97058bc93472ff2de930d43686fa441',
    },
    {
      path: 'config.json',
      bytes: 673,
      sha256: '05b570bff786faa5c4604152aa16f19f77ed6dfc31e47dd0f3dd987078693ac7',
    },
    {
      path: TOKENIZER_CONFIG,
      bytes: 496,
      sha256: '3f5961b9ac86288cccdb97f32fb848d6187c78e1603958c53f3ea1f296b7d8a2',
    },
  ],
};

/** The models that `EMBEDDING_MODEL` may name; it may also be the folder of another one. */
const MODELS: readonly ModelManifest[] = [E5_SMALL, MINILM, HASHING_MODEL];

/**
 * Finds the manifest by a model's id or alias.
 * @throws Error listing the known models
 */
export function getManifest(name: string): ModelManifest {
  const found = MODELS.find((model) => isNamed(model, name));
  if (!found) {
    const known = MODELS.map(({ id }) => id).join(', ');
    throw new Error(
      `EMBEDDING_MODEL: no model '${name}', and no folder of this name with a manifest.json. Known: ${known}. docs/models.md describes how to bring another one.`,
    );
  }
  return found;
}

/** Whether `getManifest` knows the name. */
export function isKnown(name: string): boolean {
  return MODELS.some((model) => isNamed(model, name));
}

/** Whether `name` is the model's id or one of its aliases. */
export function isNamed(model: ModelManifest, name: string): boolean {
  return model.id === name || model.aliases.includes(name);
}

/**
 * The identity of a model's vectors: `model@revision:quantization:pooling`. Two vectors are comparable when their
 * identities are equal. The platform stores it with every document.
 */
export function identityOf(model: ModelManifest): string {
  return `${model.id}@${model.fingerprint ?? model.revision}:${model.quantization}:${model.pooling}`;
}

/** The folder of a model's files: its own, or the one under the models folder. */
export function modelFolder(modelsDir: string, model: ModelManifest): string {
  return resolve(modelsDir, model.folder ?? model.id);
}

/** The command that computes sizes and hashes of a folder's files and writes its manifest.json. */
export function manifestCommand(folder: string): string {
  return `npm run model -- --manifest ${folder}`;
}

/** The paths of the three files that are read at start. */
export function modelPaths(
  modelsDir: string,
  model: ModelManifest,
): { weights: string; tokenizer: string; tokenizerConfig: string } {
  const folder = modelFolder(modelsDir, model);
  const weights = model.files.find(({ path }) => path.endsWith('.onnx'));
  if (!weights) throw new Error(`Model ${model.id} has no .onnx file in its manifest.`);
  return {
    weights: join(folder, weights.path),
    tokenizer: join(folder, TOKENIZER),
    tokenizerConfig: join(folder, TOKENIZER_CONFIG),
  };
}
