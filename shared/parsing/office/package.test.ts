import { buildZip } from '#tests/fixtures/zip-builder.ts';
import { parseDocx } from './docx.ts';
import { OfficePackage } from './package.ts';

const KIND = { what: 'Word document', program: 'Word', extension: '.docx' };

async function readPart(xml: string): Promise<void> {
  await new OfficePackage(buildZip([{ name: 'a.xml', content: xml }]), KIND).read('a.xml', {});
}

const refusal = { code: 'document_too_complex', message: expect.stringMatching(/Split it/) as string };

describe('a package', () => {
  test('of more than five million elements is too complex', async () => {
    await expect(readPart(`<a>${'<b/>'.repeat(5_000_000)}</a>`)).rejects.toMatchObject(refusal);
  });

  test('that nests more than a thousand elements is too complex', async () => {
    await readPart('<a>'.repeat(1_000) + '</a>'.repeat(1_000));
    await expect(readPart('<a>'.repeat(1_001) + '</a>'.repeat(1_001))).rejects.toMatchObject(refusal);
  });

  test('whose parts have too many elements together is too complex', async () => {
    const part = `<a>${'<b/>'.repeat(3_000_000)}</a>`;
    const file = new OfficePackage(buildZip([{ name: 'a.xml', content: part }]), KIND);
    await file.read('a.xml', {});
    await expect(file.read('a.xml', {})).rejects.toMatchObject(refusal);
  });

  test('of Word with eight million empty paragraphs, 70 kB, is too complex', async () => {
    const content = `<w:document><w:body>${'<w:p/>'.repeat(8_000_000)}</w:body></w:document>`;
    const bytes = buildZip([{ name: 'word/document.xml', content }]);
    await expect(parseDocx(bytes)).rejects.toMatchObject(refusal);
  });
});
