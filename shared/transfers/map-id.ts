import { createHash } from 'node:crypto';

/** Hexadecimal digits of an id that stay: its time and its place among the ids of that moment. */
const KEPT_DIGITS = 22;

/**
 * The id in the new team of a row that had this id in the old one. It depends on both only, so that no table of ids has
 * to be stored and a repeated import finds its own rows. UUIDv7 keeps its order: lists are sorted by it.
 */
export function mapId(importId: string, oldId: string): string {
  const digits = oldId.replaceAll('-', '').toLowerCase();
  const hash = createHash('sha256').update(`${importId}:${digits}`).digest('hex');
  const mapped = digits.slice(0, KEPT_DIGITS) + hash.slice(0, 32 - KEPT_DIGITS);
  return mapped.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
