import { chunkDocument, documentText } from '#shared/chunking/chunk.ts';
import { buildXlsx } from '#tests/fixtures/xlsx-builder.ts';
import { buildZip } from '#tests/fixtures/zip-builder.ts';
import { parseDocument } from '../parse.ts';
import { parseXlsx } from './xlsx.ts';

const TYPE = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

type Sheets = Parameters<typeof buildXlsx>[0];
type Sheet = Sheets[number];

async function lines(...sheets: Sheets): Promise<string[]> {
  const { blocks } = await parseXlsx(buildXlsx(sheets));
  return blocks.map(({ kind, level, text }) => `${kind}${level ?? ''}: ${text}`);
}

async function rowsOf(rows: Sheet['rows'], more: Partial<Sheet> = {}): Promise<string[]> {
  const { blocks } = await parseXlsx(buildXlsx([{ rows, ...more }]));
  return blocks.flatMap(({ text }) => text.split('\n'));
}

/** A number in a format, given as a code or as the number of a built-in format. */
async function shown(
  value: number,
  format: string | number,
  dateSystem: 1900 | 1904 = 1900,
): Promise<string | undefined> {
  const rows = [['값', `<c s="1"><v>${value}</v></c>`]];
  const { blocks } = await parseXlsx(buildXlsx([{ rows }], { formats: [format], dateSystem }));
  return blocks[0]?.text.replace('값 | ', '');
}

describe('Excel workbooks', () => {
  test('sheets come in the order of their tabs, under their names; every row names its columns', async () => {
    expect(
      await lines(
        {
          name: '연차',
          rows: [
            ['이름', '남은 일수'],
            ['김하나', 11],
            ['이두리', 3.5],
          ],
        },
        {
          name: 'Sheet2',
          rows: [
            ['지점', '대표 번호', '층'],
            ['부산', '051-123', 3],
          ],
        },
      ),
    ).toEqual([
      'heading1: 연차',
      'table: 이름: 김하나 | 남은 일수: 11\n이름: 이두리 | 남은 일수: 3.5',
      'table: 지점: 부산 | 대표 번호: 051-123 | 층: 3',
    ]);
  });

  test('hidden sheets, rows and columns are left out', async () => {
    const rows = [
      ['이름', '급여', '직위', '층'],
      ['김', 900, '1급', 3],
      ['이', 800, '2급', 4],
    ];
    const before = '<cols><col min="2" max="2" hidden="1"/></cols>';
    expect(
      await lines(
        { name: '명부', rows, hiddenRows: [2], before },
        { name: '비밀', rows, state: 'hidden' },
        { name: '매크로', rows, state: 'veryHidden' },
      ),
    ).toEqual(['heading1: 명부', 'table: 이름: 이 | 직위: 2급 | 층: 4']);
  });

  test('shared strings are read with their runs, without phonetic readings', async () => {
    const strings = [
      '<t>일반</t>',
      '<r><t>굵은 </t></r><r><rPr/><t xml:space="preserve">글 </t></r><rPh sb="0" eb="1"><t>よみ</t></rPh>',
      '<t>첫 줄_x000D_\n둘째 &amp; 끝</t>',
    ];
    const rows = [strings.map((_, i) => `<c t="s"><v>${i}</v></c>`)];
    const { blocks } = await parseXlsx(buildXlsx([{ rows }], { strings }));
    expect(blocks[0]?.text).toBe('일반 | 굵은 글 | 첫 줄 둘째 & 끝');
  });

  test('formulas give their last value, errors no text, booleans TRUE or FALSE', async () => {
    const rows = [
      ['항목', '합계', '맞음', '오류'],
      ['<c t="str"><f>A1</f><v>예산</v></c>', '<c><f>1+2</f><v>3</v></c>', true, '<c t="e"><v>#N/A</v></c>'],
    ];
    expect(await rowsOf(rows)).toEqual(['항목: 예산 | 합계: 3 | 맞음: TRUE']);
  });
});

