import { MAX_DOCUMENT_CHARS, type ParsedDocument } from '../document.ts';
import { parseDocument } from '../parse.ts';
import { markdownText } from './markdown-inline.ts';

async function parse(content: string | Uint8Array, contentType = 'text/plain'): Promise<ParsedDocument> {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  return await parseDocument(bytes, { contentType, filename: 'sample.txt' });
}

async function lines(content: string | Uint8Array, contentType = 'text/plain'): Promise<string[]> {
  return (await parse(content, contentType)).blocks.map(
    ({ kind, level, text }) => `${kind}${level ?? ''}: ${text}`,
  );
}

function bytes(hex: string): Uint8Array {
  return new Uint8Array(Buffer.from(hex.replaceAll(' ', ''), 'hex'));
}

describe('encodings', () => {
  const hangul = '한글 문서';

  test('UTF-8 with and without its mark', async () => {
    expect(await lines(hangul)).toEqual([`paragraph: ${hangul}`]);
    expect(await lines(`\ufeff${hangul}`)).toEqual([`paragraph: ${hangul}`]);
  });

  test('UTF-16 of either byte order, without a mark too where zero bytes show it', async () => {
    const little = Buffer.from(`\ufeff${hangul}`, 'utf16le');
    expect(await lines(new Uint8Array(little))).toEqual([`paragraph: ${hangul}`]);
    expect(await lines(new Uint8Array(Buffer.from(little).swap16()))).toEqual([`paragraph: ${hangul}`]);
    expect(await lines(new Uint8Array(Buffer.from('plain words', 'utf16le')))).toEqual([
      'paragraph: plain words',
    ]);
  });

  test('EUC-KR and its Windows extension, undeclared', async () => {
    expect(await lines(bytes('c7d1 b1db 20 b9ae bcad'))).toEqual([`paragraph: ${hangul}`]);
    // Only the extension has 똠.
    const extended = bytes(`8c63 ${'b9ae bcad 20'.repeat(9)} a2e6`);
    expect(await lines(extended)).toEqual([`paragraph: 똠${'문서 '.repeat(9)}€`]);
  });

  test('Western text is not read as Korean', async () => {
    expect(await lines(bytes('63 61 66 e9 20 6f 75 76 65 72 74'))).toEqual(['paragraph: café ouvert']);
    expect(await lines(bytes('4d fc 6c 6c 65 72 20 67 72 fc df 74'))).toEqual(['paragraph: Müller grüßt']);
  });

  test('the declared charset is used where the bytes fit it', async () => {
    expect(await lines(bytes('e9'.repeat(3)), 'text/plain; charset=iso-8859-1')).toEqual(['paragraph: ééé']);
    expect(await lines('한글', 'text/plain; charset=us-ascii')).toEqual(['paragraph: 한글']);
    expect(await lines('한글', 'text/plain; charset="no-such-thing"')).toEqual(['paragraph: 한글']);
  });

  test('one damaged byte does not turn a Korean text into another encoding', async () => {
    const utf8 = [
      ...new TextEncoder().encode('연차휴가는 열닷새입니다. '.repeat(10)),
      0xff,
      ...new TextEncoder().encode('끝'),
    ];
    expect((await lines(new Uint8Array(utf8)))[0]).toMatch(/^paragraph: 연차휴가는 .*끝$/u);
    const cp949 = bytes(`${'b9ae bcad 20'.repeat(60)} ff20 b9ae`);
    expect((await lines(cp949, 'text/plain; charset=euc-kr'))[0]).toMatch(/문서 \ufffd 문$/u);
  });

  test('UTF-8 that was cut off inside a character is still UTF-8', async () => {
    const cut = new TextEncoder().encode('한글 문서').subarray(0, -1);
    expect(await lines(cut)).toEqual(['paragraph: 한글 문\ufffd']);
  });
});

