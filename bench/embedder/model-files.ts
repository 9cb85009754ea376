import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { getManifest, type ModelManifest, modelFolder } from '#embedder/download/manifest.ts';
import { generateTokenizer } from './full-size-tokenizer.ts';
import { E5_SMALL_SHAPE, int8Encoder } from './int8-encoder.ts';

const SHARED = join(import.meta.dirname, '../../../shared/models/multilingual-e5-small');
const WEIGHTS = 'onnx/model_quantized.onnx';

/** The benchmark's model: its folder, its manifest, and a description of its origin for the report. */
export type BenchModel = { modelsDir: string; manifest: ModelManifest; origin: string };

/**
 * Writes a model of multilingual-e5-small's shape to `modelsDir`, in the hub's layout, which transformers.js reads too.
 * Weights are random. The tokenizer is the real one where that is present, else a generated one of the same size.
 */
export function writeBenchModel(modelsDir: string): BenchModel {
  const manifest: ModelManifest = {
    ...getManifest('multilingual-e5-small'),
    id: 'bench-e5-small',
    aliases: [],
    revision: 'random',
    files: [],
  };
  const folder = modelFolder(modelsDir, manifest);
  const real = join(SHARED, 'tokenizer.json.gz');
  const isReal = existsSync(real);
  const file = (path: string, make: () => Buffer[]) => {
    const target = join(folder, path);
    mkdirSync(dirname(target), { recursive: true });
    if (!existsSync(target)) writeFileSync(target, Buffer.concat(make()));
    const content = readFileSync(target);
    const sha256 = createHash('sha256').update(content).digest('hex');
    manifest.files.push({ path, bytes: content.length, sha256 });
  };
  file(WEIGHTS, () => int8Encoder());
  file('tokenizer.json', () => [isReal ? gunzipSync(readFileSync(real)) : generateTokenizer()]);
  file('tokenizer_config.json', () => [Buffer.from(JSON.stringify(TOKENIZER_CONFIG))]);
  file('config.json', () => [Buffer.from(JSON.stringify(configJson()))]);
  return {
    modelsDir,
    manifest,
    origin: `random weights in int8, ${isReal ? 'the tokenizer of multilingual-e5-small' : 'a generated tokenizer of 250,002 pieces'}`,
  };
}

const TOKENIZER_CONFIG = {
  bos_token: '<s>',
  cls_token: '<s>',
  eos_token: '</s>',
  mask_token: '<mask>',
  pad_token: '<pad>',
  sep_token: '</s>',
  unk_token: '<unk>',
  model_max_length: 512,
  tokenizer_class: 'XLMRobertaTokenizer',
};

function configJson(): object {
  const { hidden, intermediate, layers, heads, positions, vocabulary } = E5_SMALL_SHAPE;
  return {
    architectures: ['BertModel'],
    model_type: 'bert',
    hidden_act: 'gelu',
    hidden_size: hidden,
    intermediate_size: intermediate,
    num_hidden_layers: layers,
    num_attention_heads: heads,
    max_position_embeddings: positions,
    type_vocab_size: 2,
    vocab_size: vocabulary,
    pad_token_id: 0,
    layer_norm_eps: 1e-12,
  };
}
