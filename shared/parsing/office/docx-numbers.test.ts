import {
  buildDocx,
  wordLevel as level,
  wordList as list,
  wordNumber as number,
  wordParagraph as paragraph,
} from '#tests/fixtures/docx-builder.ts';
import { parseDocx } from './docx.ts';
import { formatNumber } from './number-formats.ts';

type Options = { numbering: string; styles?: string };

async function lines(body: string[], options: Options): Promise<string[]> {
  const { blocks } = await parseDocx(buildDocx(body.join(''), options));
  return blocks.flatMap(({ kind, text }) => text.split('\n').map((line) => `${kind}: ${line}`));
}

async function listLines(body: string[], options: Options): Promise<string[]> {
  return (await lines(body, options)).map((line) => line.replace(/^list: +/u, ''));
}

function abstract(id: number, inside: string): string {
  return `<w:abstractNum w:abstractNumId="${id}">${inside}</w:abstractNum>`;
}

const items = (texts: string[], properties: string) => texts.map((text) => paragraph(text, properties));
const override = (at: number, inside: string) => `<w:lvlOverride w:ilvl="${at}">${inside}</w:lvlOverride>`;

describe('automatic numbers in Word', () => {
  const clauses = abstract(0, level(0, ['decimal', '제%1조']) + level(1, ['ganada', '%2.'])) + list(1, 0);

  test('clauses have the numbers that Word shows, also after other text, and are headings', async () => {
    const body = [
      paragraph('(목적) 이 규정은 출장을 정한다.', number(1)),
      paragraph('(적용) 전 직원에게 적용한다.', number(1)),
      paragraph('부칙 아닌 설명 문단입니다.'),
      paragraph('(여비) 여비는 다음과 같다.', number(1)),
      paragraph('국내 여비는 5만원이다.', number(1, 1)),
      paragraph('국외 여비는 9만원이다.', number(1, 1)),
    ];
    expect(await lines(body, { numbering: clauses })).toEqual([
      'heading: 제1조 (목적)',
      'paragraph: 이 규정은 출장을 정한다.',
      'heading: 제2조 (적용)',
      'paragraph: 전 직원에게 적용한다.',
      'paragraph: 부칙 아닌 설명 문단입니다.',
      'heading: 제3조 (여비)',
      'paragraph: 여비는 다음과 같다.',
      'list: 가. 국내 여비는 5만원이다.',
      'list: 나. 국외 여비는 9만원이다.',
    ]);
  });

  test('deeper levels begin anew, unless they say not to', async () => {
    const shown = async (restart: string) => {
      const levels = level(0, ['decimal', '%1.']) + level(1, ['decimal', '%1.%2'], restart);
      const body = [0, 1, 1, 0, 1].map((at) => paragraph('글', number(1, at)));
      return await listLines(body, { numbering: abstract(0, levels) + list(1, 0) });
    };
    expect(await shown('')).toEqual(['1. 글', '1.1 글', '1.2 글', '2. 글', '2.1 글']);
    expect(await shown('<w:lvlRestart w:val="0"/>')).toEqual([
      '1. 글',
      '1.1 글',
      '1.2 글',
      '2. 글',
      '2.3 글',
    ]);
  });

  test('lists start where they say, and instances count on or begin anew', async () => {
    const start = level(0, ['decimal', '%1)'], '<w:start w:val="6"/>');
    const lists = list(1, 0) + list(2, 0) + list(3, 0, override(0, '<w:startOverride w:val="12"/>'));
    const body = [
      ...items(['a', 'b'], number(1)),
      ...items(['c'], number(2)),
      ...items(['d', 'e'], number(3)),
    ];
    expect(
      await listLines([...body, ...items(['f'], number(1))], { numbering: abstract(0, start) + lists }),
    ).toEqual(['6) a', '7) b', '8) c', '12) d', '13) e', '14) f']);
  });

  test('an instance may change a level; legal numbering shows decimals', async () => {
    const levels = level(0, ['upperRoman', '%1.']) + level(1, ['decimal', '%1.%2'], '<w:isLgl/>');
    const changed = list(2, 1, override(0, level(0, ['lowerLetter', '(%1)'])));
    const numbering = abstract(0, levels) + abstract(1, level(0, ['decimal', '%1.'])) + list(1, 0) + changed;
    const body = [number(1), number(1), number(1, 1), number(2)].map((each) => paragraph('글', each));
    expect(await listLines(body, { numbering })).toEqual(['I. 글', 'II. 글', '2.1 글', '(a) 글']);
  });

  test('styles number their paragraphs, headings too; number 0 takes the number away', async () => {
    const style = (id: string, name: string, inside: string) =>
      `<w:style w:type="paragraph" w:styleId="${id}"><w:name w:val="${name}"/>${inside}</w:style>`;
    const styles =
      style('H1', 'heading 1', '<w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr>') +
      style('H2', 'heading 2', '<w:pPr><w:numPr><w:ilvl w:val="1"/><w:numId w:val="1"/></w:numPr></w:pPr>') +
      style('Mine', '우리 절', '<w:basedOn w:val="H2"/>');
    const levels =
      level(0, ['decimal', '제%1장'], '<w:pStyle w:val="H1"/>') +
      level(1, ['decimal', '%1.%2'], '<w:pStyle w:val="H2"/>');
    const styled = (text: string, id: string, more = '') =>
      paragraph(text, `<w:pStyle w:val="${id}"/>${more}`);
    const body = [
      styled('총칙', 'H1'),
      styled('목적', 'H2'),
      styled('범위', 'Mine'),
      styled('머리', 'H1', number(0)),
      styled('휴가', 'H1'),
      styled('연차', 'Mine'),
    ];
    const { blocks } = await parseDocx(
      buildDocx(body.join(''), { styles, numbering: abstract(0, levels) + list(1, 0) }),
    );
    expect(blocks.map(({ level: depth, text }) => `${depth}: ${text}`)).toEqual([
      '1: 제1장 총칙',
      '2: 1.1 목적',
      '2: 1.2 범위',
      '1: 머리',
      '1: 제2장 휴가',
      '2: 2.1 연차',
    ]);
  });

  test('a list may take its levels from a numbering style', async () => {
    const styles =
      '<w:style w:type="numbering" w:styleId="Rules"><w:name w:val="Rules"/><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>';
    const numbering =
      abstract(0, `<w:styleLink w:val="Rules"/>${level(0, ['chosung', '%1.'])}`) +
      abstract(1, '<w:numStyleLink w:val="Rules"/>') +
      list(1, 0) +
      list(2, 1);
    expect(await listLines(items(['하나', '둘'], number(2)), { numbering, styles })).toEqual([
      'ㄱ. 하나',
      'ㄴ. 둘',
    ]);
  });

  test('bullets are dashes; levels without a number are paragraphs; empty paragraphs count', async () => {
    const numbering =
      abstract(0, level(0, ['bullet', '\uf0b7'])) +
      abstract(1, level(0, ['none', ''])) +
      abstract(2, level(0, ['decimal', '%1.'])) +
      [1, 2, 3].map((id) => list(id, id - 1)).join('');
    const body = [
      paragraph('점', number(1)),
      paragraph('글', number(2)),
      ...items(['하나', '', '셋'], number(3)),
    ];
    expect(await lines(body, { numbering })).toEqual([
      'list: - 점',
      'paragraph: 글',
      'list: 1. 하나',
      'list: 3. 셋',
    ]);
  });
});