describe('plain text', () => {
  test('is normalised: NFC, no controls, no hidden characters, single spaces', async () => {
    const [line] = await lines(`${'휴가'.normalize('NFD')}\u0000\u0007  규정\u200b\u202e\u00a0\t끝`);
    expect(line).toBe('paragraph: 휴가 규정 끝');
  });

  test('blank lines divide paragraphs; line breaks inside stay', async () => {
    expect(await lines('first\nsecond\r\n\r\n \nthird')).toEqual([
      'paragraph: first\nsecond',
      'paragraph: third',
    ]);
  });

  test('hard-wrapped lines are joined', async () => {
    const text =
      'The robot drives through the ware-\nhouse until it finds the shelf that\nit is looking for.';
    expect(await lines(text)).toEqual([
      'paragraph: The robot drives through the warehouse until it finds the shelf that it is looking for.',
    ]);
  });

  test('articles of Korean rules and underlined lines are headings', async () => {
    expect(
      await lines(
        '취업규칙\n=====\n제1장 총칙\n제1조(목적) 이 규칙은 목적을 정한다.\n제5조(연차)에 따라 준다.',
      ),
    ).toEqual([
      'heading1: 취업규칙',
      'heading1: 제1장 총칙',
      'heading3: 제1조(목적)',
      'paragraph: 이 규칙은 목적을 정한다.\n제5조(연차)에 따라 준다.',
    ]);
  });

  test('lines with item markers become a list', async () => {
    expect(await lines('- one\n- two')).toEqual(['list: - one\n- two']);
    expect(await lines('가. 하나\n나. 둘')).toEqual(['list: 가. 하나\n나. 둘']);
  });

  test.each([
    ['nothing', ''],
    ['blanks', ' \n\t\n '],
    ['marks alone', '--- *** ...'],
  ])('%s is an empty document', async (_, text) => {
    await expect(parse(text)).rejects.toMatchObject({ code: 'empty_document', retryable: false });
  });

  test('text over the limit is refused', async () => {
    await expect(parse('word '.repeat(MAX_DOCUMENT_CHARS / 5 + 1))).rejects.toMatchObject({
      code: 'document_too_large',
    });
  });

  test('lone surrogates are replaced', async () => {
    const { blocks } = await parse(new Uint8Array(Buffer.from('\ufeffa\ud800b', 'utf16le')));
    expect(blocks[0]?.text.isWellFormed()).toBe(true);
  });

  test('a document without a title is titled by its file name', async () => {
    expect((await parse('text')).title).toBe('sample');
  });
});

async function markdown(text: string): Promise<string[]> {
  return await lines(text, 'text/markdown; charset=utf-8');
}