describe('numbers look as in Excel, dates as in ISO 8601', () => {
  test.each([
    [46082, 14, '2026-03-01'],
    [46082, 'yyyy"년" m"월" d"일"', '2026-03-01'],
    [46082, '[$-412]mmm dd, yyyy;@', '2026-03-01'],
    [46082, 'yyyy-mm', '2026-03'],
    [46082.5625, 22, '2026-03-01 13:30'],
    [46082.99999999, 'm/d/yyyy h:mm', '2026-03-02 00:00'],
    [0.5625, 'AM/PM h:mm', '13:30'],
    [1.5, '[h]:mm:ss', '36:00:00'],
    [0.0625, 45, '30:00'],
    [1, 14, '1900-01-01'],
    [59, 14, '1900-02-28'],
    [61, 14, '1900-03-01'],
    [-1, 14, '-1'],
    [0.153, 10, '15.30%'],
    [0.07, '0%', '7%'],
    [1500000, 3, '1,500,000'],
    [-1500000, '#,##0_);[Red](#,##0)', '-1,500,000'],
    [1500000, '#,##0"원"', '1,500,000원'],
    [1500000, '[$₩-412]#,##0', '₩1,500,000'],
    [1500000, '_-* #,##0_-;-* #,##0_-;_-* "-"_-;_-@_-', '1,500,000'],
    [1234567, '#,##0,', '1,235'],
    [42, '00000', '00042'],
    [0.30000000000000004, 0, '0.3'],
    [1.5, '# ?/?', '1.5'],
    [12345, '0.00E+00', '12345'],
    [4.567, '0.00', '4.57'],
    [7, 'General"명"', '7명'],
    [7, '0.##', '7'],
    [0, '#,###', '0'],
    [0.5, '.0', '0.5'],
    [-1500000, '_-* #,##0_-', '-1,500,000'],
    [1234.5, '#,##0.00 [$€-407]', '1,234.50 €'],
    [1500000, 5, '1,500,000'],
    [1012345678, '000-0000-0000', '010-1234-5678'],
    [46082, '[$-412]aaaa', '2026-03-01'],
  ])('%d in %s is %s', async (value, format, expected) => {
    expect(await shown(value, format)).toBe(expected);
  });

  test('days are counted from 1904 where the workbook says so', async () => {
    expect(await shown(44620, 14, 1904)).toBe('2026-03-01');
  });
});

describe('tables of a sheet', () => {
  test('lines above a table are its title and notes, not its header', async () => {
    expect(
      await lines({
        rows: [['2026년 예산', null, null], ['(단위: 천원)'], ['부서', 2025, 2026], ['인사팀', 10, 20]],
        merges: ['A1:C1'],
      }),
    ).toEqual(['paragraph: 2026년 예산\n(단위: 천원)', 'table: 부서: 인사팀 | 2025: 10 | 2026: 20']);
  });

  test('a cell merged over rows is repeated in each', async () => {
    expect(
      await rowsOf(
        [
          ['부서', '이름', '나이'],
          ['인사팀', '김', 30],
          [null, '이', 40],
          ['총무팀', '박', 50],
        ],
        {
          merges: ['A2:A3'],
        },
      ),
    ).toEqual([
      '부서: 인사팀 | 이름: 김 | 나이: 30',
      '부서: 인사팀 | 이름: 이 | 나이: 40',
      '부서: 총무팀 | 이름: 박 | 나이: 50',
    ]);
  });

  test('a name over a group of columns precedes the names under it', async () => {
    expect(
      await rowsOf(
        [
          ['지점', '매출', null, '비고'],
          [null, '상반기', '하반기', null],
          ['부산', 10, 20, '증가'],
          ['대구', 5, 6],
        ],
        { merges: ['A1:A2', 'B1:C1', 'D1:D2'] },
      ),
    ).toEqual([
      '지점: 부산 | 매출 상반기: 10 | 매출 하반기: 20 | 비고: 증가',
      '지점: 대구 | 매출 상반기: 5 | 매출 하반기: 6',
    ]);
  });

  test('after a blank row a table with its own header starts, or the same table continues', async () => {
    expect(
      await rowsOf([
        ['이름', '나이'],
        ['김', 30],
        [null],
        ['이', 40],
        [null],
        ['품목', '값'],
        ['사과', 1000],
        [null],
        ['가', '나', '다'],
        [1, 2, 3],
      ]),
    ).toEqual([
      '이름: 김 | 나이: 30',
      '이름: 이 | 나이: 40',
      '품목: 사과 | 값: 1000',
      '가: 1 | 나: 2 | 다: 3',
    ]);
  });

  test('a form of names and values has no header, and neither have numbers alone', async () => {
    expect(
      await rowsOf([
        ['이름', '홍길동'],
        ['부서', '인사팀'],
      ]),
    ).toEqual(['이름 | 홍길동', '부서 | 인사팀']);
    expect(
      await rowsOf([
        [1, 2],
        [3, 4],
      ]),
    ).toEqual(['1 | 2', '3 | 4']);
  });

  test('a row in another style than the next is a header, also over text', async () => {
    const bold = (text: string) => `<c s="1" t="inlineStr"><is><t>${text}</t></is></c>`;
    expect(
      await rowsOf([
        [bold('질문'), bold('답변')],
        ['주차는?', '지하 2층'],
      ]),
    ).toEqual(['질문: 주차는? | 답변: 지하 2층']);
  });

  test('a header without rows is kept as text', async () => {
    expect(await rowsOf([['이름', '나이']])).toEqual(['이름 | 나이']);
  });
});

