import { reloadConfig } from '#shared/core/config.ts';
import { costUsd, defaultModel, llmModels, resolveModel } from './catalog.ts';

async function configure(keys: { OPENAI_API_KEY?: string; ANTHROPIC_API_KEY?: string }): Promise<void> {
  delete process.env.OPENAI_API_KEY;
  delete process.env.ANTHROPIC_API_KEY;
  Object.assign(process.env, keys);
  await reloadConfig('llm');
}

const configured = () => new Set(llmModels().flatMap((model) => (model.configured ? [model.provider] : [])));

describe('language models and their prices', () => {
  beforeEach(() => configure({}));

  test('every model of the list resolves to itself and has a price', () => {
    const models = llmModels();
    expect(models.length).toBeGreaterThan(20);
    for (const model of models) {
      expect(resolveModel(model.id)).toEqual(model);
      expect(model.id).toBe(`${model.provider}/${model.name}`);
      expect(model.output_usd_per_million).toBeGreaterThanOrEqual(model.input_usd_per_million ?? Infinity);
    }
  });

  test('a model is configured when its provider has an API key, the built-in one always', async () => {
    expect(configured()).toEqual(new Set(['builtin']));
    await configure({ OPENAI_API_KEY: 'k' });
    expect(configured()).toEqual(new Set(['builtin', 'openai']));
  });

  test('the default model belongs to a configured provider', async () => {
    expect(defaultModel({ external_models: true })).toBe('builtin/extractive');
    await configure({ ANTHROPIC_API_KEY: 'k' });
    expect(resolveModel(defaultModel({ external_models: true }))).toMatchObject({
      provider: 'anthropic',
      configured: true,
    });
    await configure({ OPENAI_API_KEY: 'k', ANTHROPIC_API_KEY: 'k' });
    expect(resolveModel(defaultModel({ external_models: true }))).toMatchObject({
      provider: 'openai',
      configured: true,
    });
  });

  test('a cost is tokens times list price, at the long-context price where there is one', () => {
    expect(costUsd('openai/gpt-4o-mini', { input_tokens: 1_000_000, output_tokens: 1_000_000 })).toBe(0.75);
    expect(costUsd('openai/gpt-6-luna', { input_tokens: 2_000, output_tokens: 500 })).toBe(0.00045);
    expect(costUsd('anthropic/claude-haiku-5-5', { input_tokens: 100_000, output_tokens: 0 })).toBe(0.01);
    expect(costUsd('anthropic/claude-haiku-5-5', { input_tokens: 200_000, output_tokens: 1_000 })).toBe(
      0.1025,
    );
    expect(costUsd('builtin/extractive', { input_tokens: 9_999, output_tokens: 9_999 })).toBe(0);
  });

  test('a dated snapshot has its model’s price', () => {
    const usage = { input_tokens: 1_000_000, output_tokens: 0 };
    expect(costUsd('anthropic/claude-haiku-4-5-20251001', usage)).toBe(1);
    expect(costUsd('openai/gpt-5.4-mini-2026-03-17', usage)).toBe(0.75);
    expect(resolveModel('openai/gpt-5.4-mini-2026-03-17').name).toBe('gpt-5.4-mini-2026-03-17');
  });

  test('an unlisted name is accepted when its provider is configured, without a price', async () => {
    expect(() => resolveModel('openai/gpt-7-nova')).toThrow(/no model 'openai\/gpt-7-nova'/);
    await configure({ OPENAI_API_KEY: 'k' });
    expect(resolveModel('openai/gpt-7-nova')).toMatchObject({
      provider: 'openai',
      name: 'gpt-7-nova',
      input_usd_per_million: null,
      configured: true,
    });
    expect(resolveModel('openai/meta-llama/Llama-4').name).toBe('meta-llama/Llama-4');
    expect(costUsd('openai/gpt-7-nova', { input_tokens: 1e6, output_tokens: 1e6 })).toBe(0);
  });

  test.each(['', 'gpt-4o', 'openai/', 'builtin/other', 'mistral/large', 'openai/a b'])(
    "'%s' is unknown_model and the answer names the known ones",
    async (name) => {
      await configure({ OPENAI_API_KEY: 'k' });
      expect(() => resolveModel(name)).toThrow(
        expect.objectContaining({ code: 'unknown_model', status: 422 }),
      );
      expect(() => resolveModel(name)).toThrow(/openai\/gpt-6-luna/);
    },
  );
});
