import { decodeCp949 } from './cp949.ts';

/** Labels that the web standard reads as something else, or that say nothing about 8-bit text. */
const IGNORED_LABELS = /^(utf-?16|utf-?32|unicode|ucs-2|binary|x-user-defined)/iu;
/** Of a hundred characters beyond ASCII, so many may be damaged before an encoding is ruled out. */
const MAX_DAMAGED_PERCENT = 2;

/**
 * Bytes to text. In order: byte-order mark; the declared charset when the bytes fit it; UTF-16 without a mark
 * (by its zero bytes); UTF-8; Korean EUC-KR with the Windows extension (cp949); Windows-1252, which reads
 * anything. A few damaged characters do not rule an encoding out. `declared` is a label such as `euc-kr`.
 */
export function decodeText(bytes: Uint8Array, declared: string | null): string {
  const utf8 = () => withinTolerance(new TextDecoder().decode(bytes));
  return (
    decodeMarked(bytes) ??
    decodeDeclared(bytes, declared, utf8) ??
    utf16WithoutMark(bytes) ??
    utf8() ??
    (looksKorean(bytes) ? korean(bytes) : null) ??
    new TextDecoder('windows-1252').decode(bytes)
  );
}

/** The charset parameter of a content type (`text/html; charset="EUC-KR"` → `EUC-KR`), or null. */
export function charsetOf(contentType: string): string | null {
  return /;\s*charset\s*=\s*"?([\w.:-]+)/iu.exec(contentType)?.[1] ?? null;
}

function decodeMarked(bytes: Uint8Array): string | null {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return new TextDecoder().decode(bytes);
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  return null;
}

function decodeDeclared(bytes: Uint8Array, label: string | null, utf8: () => string | null): string | null {
  if (label === null || IGNORED_LABELS.test(label)) return null;
  try {
    const decoder = new TextDecoder(label, { fatal: true });
    if (decoder.encoding === 'euc-kr') return korean(bytes);
    // Western labels are what programs write that do not know; they fit any bytes, UTF-8 does not.
    if (decoder.encoding === 'windows-1252') return utf8() ?? decoder.decode(bytes);
    return decoder.decode(bytes);
  } catch {
    return null;
  }
}

function withinTolerance(text: string): string | null {
  const damaged = text.match(/\ufffd/gu)?.length ?? 0;
  if (damaged === 0) return text;
  const beyondAscii = text.match(/[^\p{ASCII}\ufffd]/gu)?.length ?? 0;
  return damaged * 100 <= beyondAscii * MAX_DAMAGED_PERCENT || isCutTail(text, damaged) ? text : null;
}

/** A file that was cut off inside a multi-byte character. */
function isCutTail(text: string, damaged: number): boolean {
  return damaged === 1 && text.endsWith('\ufffd') && /[^\p{ASCII}\ufffd]/u.test(text);
}

function korean(bytes: Uint8Array): string | null {
  const { text, invalid } = decodeCp949(bytes);
  return invalid * 100 <= Math.max(text.length * MAX_DAMAGED_PERCENT, 100) ? text : null;
}

/** Mostly-ASCII text in UTF-16 has its zero bytes on one side only; Korean text still has spaces and breaks. */
function utf16WithoutMark(bytes: Uint8Array): string | null {
  if (bytes.length < 4 || bytes.length % 2 !== 0) return null;
  const sample = bytes.subarray(0, 4096);
  const zeros = [0, 0];
  for (const [i, byte] of sample.entries()) if (byte === 0) zeros[i % 2] = (zeros[i % 2] ?? 0) + 1;
  const [even = 0, odd = 0] = zeros;
  if (even + odd < sample.length / 20 || Math.min(even, odd) > 0) return null;
  return new TextDecoder(even === 0 ? 'utf-16le' : 'utf-16be').decode(bytes);
}

/**
 * True when at least nine of ten high byte pairs lie in the KS X 1001 plane, where the 2,350 common syllables
 * are. Western 8-bit text also decodes as cp949 now and then, but into the rare extension area.
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
