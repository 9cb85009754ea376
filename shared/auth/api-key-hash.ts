import { createHmac } from 'node:crypto';
import { section } from '#shared/core/config.ts';
import { deriveKey } from './derive-key.ts';
import { currentKey, type Key, readRing } from './key-ring.ts';
import { sameHash } from './same-hash.ts';

const authConfig = section('auth');
const pepperConfig = section('pepper');

/** Hashes of API keys outlive every rotation, so their secrets, the peppers, are apart from the signing keys. */
const PURPOSE = 'api-key';

/** `12 hex digits . hash`: the pepper's id and the hash. Hashes of the time before peppers have no id. */
const FORMAT = /^(?:([0-9a-f]{12})\.)?([\w-]{43})$/;

/** How long after its start a process still leaves old hashes alone: until no function of an older version runs. */
const SETTLED_SECONDS = 900;

/** The hash of a key as it is stored now: under the newest pepper, which it names. */
export function hashApiKey(key: string): string {
  const pepper = currentPepper();
  return pepper ? `${pepper.id}.${macOf(pepper.secret, key)}` : legacyHash(key);
}

/** Whether a key has this stored hash, whichever pepper it was made with. */
export function isHashOf(key: string, stored: string): boolean {
  const [, id, mac = ''] = FORMAT.exec(stored) ?? [];
  if (id === undefined) return sameHash(stored, legacyHash(key));
  const pepper = peppers().find((each) => each.id === id);
  return pepper !== undefined && sameHash(mac, macOf(pepper.secret, key));
}

/** The hash with which an older stored hash should be replaced; null where it is right, or where it is too early. */
export function renewedHash(key: string, stored: string): string | null {
  const pepper = currentPepper();
  if (!pepper || stored.startsWith(`${pepper.id}.`)) return null;
  const isSettled = pepper.activeFromMs > 0 || process.uptime() > SETTLED_SECONDS;
  return isSettled ? hashApiKey(key) : null;
}

function peppers(): Key[] {
  const { API_KEY_PEPPER, API_KEY_PEPPERS } = pepperConfig();
  return API_KEY_PEPPER ? readRing(API_KEY_PEPPER, API_KEY_PEPPERS) : [];
}

function currentPepper(): Key | null {
  const all = peppers();
  return all.length > 0 ? currentKey(all) : null;
}

function legacyHash(key: string): string {
  return macOf(authConfig().JWT_SECRET, key);
}

function macOf(secret: string, key: string): string {
  return createHmac('sha256', deriveKey(secret, PURPOSE)).update(key).digest('base64url');
}
