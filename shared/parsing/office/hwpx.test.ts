import { chunkDocument, documentText } from '#shared/chunking/chunk.ts';
import { buildHwpx, hwpxCell as cell, hwpxParagraph as paragraph } from '#tests/fixtures/hwpx-builder.ts';
import { buildZip } from '#tests/fixtures/zip-builder.ts';
import { parseDocument } from '../parse.ts';
import { parseHwpx } from './hwpx.ts';

async function lines(...sections: string[]): Promise<string[]> {
  const { blocks } = await parseHwpx(buildHwpx(sections));
  return blocks.map(({ kind, level, text }) => `${kind}${level ?? ''}: ${text}`);
}

const table = (...rows: string[]) =>
  `<hp:tbl>${rows.map((row) => `<hp:tr>${row}</hp:tr>`).join('')}</hp:tbl>`;
const list = (text: string) => `<hp:subList>${paragraph(text)}</hp:subList>`;
const ctrl = (inside: string) => `<hp:ctrl>${inside}</hp:ctrl>`;

describe('documents of Hancom’s word processor', () => {
  test('headings come by outline or style, bullets are lists, in the order of the spine', async () => {
    expect(
      await lines(
        paragraph('보안 규정', { shape: 1 }) +
          paragraph('출입', { shape: 2 }) +
          paragraph('출입증은 늘 지닌다.') +
          paragraph('방문자', { style: 5 }) +
          paragraph('이름', { shape: 3 }) +
          paragraph('소속', { shape: 4 }),
        paragraph('둘째 구역의 글'),
      ),
    ).toEqual([
      'heading1: 보안 규정',
      'heading2: 출입',
      'paragraph: 출입증은 늘 지닌다.',
      'heading2: 방문자',
      'list: - 이름\n  - 소속',
      'paragraph: 둘째 구역의 글',
    ]);
  });

  test('a whole sentence in an outline style is text', async () => {
    const text = '이 규정은 모든 직원에게 적용한다.';
    expect(await lines(paragraph(text, { shape: 1 }))).toEqual([`paragraph: ${text}`]);
  });

  test('articles of Korean rules are headings without a heading style', async () => {
    expect(await lines(paragraph('제1조(목적) 이 규정은 휴가를 정한다.'))).toEqual([
      'heading3: 제1조(목적)',
      'paragraph: 이 규정은 휴가를 정한다.',
    ]);
  });

  test('tables are read in place, as rows; a cell over several rows is repeated in each', async () => {
    const inside = table(
      cell('등급') + cell('대상', { column: 1 }),
      cell('1급', { rowSpan: 2 }) + cell('설계도', { column: 1 }),
      cell('소스', { column: 1 }),
    );
    expect(await lines(paragraph('등급은 다음과 같다.', { inside }) + paragraph('끝.'))).toEqual([
      'paragraph: 등급은 다음과 같다.',
      'table: 등급 | 대상\n1급 | 설계도\n1급 | 소스',
      'paragraph: 끝.',
    ]);
  });

  test('a table of one cell is read as its text; a table in a cell as text of the cell', async () => {
    const nested = table(cell('가') + cell('나', { column: 1 }));
    expect(await lines(paragraph('', { inside: table(cell('알림', { inside: nested })) }))).toEqual([
      'paragraph: 알림',
      'table: 가 | 나',
    ]);
    expect(
      await lines(
        paragraph('', { inside: table(cell('밖', { inside: nested }) + cell('옆', { column: 1 })) }),
      ),
    ).toEqual(['table: 밖 가 | 나 | 옆']);
  });

  test('notes follow their paragraph; text boxes and captions are read', async () => {
    const inside =
      ctrl(`<hp:footNote>${list('법 제60조')}</hp:footNote>`) +
      ctrl(`<hp:endNote>${list('부록 참조')}</hp:endNote>`) +
      `<hp:rect><hp:drawText>${list('상자의 글')}</hp:drawText></hp:rect>` +
      `<hp:tbl><hp:caption>${list('표 1. 인원')}</hp:caption><hp:tr>${cell('가')}${cell('나', { column: 1 })}</hp:tr></hp:tbl><hp:t> 이어진다.</hp:t>`;
    expect(await lines(paragraph('연차는 15일이며', { inside }))).toEqual([
      'paragraph: 연차는 15일이며 이어진다.',
      'paragraph: 각주: 법 제60조',
      'paragraph: 미주: 부록 참조',
      'paragraph: 상자의 글',
      'paragraph: 표 1. 인원',
      'table: 가 | 나',
    ]);
  });

  test('running headers, hidden comments, memos and deleted text are left out', async () => {
    const inside =
      ctrl(`<hp:header>${list('머리말')}</hp:header><hp:footer>${list('꼬리말')}</hp:footer>`) +
      ctrl(`<hp:hiddenComment>${list('숨은 설명')}</hp:hiddenComment>`) +
      ctrl(`<hp:fieldBegin type="MEMO"><hp:parameters/>${list('메모')}</hp:fieldBegin>`) +
      '<hp:pic><hp:shapeComment>그림입니다.</hp:shapeComment></hp:pic>';
    const text = '남는 글<hp:deleteBegin Id="1"/> 지운 글<hp:deleteEnd Id="1"/> 끝';
    expect(await lines(paragraph(text, { inside }))).toEqual(['paragraph: 남는 글 끝']);
  });

  test('tabs, line breaks, special spaces, composed characters and equations become text', async () => {
    const text = '가<hp:tab/>나<hp:lineBreak/>다<hp:nbSpace/>라<hp:fwSpace/>마<hp:hyphen/>1';
    const inside = '<hp:compose composeText="㉮"/><hp:equation><hp:script>a over b</hp:script></hp:equation>';
    expect(await lines(paragraph(text, { inside }))).toEqual(['paragraph: 가 나\n다 라 마-1㉮ a over b']);
  });

  test('without a spine, sections are read in the order of their numbers', async () => {
    const { blocks } = await parseHwpx(buildHwpx([paragraph('둘'), paragraph('하나')], { spine: false }));
    expect(blocks.map(({ text }) => text)).toEqual(['하나', '둘']);
  });

  test('the title comes from the package, else from the first heading; pages are null', async () => {
    const section = paragraph('첫 제목', { shape: 1 });
    expect((await parseHwpx(buildHwpx([section], { title: '인사 규정' }))).title).toBe('인사 규정');
    expect(await parseHwpx(buildHwpx([section]))).toMatchObject({ title: '첫 제목', pages: null });
  });

  test('chunks have correct offsets and their headings', async () => {
    const chapters = [1, 2].map(
      (n) => paragraph(`${n}장`, { shape: 1 }) + paragraph(`출입증은 ${n}층에서 받는다. `.repeat(40)),
    );
    const input = { contentType: 'application/vnd.hancom.hwpx', filename: '규정.hwpx' };
    const parsed = await parseDocument(buildHwpx([chapters.join('')]), input);
    const countTokens = (texts: string[]) => Promise.resolve(texts.map((text) => text.length));
    const chunks = await chunkDocument(parsed, { maxTokens: 100, overlapTokens: 20, countTokens });
    expect(new Set(chunks.map(({ heading }) => heading))).toEqual(new Set(['1장', '2장']));
    for (const { start, end, text } of chunks) expect(documentText(parsed).slice(start, end)).toBe(text);
  });
});

