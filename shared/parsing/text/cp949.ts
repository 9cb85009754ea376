/** Trail bytes of the extension: two letter ranges, then 0x81–0xFE (to 0xA0 beside the older character set). */
const isTrail = (byte: number) =>
  (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a) || (byte >= 0x81 && byte <= 0xfe);
/** Added to KS X 1001 after Node's tables were made. */
const LATE_SIGNS: Record<number, string> = { 0xa2e6: '€', 0xa2e7: '®' };
const LAST_LEAD = 0xc6;

let extension: Map<number, string> | undefined;

/**
 * Reads Korean text as Windows wrote it: EUC-KR with the code page 949 extension, which Node's decoder drops
 * silently. `invalid` counts the bytes that fit neither.
 */
export function decodeCp949(bytes: Uint8Array): { text: string; invalid: number } {
  const decoder = new TextDecoder('euc-kr');
  let text = '';
  let invalid = 0;
  let plainFrom = 0;
  const flush = (end: number) => {
    if (end > plainFrom) text += decoder.decode(bytes.subarray(plainFrom, end));
  };
  let i = 0;
  while (i < bytes.length) {
    const lead = bytes[i] ?? 0;
    const trail = bytes[i + 1] ?? 0;
    if (lead < 0x80) i += 1;
    else if (lead >= 0xa1 && trail >= 0xa1 && LATE_SIGNS[lead * 256 + trail] === undefined) i += 2;
    else {
      flush(i);
      const extended = extensionSyllables().get(lead * 256 + trail) ?? LATE_SIGNS[lead * 256 + trail];
      text += extended ?? '\ufffd';
      invalid += extended === undefined ? 1 : 0;
      i += extended === undefined ? 1 : 2;
      plainFrom = i;
    }
  }
  flush(bytes.length);
  return { text, invalid };
}

/**
 * The extension holds the 8,822 syllables that KS X 1001 lacks, in Unicode order in the free code points, so
 * that the table can be computed (checked once against iconv's: no difference).
 */
function extensionSyllables(): Map<number, string> {
  if (extension !== undefined) return extension;
  const decoder = new TextDecoder('euc-kr');
  const standard = new Set<string>();
  for (let lead = 0xb0; lead <= 0xc8; lead += 1) {
    for (let trail = 0xa1; trail <= 0xfe; trail += 1)
      standard.add(decoder.decode(Uint8Array.of(lead, trail)));
  }
  const all = Array.from({ length: 0xd7a3 - 0xac00 + 1 }, (_, i) => String.fromCharCode(0xac00 + i));
  const missing = all.filter((syllable) => !standard.has(syllable));
  const codes: number[] = [];
  for (let lead = 0x81; lead <= LAST_LEAD; lead += 1) {
    for (let trail = 0x41; trail <= (lead < 0xa1 ? 0xfe : 0xa0); trail += 1) {
      if (isTrail(trail)) codes.push(lead * 256 + trail);
    }
  }
  extension = new Map(missing.map((syllable, i) => [codes[i] ?? 0, syllable]));
  return extension;
}
