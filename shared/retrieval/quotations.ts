/** What stands in quotation marks, at least two characters; single straight marks only around words. */
const QUOTED =
  /“([^”\n]{2,})”|"([^"\n]{2,})"|‘([^’\n]{2,})’|「([^」\n]{2,})」|『([^』\n]{2,})』|《([^》\n]{2,})》|(?<![\p{L}\p{N}])'([^'\n]{2,})'(?!\p{L}{2,})/gu;

export type Quotation = { text: string; start: number; end: number };

/** The quotations of a claim, without their marks. */
export function quotationsIn(claim: string): Quotation[] {
  return [...claim.matchAll(QUOTED)].map((match) => {
    const text = match.slice(1).find((group) => group !== undefined) ?? '';
    return { text, start: match.index, end: match.index + match[0].length };
  });
}

/**
 * The place of a quotation in a passage, or null. White space, punctuation, markup and the case of letters may
 * differ. `…` stands for words left out.
 */
export function findQuotation(passage: string, quotation: string): { start: number; end: number } | null {
  const { letters, offsets } = lettersOf(passage);
  let from = 0;
  let start = -1;
  for (const part of quotation.split(/…|\.{3}|\[\.\.\.\]/)) {
    const wanted = lettersOf(part).letters;
    if (wanted === '') continue;
    const at = letters.indexOf(wanted, from);
    if (at < 0) return null;
    if (start < 0) start = at;
    from = at + wanted.length;
  }
  const first = offsets[start];
  const last = offsets[from - 1];
  return first === undefined || last === undefined ? null : { start: first.start, end: last.end };
}

/** The letters, digits and signs of amounts of a text in lower case, each with its place in the text. */
function lettersOf(text: string): { letters: string; offsets: { start: number; end: number }[] } {
  let letters = '';
  const offsets: { start: number; end: number }[] = [];
  let at = 0;
  for (const char of text) {
    const end = at + char.length;
    const plain = char.normalize('NFKC').toLowerCase();
    if (/[\p{L}\p{N}\p{M}%$€£₩<>=]/u.test(plain)) {
      letters += plain;
      for (let unit = 0; unit < plain.length; unit += 1) offsets.push({ start: at, end });
    }
    at = end;
  }
  return { letters, offsets };
}
