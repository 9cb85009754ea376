import { section } from '#shared/core/config.ts';
import { AppError } from '#shared/core/errors.ts';
import type { LlmUsage, ProviderName } from './request.ts';

const llmConfig = section('llm');

export type LlmModel = {
  id: string;
  provider: ProviderName;
  /** The model's name at the provider. */
  name: string;
  /** null when unknown. */
  context_tokens: number | null;
  /** null when unknown; calls of the model then count as 0 US dollars. */
  input_usd_per_million: number | null;
  output_usd_per_million: number | null;
  /** Whether this installation has an API key for the provider. */
  configured: boolean;
};

/** Prices in US dollars per million tokens. `long` applies to the whole request when its input exceeds `over`. */
type Price = {
  id: string;
  context: number | null;
  input: number;
  output: number;
  long?: { over: number; input: number; output: number };
  /** Whether the model cites passages by itself; one that does not is told to write markers. */
  cites?: true;
};

const MILLION = 1_000_000;

/** OpenAI's models with a 1.05M window cost twice the input and 1.5 times the output above 272K input tokens. */
function longContext(id: string, input: number, output: number): Price {
  const long = { over: 272_000, input: input * 2, output: output * 1.5 };
  return { id, context: 1_050_000, input, output, long };
}

/**
 * Standard list prices as published by 18 November 2026 (developers.openai.com/api/docs/pricing,
 * platform.claude.com/docs/en/about-claude/pricing). Discounts for cached input, batches or other
 * service tiers are ignored, so that a cost computed here is an upper bound.
 */
const PRICES: Price[] = [
  { id: 'builtin/extractive', context: null, input: 0, output: 0 },
  longContext('openai/gpt-6.2-astra', 8, 40),
  longContext('openai/gpt-6.2-sol', 2, 10),
  longContext('openai/gpt-6-astra', 10, 50),
  longContext('openai/gpt-6.1-sol', 2, 10),
  longContext('openai/gpt-6.1-terra', 1, 5),
  longContext('openai/gpt-6-luna', 0.1, 0.5),
  longContext('openai/gpt-5.6-sol', 4, 20),
  longContext('openai/gpt-5.6-terra', 2, 12),
  longContext('openai/gpt-5.6-luna', 0.2, 1.2),
  longContext('openai/gpt-5.5', 5, 30),
  longContext('openai/gpt-5.4', 2.5, 15),
  { id: 'openai/gpt-5.4-mini', context: 400_000, input: 0.75, output: 4.5 },
  { id: 'openai/gpt-5.4-nano', context: 400_000, input: 0.2, output: 1.25 },
  { id: 'openai/gpt-5-mini', context: 400_000, input: 0.25, output: 2 },
  { id: 'openai/gpt-5-nano', context: 400_000, input: 0.05, output: 0.4 },
  { id: 'openai/gpt-4.1', context: 1_047_576, input: 2, output: 8 },
  { id: 'openai/gpt-4.1-mini', context: 1_047_576, input: 0.4, output: 1.6 },
  { id: 'openai/gpt-4.1-nano', context: 1_047_576, input: 0.1, output: 0.4 },
  { id: 'openai/gpt-4o', context: 128_000, input: 2.5, output: 10 },
  { id: 'openai/gpt-4o-mini', context: 128_000, input: 0.15, output: 0.6 },
  { id: 'openai/o4-mini', context: 200_000, input: 1.1, output: 4.4 },
  { id: 'anthropic/claude-fable-5-2', context: MILLION, input: 8, output: 40, cites: true },
  { id: 'anthropic/claude-opus-5-5', context: MILLION, input: 4, output: 20, cites: true },
  { id: 'anthropic/claude-sonnet-5-5', context: MILLION, input: 2, output: 10, cites: true },
  {
    id: 'anthropic/claude-haiku-5-5',
    context: MILLION,
    input: 0.1,
    output: 0.5,
    long: { over: 100_000, input: 0.5, output: 2.5 },
    cites: true,
  },
  { id: 'anthropic/claude-opus-5', context: MILLION, input: 5, output: 25, cites: true },
  { id: 'anthropic/claude-sonnet-5', context: MILLION, input: 2, output: 10, cites: true },
  { id: 'anthropic/claude-haiku-4-5', context: 200_000, input: 1, output: 5, cites: true },
];

const PRICE_BY_ID = new Map(PRICES.map((price) => [price.id, price]));

/** `provider/name`. Names at a server compatible with OpenAI's API may contain slashes themselves. */
const MODEL_ID = /^(openai|anthropic)\/[\w.:@-][\w.:@/-]{0,120}$/;

/** All models with a known price, and whether their provider is configured. Needs the `llm` settings. */
export function llmModels(): LlmModel[] {
  return PRICES.map((price) => toModel(price.id, price));
}

