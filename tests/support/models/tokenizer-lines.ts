/**
 * Lines for the differential test of the tokenizer, equal on every machine. Their kinds: Korean, English, mixed, emoji,
 * decomposed, control characters, rare white space, any code point, literal special tokens, very long.
 */

const KOREAN =
  '검색 증강 생성은 문서를 나누어 임베딩하고 질문과 가까운 조각을 찾아 답을 만듭니다 서울특별시 은행에서 대출금리를 확인하세요 안녕하세요 반갑습니다 그렇지만 않았습니까 훈민정음 꽃밭 읽었는데 넓혀졌다 뷁 쀍 먂';
const ENGLISH =
  'The quick brown fox jumps over lazy dogs; retrieval augmented generation isn’t magic: it cites sources (e.g. p. 42), costs $3.50/1M tokens, and embeds naïve café résumés antidisestablishmentarianism';
const ODD =
  'ＦＵＬＬｗｉｄｔｈ ｶﾞｷﾞ ㎏ ① ½ ﬁn ㄱㄴㄷ ㅏㅑ 漢字かな交じり文 สวัสดีครับ ทำ नमस्ते العربية עברית Ελληνικά Привет ạ̈ ﷺ Ⅻ ™ … “quoted” ▁underline ▁▁ ~ ～ <unknown>';
const EMOJI = ['😀', '👩‍👩‍👧‍👦', '👍🏽', '🇰🇷', '🏳️‍🌈', '❤️', '☕', '1️⃣', '🫠', '🧑🏿‍🚀'];
const SPECIAL = ['<s>', '</s>', '<pad>', '<unk>', '<mask>', '<', '/s>'];
const BLANKS = [
  ' ',
  '  ',
  '\t',
  '\n',
  '\r\n',
  '\u00A0',
  '\u3000',
  '\u200B',
  '\uFEFF',
  '\u0085',
  '\u2028',
  '   ',
];
const KINDS = 12;

type Random = (below: number) => number;

/** Generates `count` lines; the kinds alternate. */
export function makeTokenizerLines(count: number): string[] {
  const random = generator(20_261_123);
  return Array.from({ length: count }, (_, i) => lineOf(i % KINDS, random));
}

/** FNV-1a over the ids of a line; the fixture stores these hashes. */
export function hashOfIds(ids: Iterable<number>): number {
  let hash = 0x811c9dc5;
  for (const id of ids) hash = Math.imul(hash ^ id, 0x01000193);
  return hash >>> 0;
}

function lineOf(kind: number, random: Random): string {
  const [korean, english, odd] = [KOREAN, ENGLISH, ODD].map((text) => text.split(' ')) as [
    string[],
    string[],
    string[],
  ];
  const syllable = () => String.fromCodePoint(0xac00 + random(11_172));
  const words = [
    () => pick(korean, random),
    () => pick(english, random),
    () => pick([...korean, ...english], random),
    () => syllable() + syllable() + pick(korean, random).slice(0, 2),
    () => pick(odd, random),
    () => pick(EMOJI, random) + (random(2) ? pick(korean, random) : ''),
    () => pick([...korean, ...odd, 'naïve', 'Zürich'], random).normalize(random(2) ? 'NFD' : 'NFKD'),
    () => pick(english, random) + String.fromCodePoint(random(32), 0x7f + random(33)),
    () => String.fromCodePoint(anyCodePoint(random), anyCodePoint(random)),
    () => pick([...SPECIAL, ...english], random),
    () => pick(english, random) + pick(['\u0301', '\u200D', '\u0E33', '\uFE0F', '\u0600', 'ᄀ', '゙'], random),
    () => pick([...korean, ...english, ...odd, ...EMOJI], random),
  ][kind];
  const isLong = kind === KINDS - 1 && random(10) === 0;
  let line = '';
  for (let left = isLong ? 2_000 : 1 + random(24); left > 0; left -= 1) {
    line += (words?.() ?? '') + (random(5) === 0 ? pick(BLANKS, random) : ' ');
  }
  return random(3) === 0 ? line : line.trim();
}

function anyCodePoint(random: Random): number {
  const plane = random(4) === 0 ? 0x1_0000 + random(0x1_0000) : random(0x1_0000);
  return plane >= 0xd800 && plane < 0xe000 ? plane - 0xd800 : plane;
}

function pick<Value>(values: readonly Value[], random: Random): Value {
  return values[random(values.length)] as Value;
}

/** xorshift32 (Marsaglia 2003). */
function generator(seed: number): Random {
  let state = seed;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}
