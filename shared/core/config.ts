import type { z } from 'zod';
import { settingsOfEnvironment } from './connection-url.ts';
import { keysFileChanged, settingsOfKeysFile } from './keys-file.ts';
import { isDueForReread, readSecret, type SecretName } from './secrets.ts';
import { SETTINGS } from './settings.ts';

/** The secrets in Secrets Manager that hold settings of a section. */
const SECRETS_OF: Partial<Record<Section, SecretName[]>> = {
  database: ['database-app'],
  database_worker: ['database-worker'],
  database_owner: ['database'],
  redis: ['redis'],
  auth: ['jwt'],
  pepper: ['api-key-pepper'],
  service_keys: ['service-public-keys'],
  google: ['google-oauth'],
  downloads: ['downloads'],
  llm: ['openai', 'anthropic'],
};

export type Section = keyof typeof SETTINGS;
type Config = { [S in Section]: z.output<(typeof SETTINGS)[S]> };

const loaded: Partial<Config> = {};
const loading = new Map<Section, Promise<void>>();
const needed = new Set<Section>();

/**
 * Declares at module level that the importing module needs a section, and returns its reader: the process that
 * imports the module then loads the section with `loadConfig()`, so that no list of sections can forget one.
 */
export function section<S extends Section>(name: S): () => Config[S] {
  needed.add(name);
  return () => config(name);
}

/**
 * Reads sections from the environment and, where `SECRETS_PREFIX` is set (e.g. `rag-backend/`), from AWS Secrets
 * Manager for what the environment lacks. Without arguments: every section that an imported module declared with
 * `section`. Each section is read once, and again a minute after one of its secrets was found empty, or when its keys
 * may have been rotated.
 * @throws Error with one line per setting: its name, what is wrong, an example. Values are never printed.
 */
export async function loadConfig(...sections: Section[]): Promise<void> {
  const names = sections.length > 0 ? sections : [...needed];
  const results = await Promise.allSettled(names.map((name) => loadOnce(name)));
  const reasons = results.flatMap((result) =>
    result.status === 'rejected' ? [messageOf(result.reason)] : [],
  );
  if (reasons.length > 0) throw new Error(`The configuration is not usable:\n${reasons.join('\n')}`);
}

/** The settings of a section that `loadConfig` has read; for entry points, which name their sections there. */
export function config<S extends Section>(name: S): Config[S] {
  const found = loaded[name];
  if (!found) throw new Error(`Settings '${name}' were not loaded: declare them with section('${name}').`);
  return found;
}

/** Reads a section again, after its secret was rotated. */
export async function reloadConfig(section: Section): Promise<void> {
  loading.delete(section);
  await loadConfig(section);
}

function loadOnce(section: Section): Promise<void> {
  const known = loading.get(section);
  const isDue = SECRETS_OF[section]?.some(isDueForReread) || keysFileChanged(section, process.env);
  if (known && !isDue) return known;
  // If re-reading fails, keep the settings already loaded.
  const pending = known ? loadSection(section).catch(() => known) : loadSection(section);
  loading.set(section, pending);
  pending.catch(() => loading.delete(section));
  return pending;
}

async function loadSection(section: Section): Promise<void> {
  const schema = SETTINGS[section];
  const values = {
    ...(await secretsFor(section)),
    ...settingsOfKeysFile(section, process.env),
    ...settingsOfEnvironment(section, process.env),
    ...nonEmpty(process.env),
  };
  const result = schema.safeParse(values);
  if (!result.success) throw new Error(explain(schema, values, result.error));
  Object.assign(loaded, { [section]: result.data });
}

async function secretsFor(section: Section): Promise<Record<string, string>> {
  const prefix = process.env.SECRETS_PREFIX;
  // The secret exists only where CloudFront serves downloads.
  if (!prefix || (section === 'downloads' && !process.env.DOWNLOADS_URL)) return {};
  const secrets = await Promise.all((SECRETS_OF[section] ?? []).map((name) => readSecret(prefix, name)));
  return Object.assign({}, ...secrets) as Record<string, string>;
}

function nonEmpty(env: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).filter(([, value]) => value !== undefined && value !== ''),
  ) as Record<string, string>;
}

function explain(schema: z.ZodObject, values: Record<string, string>, error: z.ZodError): string {
  return error.issues
    .map((issue) => {
      const name = String(issue.path[0]);
      const field = schema.shape[name] as z.ZodType | undefined;
      const what = values[name] === undefined ? 'missing' : issue.message;
      return `- ${name}: ${what}. Example: ${name}=${String(field?.meta()?.example ?? '…')}`;
    })
    .join('\n');
}

function messageOf(reason: unknown): string {
  return reason instanceof Error ? reason.message : String(reason);
}
