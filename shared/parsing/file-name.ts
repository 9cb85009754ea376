/** Characters that turn the direction of the text after them: U+202E before `gpj.exe` makes it look like `exe.jpg`. */
export const DIRECTION = /[\u202A-\u202E\u2066-\u2069]/u;
const LEFT_OUT = /[/\\\p{Cc}\u202A-\u202E\u2066-\u2069]/gu;
const MAX_CHARS = 200;

/** What is wrong with the name of a file; null for a name that can be stored, shown and downloaded as it is. */
export function nameFault(name: string): string | null {
  if (/[/\\\p{Cc}]/u.test(name)) return 'must not contain slashes or control characters';
  if (DIRECTION.test(name)) return 'must not contain characters that turn the direction of text';
  if (/^\.+$/.test(name)) return 'must have more than dots';
  // S3 puts the name that the browser sends in this place.
  if (name.includes('${filename}')) return 'must not contain `${filename}`';
  return null;
}

/** The nearest name without a fault; `fallback` where nothing is left. */
export function toFileName(text: string, fallback: string): string {
  const name = text.normalize('NFC').replaceAll(LEFT_OUT, '').replaceAll('${filename}', '').trim();
  const short = Array.from(name).slice(0, MAX_CHARS).join('');
  return /^\.*$/.test(short) ? fallback : short;
}
