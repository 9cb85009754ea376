import { loadConfig, reloadConfig } from '#shared/core/config.ts';

const NAMES = [
  'OPENAI_API_KEY',
  'OPENAI_BASE_URL',
  'ANTHROPIC_API_KEY',
  'ANTHROPIC_BASE_URL',
  'LLM_TIMEOUT_MS',
] as const;

/** Replaces the settings of the language models in the environment, and reloads them. */
export async function useLlmSettings(
  settings: Partial<Record<(typeof NAMES)[number], string>>,
): Promise<void> {
  for (const name of NAMES) {
    const value = settings[name];
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
  // Citations link to their passages.
  process.env['API_URL'] ??= 'https://api.example.com';
  await loadConfig('http');
  await reloadConfig('llm');
}
