import {
  Document,
  Footer,
  FootnoteReferenceRun,
  HeadingLevel,
  Packer,
  Paragraph,
  Table,
  TableCell,
  TableRow,
  TextRun,
} from 'docx';
import { buildDocx, wordParagraph } from '#tests/fixtures/docx-builder.ts';
import { buildZip } from '#tests/fixtures/zip-builder.ts';
import { parseDocx } from './docx.ts';

type Child = Paragraph | Table;

async function word(children: Child[], title?: string): Promise<Uint8Array> {
  const footers = { default: new Footer({ children: [new Paragraph('쪽 번호')] }) };
  const document = new Document({
    ...(title === undefined ? {} : { title }),
    footnotes: { 1: { children: [new Paragraph('각주의 글')] } },
    sections: [{ children, footers }],
  });
  return new Uint8Array(await Packer.toBuffer(document));
}

async function lines(children: Child[]): Promise<string[]> {
  const { blocks } = await parseDocx(await word(children));
  return blocks.map(({ kind, level, text }) => `${kind}${level ?? ''}: ${text}`);
}

function row(...cells: string[]): TableRow {
  return new TableRow({ children: cells.map((text) => new TableCell({ children: [new Paragraph(text)] })) });
}

describe('Word documents', () => {
  test('headings, lists, tables and footnotes are read; running footers are not', async () => {
    expect(
      await lines([
        new Paragraph({ text: '보안 규정', heading: HeadingLevel.HEADING_1 }),
        new Paragraph({
          children: [
            new TextRun('비밀번호는 '),
            new TextRun({ text: '14자', bold: true }),
            new TextRun(' 이상이다.'),
            new FootnoteReferenceRun(1),
          ],
        }),
        new Paragraph({ text: '하나', bullet: { level: 0 } }),
        new Paragraph({ text: '둘', bullet: { level: 1 } }),
        new Table({ rows: [row('등급', '대상'), row('1급', '설계도')] }),
      ]),
    ).toEqual([
      'heading1: 보안 규정',
      expect.stringMatching(/^paragraph: 비밀번호는 14자 이상이다\./u),
      'list: - 하나\n  - 둘',
      'table: 등급 | 대상\n1급 | 설계도',
      expect.stringContaining('각주의 글'),
    ]);
  });

  test('articles of Korean rules are headings without a heading style', async () => {
    expect(await lines([new Paragraph('제1조(목적) 이 규정은 휴가를 정한다.')])).toEqual([
      'heading3: 제1조(목적)',
      'paragraph: 이 규정은 휴가를 정한다.',
    ]);
  });

  test('the title comes from the properties, else from the first heading', async () => {
    const heading = new Paragraph({ text: 'First', heading: HeadingLevel.HEADING_1 });
    expect((await parseDocx(await word([heading], 'A & B'))).title).toBe('A & B');
    expect((await parseDocx(await word([heading]))).title).toBe('First');
  });

  test('pages are null', async () => {
    const { pages, blocks } = await parseDocx(await word([new Paragraph('text')]));
    expect([pages, blocks[0]?.page]).toEqual([null, null]);
  });
});

function code(expected: string): Record<string, unknown> {
  return { code: expected, retryable: false };
}

describe('Word files that cannot be read', () => {
  test('a document without text is empty', async () => {
    await expect(parseDocx(await word([new Paragraph('')]))).rejects.toMatchObject(code('empty_document'));
  });

  test('half a file is corrupt', async () => {
    const bytes = await word([new Paragraph('text')]);
    await expect(parseDocx(bytes.subarray(0, bytes.length / 2))).rejects.toMatchObject(
      code('corrupt_document'),
    );
  });

  test('an archive without its parts is corrupt', async () => {
    await expect(
      parseDocx(buildZip([{ name: 'word/document.xml', content: 'no xml' }])),
    ).rejects.toMatchObject(code('corrupt_document'));
  });

  test('a bomb is refused while it is unpacked, whatever size it declares', async () => {
    const content = Buffer.alloc(65 * 1024 * 1024, ' ');
    const bomb = buildZip([{ name: 'word/document.xml', content, declaredBytes: 1_000 }]);
    await expect(parseDocx(bomb)).rejects.toMatchObject(code('document_too_large'));
  });

  test('what is not text is not unpacked: pictures can be bombs', async () => {
    const content = Buffer.alloc(65 * 1024 * 1024, ' ');
    const bytes = buildDocx(wordParagraph('글'), { files: [{ name: 'word/media/picture.png', content }] });
    expect((await parseDocx(bytes)).blocks).toHaveLength(1);
  });

  test('parts that are too large together are refused', async () => {
    const content = `<a>${' '.repeat(60 * 1024 * 1024)}</a>`;
    const names = [1, 2, 3, 4, 5].map((n) => `chart${n}.xml`);
    const relations = Object.fromEntries(names.map((target) => [target, { type: 'chart', target }]));
    const files = names.map((name) => ({ name: `word/${name}`, content }));
    await expect(parseDocx(buildDocx(wordParagraph('글'), { relations, files }))).rejects.toMatchObject(
      code('document_too_large'),
    );
  });

  test('tables nested a hundred levels are refused as damaged', async () => {
    const open = '<w:tbl><w:tr><w:tc>'.repeat(100);
    const bytes = buildDocx(`${open}${'</w:tc></w:tr></w:tbl>'.repeat(100)}`);
    await expect(parseDocx(bytes)).rejects.toMatchObject(code('corrupt_document'));
  });

  test('a time limit ends the reading', async () => {
    const bytes = buildDocx(wordParagraph('글'));
    await expect(parseDocx(bytes, AbortSignal.abort())).rejects.toMatchObject({ code: 'parser_timeout' });
  });
});
