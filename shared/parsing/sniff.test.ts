import { buildPdf } from '#tests/fixtures/pdf-builder.ts';
import { buildZip } from '#tests/fixtures/zip-builder.ts';
import { formatOf, SUPPORTED_TYPES } from './formats.ts';
import { assertContentType } from './sniff.ts';

const PDF = 'application/pdf';
const DOCX = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document';

const PPTX = 'application/vnd.openxmlformats-officedocument.presentationml.presentation';
const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
const HWPX = 'application/hwp+zip';

const pdf = buildPdf({ pages: [[{ text: 'x', x: 50, y: 700 }]] });
const png = hex('89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489');
const exe = new Uint8Array(Buffer.concat([Buffer.from('MZ'), Buffer.alloc(200, 1), Buffer.from('PE\0\0')]));
const zip = buildZip([{ name: 'a.txt', content: 'hello' }]);
const docx = buildZip([
  { name: '[Content_Types].xml', content: '<Types/>' },
  { name: 'word/document.xml', content: '<w/>' },
]);
const xlsx = buildZip([
  { name: '[Content_Types].xml', content: '<Types/>' },
  { name: 'xl/workbook.xml', content: '<w/>' },
]);
const pptx = buildZip([
  { name: '[Content_Types].xml', content: '<Types/>' },
  { name: 'ppt/presentation.xml', content: '<w/>' },
]);
const hwpx = buildZip([
  { name: 'mimetype', content: HWPX },
  { name: 'Contents/content.hpf', content: '<w/>' },
  { name: 'Contents/section0.xml', content: '<w/>' },
]);
const epub = buildZip([
  { name: 'mimetype', content: 'application/epub+zip' },
  { name: 'content.opf', content: '<w/>' },
]);
const html = text('<!DOCTYPE html><html><body><p>hello</p></body></html>');

function text(content: string): Uint8Array {
  return new TextEncoder().encode(content);
}

function hex(digits: string): Uint8Array {
  return new Uint8Array(Buffer.from(digits, 'hex'));
}

describe('files of the declared type are accepted', () => {
  test.each([
    [PDF, pdf, 'pdf'],
    [PDF, new Uint8Array([...text('\r\nleading junk\r\n'), ...pdf]), 'pdf'],
    [DOCX, docx, 'docx'],
    [PPTX, pptx, 'pptx'],
    [XLSX, xlsx, 'xlsx'],
    [HWPX, hwpx, 'hwpx'],
    ['application/vnd.hancom.hwpx', hwpx, 'hwpx'],
    ['application/haansofthwpx', hwpx, 'hwpx'],
    ['text/html; charset=utf-8', html, 'html'],
    ['text/plain', text('BM25는 순위를 매긴다.'), 'text'],
    ['text/plain', text('MZ세대의 휴가'), 'text'],
    ['text/plain', text('PK are initials; GIF89a is a format, %!PS another'), 'text'],
    ['Text/Plain', hex('c7d1b1db20b9aebcad'), 'text'],
    ['text/plain', new Uint8Array(Buffer.from('\ufeff한글\n', 'utf16le')), 'text'],
    ['text/markdown', text('# 제목'), 'markdown'],
    ['text/csv', text('a,b\n1,2'), 'csv'],
    ['application/json', text('{"a":1}'), 'json'],
  ])('%s (%#)', async (type, bytes, format) => {
    expect(await assertContentType(bytes, type)).toBe(format);
  });
});

describe('files of another type are refused, and the message names that type', () => {
  test.each([
    [PDF, png, 'image/png'],
    [PDF, zip, 'zip'],
    [PDF, exe, 'x-msdownload'],
    [PDF, html, 'HTML'],
    [PDF, text('just words'), 'plain text'],
    [PDF, new Uint8Array([...html, ...pdf]), 'HTML'],
    [PDF, docx, 'Word'],
    [DOCX, xlsx, 'Excel'],
    [DOCX, zip, 'zip'],
    [DOCX, pptx, 'PowerPoint'],
    [DOCX, hwpx, 'HWPX'],
    [PPTX, docx, 'Word'],
    [PPTX, xlsx, 'Excel'],
    [PPTX, zip, 'zip'],
    [XLSX, pptx, 'PowerPoint'],
    [XLSX, hwpx, 'HWPX'],
    [XLSX, text('a,b'), 'plain text'],
    [HWPX, docx, 'Word'],
    [HWPX, epub, 'epub'],
    [HWPX, hex(`d0cf11e0a1b11ae1${'00'.repeat(600)}`), '.hwp'],
    [PDF, hwpx, 'HWPX'],
    [DOCX, pdf, 'PDF'],
    [DOCX, hex(`d0cf11e0a1b11ae1${'00'.repeat(600)}`), 'old Office file'],
    ['text/plain', png, 'image/png'],
    ['text/plain', pdf, 'PDF'],
    ['text/markdown', docx, 'Word'],
    ['text/plain', text('{\\rtf1\\ansi hello}'), 'plain text'],
    ['text/html', text('no tags at all, 1 < 2'), 'plain text'],
    ['text/csv', hex('00010203040506'), 'binary'],
  ])('%s (%#)', async (type, bytes, named) => {
    await expect(assertContentType(bytes, type)).rejects.toMatchObject({
      code: 'content_type_mismatch',
      retryable: false,
      message: expect.stringContaining(named) as string,
    });
  });
});

test.each([DOCX, PPTX, XLSX])(
  'an Office file under a password is reported as encrypted (%s)',
  async (type) => {
    const encrypted = new Uint8Array(
      Buffer.concat([
        Buffer.from('d0cf11e0a1b11ae1', 'hex'),
        Buffer.alloc(504),
        Buffer.from('EncryptedPackage', 'utf16le'),
      ]),
    );
    await expect(assertContentType(encrypted, type)).rejects.toMatchObject({ code: 'encrypted_document' });
  },
);

test('an empty file is an empty document', async () => {
  await expect(assertContentType(new Uint8Array(), PDF)).rejects.toMatchObject({ code: 'empty_document' });
});

test('an unsupported type is refused', async () => {
  await expect(assertContentType(png, 'image/png')).rejects.toMatchObject({ code: 'unsupported_type' });
});

describe('content types', () => {
  test('parameters and letter case do not matter', () => {
    expect(formatOf('Text/HTML;charset=euc-kr')).toBe('html');
    expect(formatOf(' application/pdf ')).toBe('pdf');
  });

  test('other content types have no format', () => {
    for (const type of ['', 'constructor', 'application/x-hwp', 'pdf']) expect(formatOf(type)).toBeNull();
  });

  test('every supported type has a file name ending', () => {
    for (const { extensions } of Object.values(SUPPORTED_TYPES)) expect(extensions[0]).toMatch(/^\.\w+$/u);
  });
});
