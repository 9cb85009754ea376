import {
  buildHwpx,
  hwpxCell as cell,
  hwpxLevel as level,
  hwpxNumbering as numbering,
  hwpxParagraph as paragraph,
} from '#tests/fixtures/hwpx-builder.ts';
import { parseHwpx } from './hwpx.ts';

async function lines(numberings: string, ...sections: string[]): Promise<string[]> {
  const { blocks } = await parseHwpx(buildHwpx(sections, { numberings }));
  return blocks.map(({ kind, level: depth, text }) => `${kind}${depth ?? ''}: ${text}`);
}

const items = (shape: number, ...texts: string[]) => texts.map((text) => paragraph(text, { shape })).join('');
const section = (outline: number) => `<hp:secPr outlineShapeIDRef="${outline}"/>`;

describe('automatic numbers in Hancom’s word processor', () => {
  test('lists have the numbers that it shows, from their start, on over other text', async () => {
    const list = numbering(3, level(1, ['DIGIT', '^1.'], 3) + level(2, ['HANGUL_SYLLABLE', '^2)']));
    const body =
      items(6, '번호') + items(7, '하나', '둘') + paragraph('글') + items(6, '다음') + items(7, '셋');
    expect(await lines(list, body)).toEqual([
      'list: 3. 번호\n  가) 하나\n  나) 둘',
      'paragraph: 글',
      'list: 4. 다음\n  가) 셋',
    ]);
  });

  test('outlines have the numbers of their section, on over sections', async () => {
    const outlines =
      numbering(1, level(1, ['DIGIT', '^1.']) + level(2, ['HANGUL_SYLLABLE', '^1-^2.'])) +
      numbering(2, level(1, ['ROMAN_CAPITAL', '^1.']) + level(2, ['DIGIT', '^N']));
    const chapters = items(2, '목적') + items(1, '휴가') + items(2, '연차');
    const first = paragraph('총칙', { shape: 1, inside: section(2) });
    expect(
      await lines(outlines, first + chapters, paragraph('부록', { shape: 1, inside: section(2) })),
    ).toEqual([
      'heading1: I. 총칙',
      'heading2: I.1. 목적',
      'heading1: II. 휴가',
      'heading2: II.1. 연차',
      'heading1: III. 부록',
    ]);
    expect((await lines(outlines, items(1, '총칙') + chapters))[3]).toBe('heading2: 2-가. 연차');
  });

  test('numbered clauses are headings', async () => {
    const list = numbering(3, level(1, ['DIGIT', '제^1조']));
    expect(await lines(list, items(6, '(목적) 출장을 정한다.', '(적용) 모두에게 적용한다.'))).toEqual([
      'heading3: 제1조 (목적)',
      'paragraph: 출장을 정한다.',
      'heading3: 제2조 (적용)',
      'paragraph: 모두에게 적용한다.',
    ]);
  });

  test('a paragraph is counted before those in its table', async () => {
    const list = numbering(3, level(1, ['CIRCLED_DIGIT', '^1']));
    const inside = cell('칸').replace('paraPrIDRef="0"', 'paraPrIDRef="6"');
    const table = `<hp:tbl><hp:tr>${inside}${cell('옆', { column: 1 })}</hp:tr></hp:tbl>`;
    expect(await lines(list, paragraph('앞', { shape: 6, inside: table }))).toEqual([
      'list: ① 앞',
      'table: ② 칸 | 옆',
    ]);
  });
});
