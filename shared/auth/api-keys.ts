import { randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { hashApiKey } from './api-key-hash.ts';

const FORMAT = /^rag_([0-9a-f]{32})_([0-9a-f]{64})_([0-9a-f]{8})$/;

/** Generates a key `rag_<key id>_<256-bit secret>_<crc32>` for the id of its row, and the hash to store. */
export function generateApiKey(keyId: string): { key: string; secretHash: string } {
  const body = `rag_${keyId.replaceAll('-', '')}_${randomBytes(32).toString('hex')}`;
  const key = `${body}_${checksum(body)}`;
  return { key, secretHash: hashApiKey(key) };
}

/** The row id inside a key. Null if its form or checksum is wrong, which saves a query. */
export function readApiKey(key: string): string | null {
  const match = FORMAT.exec(key);
  if (!match?.[1] || match[3] !== checksum(key.slice(0, -9))) return null;
  return match[1].replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

function checksum(text: string): string {
  return crc32(text).toString(16).padStart(8, '0');
}
