import type { Metadata, MetadataValue } from './data.ts';

/** A line of the metadata form. */
export type MetadataLine = { key: string; value: string };

/** Metadata as lines of a form. */
export function toLines(metadata: Record<string, unknown>): MetadataLine[] {
  return Object.entries(metadata).map(([key, value]) => ({
    key,
    value: Array.isArray(value) ? value.join(', ') : String(value ?? ''),
  }));
}

/** Reads the lines of a form; lines without a key are left out. */
export function fromLines(lines: MetadataLine[]): Metadata {
  const filled = lines.filter(({ key }) => key.trim() !== '');
  return Object.fromEntries(filled.map(({ key, value }) => [key.trim(), readValue(value)]));
}

/** A key that two lines have, or null. */
export function repeatedKey(lines: MetadataLine[]): string | null {
  const keys = lines.map(({ key }) => key.trim()).filter((key) => key !== '');
  return keys.find((key, i) => keys.indexOf(key) !== i) ?? null;
}

/** A number, true, false, a list where there are commas, else the text. */
function readValue(text: string): MetadataValue {
  const value = text.trim();
  if (!value.includes(',')) return readOne(value);
  const parts = value.split(',').map((part) => part.trim());
  return parts.filter((part) => part !== '').map((part) => (isNumber(part) ? Number(part) : part));
}

function readOne(value: string): MetadataValue {
  if (value === '') return null;
  if (value === 'true' || value === 'false') return value === 'true';
  return isNumber(value) ? Number(value) : value;
}

/** `007` and `1.50` are no numbers: written again they would be others. */
function isNumber(text: string): boolean {
  return text !== '' && String(Number(text)) === text && Number.isFinite(Number(text));
}