/**
 * The model of that name. A name missing from the list is accepted when its provider is configured, because new
 * models appear faster than this list grows: its price is null, and its calls count as 0 US dollars.
 * @throws AppError `unknown_model` with the known names
 */
export function resolveModel(name: string): LlmModel {
  const price = findPrice(name);
  if (price) return toModel(name, price);
  if (MODEL_ID.test(name)) {
    const model = toModel(name, undefined);
    if (model.configured) return model;
  }
  const known = PRICES.map((each) => each.id).join(', ');
  throw new AppError('unknown_model', `There is no model '${name.slice(0, 120)}'. Known models: ${known}.`);
}

/**
 * The model of a bot without one: a cheap model of a configured provider, else the built-in one.
 * @param team of the bot
 */
export function defaultModel(team: ModelRules): string {
  const candidates = ['openai/gpt-6-luna', 'anthropic/claude-haiku-5-5'];
  const usable = candidates.find(
    (id) => isConfigured(toModel(id, undefined).provider) && isAllowed(id, team),
  );
  return usable ?? 'builtin/extractive';
}

/** What a team says about models: whether text may go to servers that the operator does not run. */
export type ModelRules = { external_models: boolean };

/** Whether a team may use a model: any, or else the built-in one and those of the operator's own servers. */
export function isAllowed(model: string, { external_models: mayLeave }: ModelRules): boolean {
  if (mayLeave) return true;
  const provider = model.slice(0, model.indexOf('/'));
  return provider === 'builtin' || llmConfig().INTERNAL_LLM_PROVIDERS.includes(provider);
}

/** @throws AppError `external_model_off` for a model that the team may not use */
export function requireAllowed(model: string, team: ModelRules): void {
  if (isAllowed(model, team)) return;
  throw new AppError(
    'external_model_off',
    `The team has switched external models off, and '${model.slice(0, 120)}' is one. Choose builtin/extractive or a model of the operator's own servers.`,
    { fields: [{ path: 'model', message: 'is an external model' }] },
  );
}

/** @throws AppError `model_without_price` unless each model's price is known, so that a budget can count its calls */
export function requirePrices(models: readonly string[]): void {
  for (const model of models) {
    if (findPrice(model)) continue;
    throw new AppError(
      'model_without_price',
      `The price of '${model.slice(0, 120)}' is not known, so a budget cannot hold it. Choose a model of the list (GET /v1/teams/{team_id}/llm-models), spelt as there, or remove the budget.`,
      { fields: [{ path: 'model', message: 'has no known price' }] },
    );
  }
}

/** Whether calls of the model are made with the installation's own key, at the operator's cost. */
export function usesInstallationKey(model: string): boolean {
  return /^(openai|anthropic)\//.test(model);
}

/** The cost of a call in US dollars at list price; 0 for a model without a known price. */
export function costUsd(model: string, usage: LlmUsage): number {
  const price = findPrice(model);
  if (!price) return 0;
  const rate = price.long && usage.input_tokens > price.long.over ? price.long : price;
  const usd = (usage.input_tokens * rate.input + usage.output_tokens * rate.output) / MILLION;
  return Math.round(usd * 1e8) / 1e8;
}

/** Whether a model cites passages by itself. One that is not in the list writes markers, which every model can. */
export function citesByItself(model: string): boolean {
  return findPrice(model)?.cites === true;
}

/** The model's name in metrics: that of the price list, or `provider/other` to limit the number of names. */
export function modelLabel(model: string): string {
  return findPrice(model)?.id ?? `${model.slice(0, model.indexOf('/'))}/other`;
}

/** A dated snapshot (`gpt-5.4-mini-2026-03-17`, `claude-haiku-4-5-20251001`) has its model's price. */
function findPrice(name: string): Price | undefined {
  return PRICE_BY_ID.get(name) ?? PRICE_BY_ID.get(name.replace(/-(\d{4}-\d{2}-\d{2}|\d{8})$/, ''));
}

function toModel(id: string, price: Price | undefined): LlmModel {
  const provider = id.slice(0, id.indexOf('/')) as ProviderName;
  return {
    id,
    provider,
    name: id.slice(provider.length + 1),
    context_tokens: price?.context ?? null,
    input_usd_per_million: price?.input ?? null,
    output_usd_per_million: price?.output ?? null,
    configured: isConfigured(provider),
  };
}

function isConfigured(provider: ProviderName): boolean {
  if (provider === 'builtin') return true;
  const { OPENAI_API_KEY, ANTHROPIC_API_KEY } = llmConfig();
  return Boolean(provider === 'openai' ? OPENAI_API_KEY : ANTHROPIC_API_KEY);
}
