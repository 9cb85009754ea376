/** Greek letters and signs of the font Symbol, from its code given on. */
const SYMBOL: readonly [number, string][] = [
  [0x22, '∀#∃%&∋()∗+,−./0123456789:;<=>?≅ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ[∴]⊥_'],
  [0x61, 'αβχδεφγηιϕκλμνοπθρστυϖωξψζ{|}∼'],
  [0xa1, 'ϒ′≤⁄∞ƒ♣♦♥♠↔←↑→↓°±″≥×∝∂•÷≠≡≈…'],
  [0xbf, '↵ℵℑℜ℘⊗⊕∅∩∪⊃⊇⊄⊂⊆∈∉∠∇®©™∏√⋅¬∧∨⇔⇐⇑⇒⇓◊〈'],
  [0xe5, '∑'],
];
const WINGDINGS: readonly [number, string][] = [
  [0x22, '✂'],
  [0x28, '☎✆✉'],
  [0x41, '✌'],
  [0x45, '☜☞☝☟'],
  [0x4a, '☺'],
  [0x4c, '☹'],
  [0x6c, '●❍■□'],
  [0x71, '❑❒'],
  [0x73, '⬧⧫◆❖'],
  [0x80, '⓪①②③④⑤⑥⑦⑧⑨⑩⓿❶❷❸❹❺❻❼❽❾❿'],
  [0x9e, '·•'],
  [0xa1, '○'],
  [0xa4, '◉◎'],
  [0xa7, '▪☐'],
  [0xab, '★'],
  [0xd8, '➢'],
  [0xdc, '➲'],
  [0xdf, '←→↑↓↖↗↙↘'],
  [0xe8, '➔'],
  [0xef, '⇦⇨⇧⇩⬄⇳'],
  [0xfb, '✘✔☒☑'],
];
const WINGDINGS_2: readonly [number, string][] = [
  [0x4f, '✗✓☒☑☒☒'],
  [0x6a, '⓪①②③④⑤⑥⑦⑧⑨⑩'],
  [0x97, '●'],
  [0xa2, '■□☐'],
];
const FONTS: Readonly<Record<string, readonly [number, string][]>> = {
  symbol: SYMBOL,
  wingdings: WINGDINGS,
  'wingdings 2': WINGDINGS_2,
};
/** Symbol fonts keep their characters in this private area of Unicode. */
const PRIVATE_AREA = 0xf000;
const PRIVATE_USE = /\p{Co}/u;

/** The character that a symbol font shows for a code (hexadecimal); empty where it is unknown. */
export function symbolText(font: string, code: string): string {
  const value = Number.parseInt(code, 16);
  if (Number.isNaN(value) || value > 0x10_ffff) return '';
  const rows = FONTS[font.trim().toLowerCase()];
  if (!rows) {
    const own = String.fromCodePoint(value);
    return PRIVATE_USE.test(own) ? '' : own;
  }
  const low = value >= PRIVATE_AREA ? value - PRIVATE_AREA : value;
  for (const [first, characters] of rows) {
    const found = characters[low - first];
    if (low >= first && found !== undefined) return found;
  }
  return '';
}
