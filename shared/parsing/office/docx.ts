import mammoth from 'mammoth';
import { finishDocument, type ParsedDocument } from '../document.ts';
import { htmlBlocks } from '../html/html.ts';
import { splitNumberedHeadings } from '../numbered-headings.ts';
import { OfficePackage } from './package.ts';

const KIND = { what: 'Word document', program: 'Word', extension: '.docx' };

const STYLE_MAP = [
  "p[style-name='Title'] => h1:fresh",
  "p[style-name='제목'] => h1:fresh",
  "p[style-name='Subtitle'] => p:fresh",
  ...[1, 2, 3, 4].map((level) => `p[style-name='제목 ${level}'] => h${level}:fresh`),
];

/** A Word document: headings, lists and tables by their styles. The format stores no pages. */
export async function parseDocx(bytes: Uint8Array, signal?: AbortSignal): Promise<ParsedDocument> {
  const file = new OfficePackage(bytes, KIND, signal);
  file.assertInflatable();
  const title = await file.readTitle('docProps/core.xml');
  const html = await convertToHtml(bytes).catch((cause: unknown) => {
    throw file.damaged(cause);
  });
  // Mammoth ends each footnote with a link back to its mark.
  const blocks = htmlBlocks(html).blocks.map((block) => ({ ...block, text: block.text.replaceAll('↑', '') }));
  return finishDocument(
    { blocks: splitNumberedHeadings(blocks), pages: null, title },
    'The Word document holds no text. If it holds pictures of pages, run text recognition (OCR) on them first.',
  );
}

async function convertToHtml(bytes: Uint8Array): Promise<string> {
  const options = {
    styleMap: STYLE_MAP,
    externalFileAccess: false,
    convertImage: mammoth.images.imgElement(() => Promise.resolve({ src: '' })),
  };
  return (await mammoth.convertToHtml({ buffer: Buffer.from(bytes) }, options)).value;
}