describe('Markdown', () => {
  test('headings, paragraphs, lists, tables and code become blocks', async () => {
    expect(
      await markdown(
        '# Title\n\nSome **bold** text with a [link](https://a.example) &amp; `a < b`.\nSoft break.\n\n- one\n  - two\n    more\n- [x] three\n\n3. c\n4. d\n\n| a | b |\n| - | - |\n| 1 | **2** |\n\n```js\nconst x  = 1;\n```\n',
      ),
    ).toEqual([
      'heading1: Title',
      'paragraph: Some bold text with a link & a < b. Soft break.',
      'list: - one\n  - two more\n- three',
      'list: 3. c\n4. d',
      'table: a | b\n1 | 2',
      'code: const x  = 1;',
    ]);
  });

  test('front matter is dropped, its title kept', async () => {
    const { title, blocks } = await parse(
      '---\ntitle: "자주 묻는 질문"\ntags: [a]\n---\n# 제목\n',
      'text/markdown',
    );
    expect(title).toBe('자주 묻는 질문');
    expect(blocks).toEqual([{ text: '제목', kind: 'heading', page: null, level: 1 }]);
  });

  test('a rule at the start is not front matter', async () => {
    expect(await markdown('Text\n\n---\n\nmore')).toEqual(['paragraph: Text', 'paragraph: more']);
  });

  test('embedded HTML is read as HTML', async () => {
    expect(await markdown('<div>shown<script>hidden()</script></div>\n\n> quoted')).toEqual([
      'paragraph: shown',
      'paragraph: quoted',
    ]);
  });

  test.each([
    [
      'emphasis',
      '*a **b* c** __d__ _e_f_ ~~g~~ ~h~ i*j*k snake_case_name 2*3*4',
      'a b c d e_f g h ijk snake_case_name 234',
    ],
    ['intertwined marks', '**a *b** c* ***d*** ****', 'a b c d ****'],
    ['emphasis beside Korean', '**중요**한 것은 *이것*이다', '중요한 것은 이것이다'],
    ['code spans', '`a *b*` ``c ` d`` `open', 'a *b* c ` d `open'],
    ['escapes', '\\*a\\* \\[b\\] 1\\. \\가', '*a* [b] 1. \\가'],
    [
      'links',
      '[a *b*](u "t (1)") [c](<u v>) [d](u(v)w) [e] ( f ) [r] [x][r] [y][s] [r][]',
      'a b c d [e] ( f ) r x [y][s] r',
    ],
    ['pictures', '![a **b**](u) [![c](v)](w)', 'a b c'],
    [
      'addresses and tags',
      '<https://a.example> <a@b.example> <i>x</i> <!-- no --> 1 < 2 <',
      'https://a.example a@b.example x  1 < 2 <',
    ],
    ['line breaks', 'a  \nb\\\nc<br>d\ne', 'a\nb\nc\nd e'],
    ['entities', '&amp; &#42;a&#42; `&lt;` &unknown;', '& *a* &lt; &unknown;'],
  ])('inline marks: %s', async (_, source, text) => {
    expect(await markdown(`${source}\n\n[r]: https://r.example\n`)).toEqual([
      `paragraph: ${text.replace(/ {2,}/gu, ' ')}`,
    ]);
  });

  test.each(['**a* ', '__a_ ', '~~a~ ', '*a**', '_a', '[a](', '![a][', '`a``', '<a ', '<!--', '\\[', '&#'])(
    'half-open marks are text, however many: %j',
    (unit) => expect(markdownText(unit.repeat(100_000), () => false).length).toBeGreaterThanOrEqual(100_000),
  );

  test.each(['> ', '- ', '3. ', '* '])('%jis read at any depth', async (mark) => {
    expect((await markdown(`${mark.repeat(16)}text`)).join()).toMatch(/^(?:paragraph|list): .*\btext$/su);
    expect((await markdown(`${mark.repeat(100_000)}text`)).join()).toMatch(/\btext$/u);
  });
});

describe('CSV', () => {
  test('every row names its columns', async () => {
    expect(
      await lines('이름,부서,"메모, 비고"\n"홍 ""길""동",피플팀,\r\n김철수,"개발\n1팀",신입\n', 'text/csv'),
    ).toEqual(['table: 이름: 홍 "길"동 | 부서: 피플팀\n이름: 김철수 | 부서: 개발 1팀 | 메모, 비고: 신입']);
  });

  test('semicolons and tabs can be the delimiter', async () => {
    expect(await lines('a;b\n1;2,5', 'text/csv')).toEqual(['table: a: 1 | b: 2,5']);
    expect(await lines('a\tb\n1\t2', 'text/csv')).toEqual(['table: a: 1 | b: 2']);
  });

  test('a header alone is still text', async () => {
    expect(await lines('name,price\n', 'text/csv')).toEqual(['table: name | price']);
  });
});

describe('JSON', () => {
  test('is written one value a line, with exact numbers and unescaped strings', async () => {
    expect(
      await lines('{"a":[1,12345678901234567890],"b":"\\ud55c\\uae00 {x}","c":{}}', 'application/json'),
    ).toEqual([
      'code: {\n  "a": [\n    1,\n    12345678901234567890\n  ],\n  "b": "한글 {x}",\n  "c": {}\n}',
    ]);
  });

  test('the message on invalid JSON says where it is invalid', async () => {
    await expect(parse('{"a":', 'application/json')).rejects.toMatchObject({
      code: 'corrupt_document',
      message: expect.stringContaining('JSON') as string,
    });
  });
});

test('an unsupported type is refused', async () => {
  await expect(parse('x', 'application/x-hwp')).rejects.toMatchObject({ code: 'unsupported_type' });
});