describe('formats of numbers', () => {
  test.each([
    ['ganada', [1, 2, 14, 15, 29], '가 나 하 거 고'],
    ['chosung', [1, 14, 15], 'ㄱ ㅎ ㄱㄱ'],
    ['decimalEnclosedCircle', [1, 20, 21, 36, 51], '① ⑳ ㉑ ㊱ 51'],
    ['decimalEnclosedParen', [1, 20], '⑴ ⒇'],
    ['koreanDigital', [1, 10, 23], '일 일영 이삼'],
    ['koreanDigital2', [3, 10], '三 一零'],
    ['koreanCounting', [1, 10, 11, 20, 123], '일 십 십일 이십 백이십삼'],
    ['koreanLegal', [1, 10, 21], '하나 열 스물하나'],
    ['chineseCounting', [9, 10, 12], '九 十 十二'],
    ['ideographTraditional', [1, 10], '甲 癸'],
    ['upperRoman', [4, 9, 14, 1999], 'IV IX XIV MCMXCIX'],
    ['lowerRoman', [3], 'iii'],
    ['lowerLetter', [1, 26, 27, 28], 'a z aa bb'],
    ['upperLetter', [2], 'B'],
    ['decimalZero', [1, 10], '01 10'],
    ['ordinal', [1, 2, 3, 4, 11, 22], '1st 2nd 3rd 4th 11th 22nd'],
    ['enclosedGanada', [1, 14], '㉮ ㉻'],
    ['unheardOf', [7], '7'],
    ['constructor', [7], '7'],
  ])('%s', (format, values, expected) => {
    expect(values.map((value) => formatNumber(value, format)).join(' ')).toBe(expected);
  });
});
