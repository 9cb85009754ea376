import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { readRing } from '#shared/auth/key-ring.ts';
import { servicePublicKeys } from '#shared/auth/service-token.ts';
import type { RingKey } from '#shared/core/key-settings.ts';

/** The keys that `npm run keys:rotate` added, beside the first ones of secrets.json. */
export type AddedKeys = { SIGNING_KEYS: RingKey[]; API_KEY_PEPPERS: RingKey[] };

/** The file that functions read their keys from (`KEYS_FILE`), and read again when it changes. */
export function keysFile(dataDir: string): string {
  return path.join(dataDir, 'keys.json');
}

/** The file that the embedder reads: public keys only. */
export function publicKeysFile(dataDir: string): string {
  return path.join(dataDir, 'public-keys.json');
}

/** The added keys of a data directory; none before the first rotation. */
export function readAddedKeys(dataDir: string): AddedKeys {
  const none = { SIGNING_KEYS: [], API_KEY_PEPPERS: [] };
  const file = keysFile(dataDir);
  return existsSync(file) ? { ...none, ...(JSON.parse(readFileSync(file, 'utf8')) as AddedKeys) } : none;
}

/**
 * Writes both files. The embedder's comes first, so that it knows a key before anything is signed with it.
 * @param firstSecret the first signing key, `JWT_SECRET`
 */
export function writeKeyFiles(dataDir: string, firstSecret: string, added: AddedKeys): void {
  const SERVICE_PUBLIC_KEYS = servicePublicKeys(readRing(firstSecret, added.SIGNING_KEYS));
  replaceFile(publicKeysFile(dataDir), { SERVICE_PUBLIC_KEYS });
  replaceFile(keysFile(dataDir), { ...added, SERVICE_PUBLIC_KEYS });
}

/** Replaces a file at once, so that no reader sees half of it. Only its owner may read it. */
function replaceFile(file: string, values: object): void {
  writeFileSync(`${file}.new`, JSON.stringify(values), { mode: 0o600 });
  renameSync(`${file}.new`, file);
}