function code(expected: string): Record<string, unknown> {
  return { code: expected, retryable: false };
}

describe('HWPX files that cannot be read', () => {
  test('a file under a password is reported as encrypted', async () => {
    const bytes = buildHwpx([paragraph('비밀')], { encrypted: true });
    await expect(parseHwpx(bytes)).rejects.toMatchObject(code('encrypted_document'));
  });

  test('a document without text is empty', async () => {
    await expect(parseHwpx(buildHwpx([paragraph('')]))).rejects.toMatchObject(code('empty_document'));
  });

  test('half a file, a missing part, XML that was cut off and nesting over the limit are corrupt', async () => {
    const whole = buildHwpx([paragraph('글')]);
    const damaged = [
      whole.subarray(0, 500),
      buildZip([]),
      buildHwpx([]),
      buildHwpx([`${paragraph('글')}<hp:p`]),
      buildHwpx(['<hp:tbl><hp:tr><hp:tc>'.repeat(100) + '</hp:tc></hp:tr></hp:tbl>'.repeat(100)]),
    ];
    for (const bytes of damaged) {
      await expect(parseHwpx(bytes)).rejects.toMatchObject(code('corrupt_document'));
    }
  });

  test('a bomb is refused while it is unpacked', async () => {
    const bomb = buildHwpx([' '.repeat(65 * 1024 * 1024)]);
    await expect(parseHwpx(bomb)).rejects.toMatchObject(code('document_too_large'));
  });

  test('a repeated cell cannot exceed the text limit', async () => {
    const first = cell('가'.repeat(10_000), { rowSpan: 99_999 });
    const rows = Array.from({ length: 1_000 }, () => cell('나', { column: 1 }));
    const bytes = buildHwpx([paragraph('', { inside: table(first, ...rows) })]);
    await expect(parseHwpx(bytes)).rejects.toMatchObject(code('document_too_large'));
  });

  test('a time limit ends the reading', async () => {
    const bytes = buildHwpx([paragraph('글')]);
    await expect(parseHwpx(bytes, AbortSignal.abort())).rejects.toMatchObject({ code: 'parser_timeout' });
  });
});
