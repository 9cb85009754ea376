import { chunkDocument, documentText } from '#shared/chunking/chunk.ts';
import { buildPptx, textShape } from '#tests/fixtures/pptx-builder.ts';
import { buildZip } from '#tests/fixtures/zip-builder.ts';
import { parseDocument } from '../parse.ts';
import { parsePptx } from './pptx.ts';

const TYPE = 'application/vnd.openxmlformats-officedocument.presentationml.presentation';

type Slides = Parameters<typeof buildPptx>[0];

async function lines(slides: Slides): Promise<string[]> {
  const { blocks } = await parsePptx(buildPptx(slides));
  return blocks.map(({ page, kind, level, text }) => `${page} ${kind}${level ?? ''}: ${text}`);
}

async function textOf(shapes: string): Promise<string[]> {
  return (await lines([{ shapes }])).map((line) => line.replace(/^1 /u, ''));
}

const title = (text: string) => textShape(text, { placeholder: 'title' });
const cell = (text: string, attributes = '') =>
  `<a:tc ${attributes}><a:txBody><a:p><a:r><a:t>${text}</a:t></a:r></a:p></a:txBody></a:tc>`;
const frame = (inside: string) =>
  `<p:graphicFrame><a:graphic><a:graphicData>${inside}</a:graphicData></a:graphic></p:graphicFrame>`;

describe('PowerPoint presentations', () => {
  test('slides come in the order of the presentation, with their number as page and their title as heading', async () => {
    expect(
      await lines([
        {
          shapes:
            textShape('2026년 사업 계획', { placeholder: 'ctrTitle' }) +
            textShape('경영기획실', { placeholder: 'subTitle' }),
        },
        { shapes: textShape('신규 채용은 40명이다.', { placeholder: 'body' }) + title('인력 계획') },
      ]),
    ).toEqual([
      '1 heading1: 2026년 사업 계획',
      '1 paragraph: 경영기획실',
      '2 heading2: 인력 계획',
      '2 paragraph: 신규 채용은 40명이다.',
    ]);
  });

  test('text is read row by row from the top left, not in the order of painting', async () => {
    const shapes = [
      textShape('오른쪽 아래', { at: [5_000_000, 3_000_000] }),
      textShape('오른쪽 위', { at: [5_000_000, 1_000_000] }),
      textShape('왼쪽 위', { at: [0, 1_100_000] }),
      textShape('왼쪽 아래', { at: [0, 3_000_000] }),
    ];
    expect(await textOf(title('제목') + shapes.join(''))).toEqual([
      'heading2: 제목',
      'paragraph: 왼쪽 위',
      'paragraph: 오른쪽 위',
      'paragraph: 왼쪽 아래',
      'paragraph: 오른쪽 아래',
    ]);
  });

  test('bullets and numbers are lists that show their depth', async () => {
    const paragraph = (text: string, properties: string) =>
      `<a:p>${properties}<a:r><a:t>${text}</a:t></a:r></a:p>`;
    const numbered = '<a:pPr><a:buAutoNum type="arabicPeriod"/></a:pPr>';
    const body = [
      paragraph('준비', numbered),
      paragraph('장갑', '<a:pPr lvl="1"/>'),
      paragraph('점검', numbered),
      paragraph('끝', '<a:pPr><a:buNone/></a:pPr>'),
    ].join('');
    const shape = `<p:sp><p:nvPr><p:ph idx="1"/></p:nvPr><p:txBody>${body}</p:txBody></p:sp>`;
    expect(await textOf(shape)).toEqual(['list: 1. 준비\n  - 장갑\n2. 점검\n끝']);
  });

  test('tables are rows; a cell over several rows is repeated in each', async () => {
    const rows = [
      cell('부서') + cell('이름') + cell('직위'),
      cell('인사팀', 'rowSpan="2"') + cell('김하나') + cell('팀장'),
      cell('', 'vMerge="1"') + cell('이두리') + cell('대리'),
      cell('공석', 'gridSpan="2"') + cell('', 'hMerge="1"') + cell('부장'),
    ];
    const table = `<a:tbl>${rows.map((row) => `<a:tr>${row}</a:tr>`).join('')}</a:tbl>`;
    expect(await textOf(frame(table))).toEqual([
      'table: 부서 | 이름 | 직위\n인사팀 | 김하나 | 팀장\n인사팀 | 이두리 | 대리\n공석 | 부장',
    ]);
  });

  test('groups and diagrams are read; footers, slide numbers, dates and fallbacks are not', async () => {
    const group = `<p:grpSp>${textShape('묶음 하나')}<p:grpSp>${textShape('묶음 둘')}</p:grpSp></p:grpSp>`;
    const field = '<p:sp><p:txBody><a:p><a:fld type="slidenum"><a:t>7</a:t></a:fld></a:p></p:txBody></p:sp>';
    const alternate = `<mc:AlternateContent><mc:Choice>${textShape('새 모양')}</mc:Choice><mc:Fallback>${textShape('옛 모양')}</mc:Fallback></mc:AlternateContent>`;
    const furniture = ['dt', 'ftr', 'sldNum'].map((placeholder) => textShape('대외비', { placeholder }));
    const point = (text: string) =>
      `<dgm:pt><dgm:t><a:p><a:r><a:t>${text}</a:t></a:r></a:p></dgm:t></dgm:pt>`;
    const slide = {
      shapes: group + frame('<dgm:relIds r:dm="rIdDiagram"/>') + field + alternate + furniture.join(''),
      diagram: `<dgm:dataModel><dgm:ptLst>${point('접수')}${point('심사')}</dgm:ptLst></dgm:dataModel>`,
    };
    expect(await lines([slide])).toEqual([
      '1 paragraph: 묶음 하나',
      '1 paragraph: 묶음 둘',
      '1 list: - 접수\n- 심사',
      '1 paragraph: 새 모양',
    ]);
  });

  test('notes follow their slide, labelled as speaker notes', async () => {
    expect(await lines([{ shapes: title('매출'), notes: '질문이 나오면\n재무팀이 답한다.' }])).toEqual([
      '1 heading2: 매출',
      '1 paragraph: Speaker notes: 질문이 나오면\n재무팀이 답한다.',
    ]);
  });

  test('hidden slides are left out, but counted', async () => {
    const { blocks, pages } = await parsePptx(
      buildPptx([
        { shapes: title('하나') },
        { shapes: title('숨김'), hidden: true },
        { shapes: title('셋') },
      ]),
    );
    expect(blocks.map(({ page, text }) => `${page} ${text}`)).toEqual(['1 하나', '3 셋']);
    expect(pages).toBe(3);
  });

  test('the title comes from the properties, unless it is a default of PowerPoint', async () => {
    const slides = [{ shapes: title('첫 장') }];
    expect((await parsePptx(buildPptx(slides, '연구 &amp; 개발'))).title).toBe('연구 & 개발');
    expect((await parsePptx(buildPptx(slides, 'PowerPoint 프레젠테이션'))).title).toBe('첫 장');
  });

  test('a chunk lies on one slide, and its offsets are correct', async () => {
    const slides = [1, 2, 3].map((n) => ({
      shapes: title(`${n}장`) + textShape(`안전모는 ${n}층에 있다. `.repeat(40), { placeholder: 'body' }),
    }));
    const bytes = buildPptx(slides);
    const parsed = await parseDocument(bytes, { contentType: TYPE, filename: '안내.pptx' });
    const countTokens = (texts: string[]) => Promise.resolve(texts.map((text) => text.length));
    const chunks = await chunkDocument(parsed, { maxTokens: 100, overlapTokens: 20, countTokens });
    expect(new Set(chunks.map(({ page, heading }) => `${page} ${heading}`))).toEqual(
      new Set(['1 1장', '2 2장', '3 3장']),
    );
    for (const { start, end, text } of chunks) expect(documentText(parsed).slice(start, end)).toBe(text);
  });
});