test('the title comes from the properties, else from the file name, never from a sheet', async () => {
  const sheets = [{ name: '연차', rows: [['이름', 1]] }];
  expect((await parseXlsx(buildXlsx(sheets, { title: '근태 대장' }))).title).toBe('근태 대장');
  const parsed = await parseDocument(buildXlsx(sheets), { contentType: TYPE, filename: '2026_근태.xlsx' });
  expect(parsed).toMatchObject({ title: '2026 근태', pages: null });
});

test('chunks are whole rows with correct offsets, under the name of their sheet', async () => {
  const rows = Array.from({ length: 200 }, (_, i) => [`${i}번 장비`, i, '창고']);
  const bytes = buildXlsx([{ name: '장비 목록', rows: [['장비', '수량', '위치'], ...rows] }]);
  const parsed = await parseDocument(bytes, { contentType: TYPE, filename: 'a.xlsx' });
  const countTokens = (texts: string[]) => Promise.resolve(texts.map((text) => text.length));
  const chunks = await chunkDocument(parsed, { maxTokens: 200, overlapTokens: 0, countTokens });
  for (const { start, end, text, heading } of chunks) {
    expect(documentText(parsed).slice(start, end)).toBe(text);
    expect(heading).toBe('장비 목록');
    for (const line of text.replace(/^장비 목록\n\n/u, '').split('\n')) {
      expect(line).toMatch(/^장비: \d+번 장비 \| 수량: \d+ \| 위치: 창고$/u);
    }
  }
});

function code(expected: string): Record<string, unknown> {
  return { code: expected, retryable: false };
}

describe('Excel files that cannot be read', () => {
  test('a workbook without values, or with hidden ones only, is empty', async () => {
    await expect(parseXlsx(buildXlsx([{ rows: [] }]))).rejects.toMatchObject(code('empty_document'));
    const hidden = buildXlsx([{ rows: [['비밀']], state: 'hidden' }]);
    await expect(parseXlsx(hidden)).rejects.toMatchObject(code('empty_document'));
  });

  test('half a file, a missing part and XML that was cut off are corrupt', async () => {
    const whole = buildXlsx([{ rows: [['값']] }]);
    const main = (content: string) => buildZip([{ name: 'xl/workbook.xml', content }]);
    for (const bytes of [whole.subarray(0, 500), buildZip([]), main('<workbook><sheets>'), main('<html/>')]) {
      await expect(parseXlsx(bytes)).rejects.toMatchObject(code('corrupt_document'));
    }
  });

  test('a bomb is refused while it is unpacked', async () => {
    const before = ' '.repeat(65 * 1024 * 1024);
    await expect(parseXlsx(buildXlsx([{ rows: [], before }]))).rejects.toMatchObject(
      code('document_too_large'),
    );
  });

  test('text over the limit is refused, even if the file stores it only once', async () => {
    const strings = [`<t>${'가'.repeat(30_000)}</t>`];
    const shared = Array.from({ length: 200 }, () => ['<c t="s"><v>0</v></c>']);
    await expect(parseXlsx(buildXlsx([{ rows: shared }], { strings }))).rejects.toMatchObject(
      code('document_too_large'),
    );
    const merged = { rows: [['가'.repeat(9_000), 1], ...Array.from({ length: 999 }, () => [null, 1])] };
    await expect(parseXlsx(buildXlsx([{ ...merged, merges: ['A1:A1048576'] }]))).rejects.toMatchObject(
      code('document_too_large'),
    );
    const named = {
      rows: [['가'.repeat(9_000), '나', '다'], ...Array.from({ length: 999 }, () => [1, 2, 3])],
    };
    await expect(parseXlsx(buildXlsx([named]))).rejects.toMatchObject(code('document_too_large'));
  });

  test('a time limit ends the reading', async () => {
    const bytes = buildXlsx([{ rows: [['값']] }]);
    await expect(parseXlsx(bytes, AbortSignal.abort())).rejects.toMatchObject({ code: 'parser_timeout' });
  });
});
