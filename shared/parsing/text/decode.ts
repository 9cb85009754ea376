import iconv from 'iconv-lite';

/** Labels that the web standard maps to another encoding, or that do not name an 8-bit encoding. */
const IGNORED_LABELS = /^(utf-?16|utf-?32|unicode|ucs-2|binary|x-user-defined)/iu;
/** An encoding is ruled out once more than this share of the characters beyond ASCII is damaged. */
const MAX_DAMAGED_PERCENT = 2;
/** Bytes in which the zero bytes of UTF-16 are counted. */
const UTF16_SAMPLE = 4096;

/**
 * Bytes to text. In order: byte-order mark; the declared charset when the bytes fit it; UTF-16 without a mark
 * (by its zero bytes); UTF-8; Korean EUC-KR with the Windows extension (cp949); Windows-1252, which fits any
 * bytes. A few damaged characters do not rule an encoding out. `declared` is a label such as `euc-kr`.
 */
export function decodeText(bytes: Uint8Array, declared: string | null): string {
  const utf8 = () => withinTolerance(new TextDecoder().decode(bytes));
  return (
    decodeMarked(bytes) ??
    decodeDeclared(bytes, declared, utf8) ??
    decodeUnmarkedUtf16(bytes) ??
    utf8() ??
    (looksKorean(bytes) ? decodeKorean(bytes) : null) ??
    new TextDecoder('windows-1252').decode(bytes)
  );
}

/** The charset parameter of a content type (`text/html; charset="EUC-KR"` → `EUC-KR`), or null. */
export function charsetOf(contentType: string): string | null {
  return /;\s*charset\s*=\s*"?([\w.:-]+)/iu.exec(contentType)?.[1] ?? null;
}

/**
 * The byte order of UTF-16 text, or null for other bytes: by its mark, or by zero bytes on one side of the
 * pairs only. Korean text has such bytes too, in its spaces and line breaks. `sample` starts the file.
 */
export function detectUtf16(sample: Uint8Array): 'utf-16le' | 'utf-16be' | null {
  if (sample[0] === 0xff && sample[1] === 0xfe) return 'utf-16le';
  if (sample[0] === 0xfe && sample[1] === 0xff) return 'utf-16be';
  let even = 0;
  let odd = 0;
  for (const [i, byte] of sample.entries()) {
    if (byte === 0 && i % 2 === 0) even += 1;
    else if (byte === 0) odd += 1;
  }
  if (Math.min(even, odd) > 0 || Math.max(even, odd) <= sample.length / 20) return null;
  return even === 0 ? 'utf-16le' : 'utf-16be';
}

function decodeMarked(bytes: Uint8Array): string | null {
  const [first, second, third] = bytes;
  if (first === 0xef && second === 0xbb && third === 0xbf) return new TextDecoder().decode(bytes);
  const utf16 = detectUtf16(bytes.subarray(0, 2));
  return utf16 && new TextDecoder(utf16).decode(bytes);
}

function decodeUnmarkedUtf16(bytes: Uint8Array): string | null {
  const utf16 = bytes.length % 2 === 0 ? detectUtf16(bytes.subarray(0, UTF16_SAMPLE)) : null;
  return utf16 && new TextDecoder(utf16).decode(bytes);
}

function decodeDeclared(bytes: Uint8Array, label: string | null, utf8: () => string | null): string | null {
  if (!label || IGNORED_LABELS.test(label)) return null;
  try {
    const decoder = new TextDecoder(label, { fatal: true });
    if (decoder.encoding === 'euc-kr') return decodeKorean(bytes);
    // Programs that do not know the encoding declare a Western one. It fits any bytes; UTF-8 does not.
    if (decoder.encoding === 'windows-1252') return utf8() ?? decoder.decode(bytes);
    return decoder.decode(bytes);
  } catch {
    return null;
  }
}

function withinTolerance(text: string): string | null {
  const damaged = countDamaged(text);
  if (damaged === 0) return text;
  const beyondAscii = text.match(/[^\p{ASCII}\ufffd]/gu)?.length ?? 0;
  return damaged * 100 <= beyondAscii * MAX_DAMAGED_PERCENT || isCutTail(text, damaged) ? text : null;
}

function countDamaged(text: string): number {
  return text.match(/\ufffd/gu)?.length ?? 0;
}

/** A file that was cut off inside a multi-byte character. */
function isCutTail(text: string, damaged: number): boolean {
  return damaged === 1 && text.endsWith('\ufffd') && /[^\p{ASCII}\ufffd]/u.test(text);
}

/** By iconv-lite: Node's `euc-kr` lacks the 8,822 syllables of the Windows extension, and drops them silently. */
function decodeKorean(bytes: Uint8Array): string | null {
  const text = iconv.decode(bytes, 'cp949');
  return countDamaged(text) * 100 <= Math.max(text.length * MAX_DAMAGED_PERCENT, 100) ? text : null;
}

/**
 * True when at least nine of ten high byte pairs lie in the KS X 1001 plane, where the 2,350 common syllables
 * are. Western 8-bit text sometimes decodes as cp949 too, but into the rare extension area.
 */
function looksKorean(bytes: Uint8Array): boolean {
  let common = 0;
  let rare = 0;
  for (let i = 0; i < bytes.length - 1; i += 1) {
    if ((bytes[i] ?? 0) < 0x80) continue;
    if ((bytes[i] ?? 0) >= 0xa1 && (bytes[i + 1] ?? 0) >= 0xa1) common += 1;
    else rare += 1;
    i += 1;
  }
  return common > 0 && common >= 9 * rare;
}