function code(expected: string): Record<string, unknown> {
  return { code: expected, retryable: false };
}

describe('PowerPoint files that cannot be read', () => {
  test('a presentation without text is empty', async () => {
    await expect(parsePptx(buildPptx([{ shapes: '' }]))).rejects.toMatchObject(code('empty_document'));
    await expect(parsePptx(buildPptx([]))).rejects.toMatchObject(code('empty_document'));
  });

  test('half a file, a missing part and XML that was cut off are corrupt', async () => {
    const whole = buildPptx([{ shapes: title('하나') }]);
    const main = (content: string) => buildZip([{ name: 'ppt/presentation.xml', content }]);
    const damaged = [
      whole.subarray(0, whole.length / 2),
      buildZip([{ name: '[Content_Types].xml', content: '<Types/>' }]),
      main('<p:presentation><p:sldIdLst>'),
      main('<p:presentation><p:sldIdLst><p:sldId id="256" r:id="rId9"/></p:sldIdLst></p:presentation>'),
      main('no XML'),
      main('<html/>'),
    ];
    for (const bytes of damaged) {
      await expect(parsePptx(bytes)).rejects.toMatchObject(code('corrupt_document'));
    }
  });

  test('a bomb is refused while it is unpacked, also one that repeats a slide', async () => {
    const spaces = ' '.repeat(65 * 1024 * 1024);
    await expect(parsePptx(buildPptx([{ shapes: spaces }]))).rejects.toMatchObject(
      code('document_too_large'),
    );
    const relations =
      '<Relationships><Relationship Id="a" Type="x/slide" Target="slide.xml"/></Relationships>';
    const slides = '<p:sldId r:id="a"/>'.repeat(300);
    // 1 MB of three-byte letters in a comment: the parser reads it six times faster than 1 MB of spaces.
    const comment = `<!--${'가'.repeat(350_000)}-->`;
    const many = buildZip([
      { name: 'ppt/presentation.xml', content: `<p:presentation>${slides}</p:presentation>` },
      { name: 'ppt/_rels/presentation.xml.rels', content: relations },
      { name: 'ppt/slide.xml', content: `<p:sld>${comment}</p:sld>`, declaredBytes: 10 },
    ]);
    await expect(parsePptx(many)).rejects.toMatchObject(code('document_too_large'));
  });

  test('a presentation over the page limit is refused', async () => {
    const slides = Array.from({ length: 2_001 }, () => ({ shapes: '' }));
    await expect(parsePptx(buildPptx(slides))).rejects.toMatchObject(code('document_too_large'));
  });

  test('a repeated cell cannot exceed the text limit', async () => {
    const rows = `<a:tr>${cell('가'.repeat(10_000), 'rowSpan="99999"')}</a:tr>${'<a:tr/>'.repeat(1_000)}`;
    const bytes = buildPptx([{ shapes: frame(`<a:tbl>${rows}</a:tbl>`) }]);
    await expect(parsePptx(bytes)).rejects.toMatchObject(code('document_too_large'));
  });

  test('a time limit ends the reading', async () => {
    const bytes = buildPptx([{ shapes: title('하나') }]);
    await expect(parsePptx(bytes, AbortSignal.abort())).rejects.toMatchObject({ code: 'parser_timeout' });
  });
});
