import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What the files of a Hugging Face folder say about its model; a field is absent where they do not say it. */
export type ModelConfig = {
  id?: string;
  dimensions?: number;
  /** Positions of the model's table or of its training, special ones included. */
  positions?: number;
  /** The window that sentence-transformers uses. */
  window?: number;
  pooling?: 'mean' | 'cls';
  prefixes?: { query?: string; passage?: string };
  padTokenId?: number;
  type?: string;
};

type Json = Record<string, unknown>;

/** Families whose position numbers begin after the id of the padding. */
const OFFSET_FAMILIES = new Set(['roberta', 'xlm-roberta', 'camembert', 'xlm-roberta-xl', 'mpnet']);

/** Reads what a folder's configuration files say. Files that are missing or of another form say nothing. */
export async function readModelConfig(folder: string): Promise<ModelConfig> {
  const [config, sentence, prompts, pooling] = await Promise.all(
    [
      'config.json',
      'sentence_bert_config.json',
      'config_sentence_transformers.json',
      '1_Pooling/config.json',
    ].map((name) => readJson(join(folder, name))),
  );
  return without({
    id: textOf(config?._name_or_path)?.split('/').filter(Boolean).at(-1),
    dimensions: numberOf(config?.hidden_size),
    positions: numberOf(config?.max_position_embeddings),
    window: numberOf(sentence?.max_seq_length),
    pooling: poolingOf(pooling),
    prefixes: prefixesOf(prompts?.prompts),
    padTokenId: numberOf(config?.pad_token_id),
    type: textOf(config?.model_type),
  });
}

/** The longest window that the model has positions for; undefined where the configuration does not say it. */
export function longestWindow({ positions, padTokenId, type }: ModelConfig): number | undefined {
  const hasOffset = type !== undefined && OFFSET_FAMILIES.has(type);
  return positions && positions - (hasOffset ? (padTokenId ?? 1) + 1 : 0);
}

function poolingOf(pooling: Json | undefined): ModelConfig['pooling'] {
  if (pooling?.pooling_mode_cls_token === true) return 'cls';
  return pooling?.pooling_mode_mean_tokens === true ? 'mean' : undefined;
}

function prefixesOf(prompts: unknown): ModelConfig['prefixes'] {
  const given = isObject(prompts) ? prompts : {};
  const query = textOf(given.query);
  const passage = textOf(given.passage ?? given.document);
  return query === undefined && passage === undefined ? undefined : without({ query, passage });
}

async function readJson(path: string): Promise<Json | undefined> {
  try {
    const value: unknown = JSON.parse(await readFile(path, 'utf8'));
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null;
}

function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) ? value : undefined;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

type Present<T> = { [Key in keyof T]?: Exclude<T[Key], undefined> };

function without<T extends object>(fields: T): Present<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Present<T>;
}
