import { titleOfFilename } from '#shared/text/passage-terms.ts';
import { DocumentError, type ParsedDocument, throwIfAborted } from './document.ts';
import { formatOf, SUPPORTED_NAMES } from './formats.ts';
import { parseHtml } from './html/html.ts';
import { parseDocx } from './office/docx.ts';
import { parseHwpx } from './office/hwpx.ts';
import { parsePptx } from './office/pptx.ts';
import { parseXlsx } from './office/xlsx.ts';
import { parsePdf } from './pdf/pdf.ts';
import { parseCsv } from './text/csv.ts';
import { parseJson } from './text/json.ts';
import { parseMarkdown } from './text/markdown.ts';
import { parseText } from './text/text.ts';

export type ParseInput = {
  /** As declared at upload; may have parameters: `text/plain; charset=euc-kr`. */
  contentType: string;
  filename: string;
  /** Aborting it ends the work with `parser_timeout` at the next page or step. */
  signal?: AbortSignal;
};

/**
 * Reads a document into blocks of normalised text. Call `assertContentType` first. Does not change `bytes`. A document
 * without a title is titled by its first heading, else by its file name.
 * @throws DocumentError for anything wrong with the file
 */
export async function parseDocument(bytes: Uint8Array, input: ParseInput): Promise<ParsedDocument> {
  throwIfAborted(input.signal);
  try {
    const parsed = await parseFormat(bytes, input);
    throwIfAborted(input.signal);
    return { ...parsed, title: parsed.title ?? titleOfFilename(input.filename) };
  } catch (error) {
    if (error instanceof DocumentError) throw error;
    throwIfAborted(input.signal);
    throw new DocumentError(
      'corrupt_document',
      'The file could not be read; it seems to be damaged. Open it on your computer, save it again and upload the new file.',
      { cause: error },
    );
  }
}

async function parseFormat(bytes: Uint8Array, { contentType, signal }: ParseInput): Promise<ParsedDocument> {
  switch (formatOf(contentType)) {
    case 'pdf':
      return await parsePdf(bytes, signal);
    case 'docx':
      return await parseDocx(bytes, signal);
    case 'pptx':
      return await parsePptx(bytes, signal);
    case 'xlsx':
      return await parseXlsx(bytes, signal);
    case 'hwpx':
      return await parseHwpx(bytes, signal);
    case 'html':
      return parseHtml(bytes, contentType);
    case 'markdown':
      return parseMarkdown(bytes, contentType);
    case 'text':
      return parseText(bytes, contentType);
    case 'csv':
      return parseCsv(bytes, contentType);
    case 'json':
      return parseJson(bytes, contentType);
    default:
      throw new DocumentError(
        'unsupported_type',
        `Files of this type cannot be read. Upload ${SUPPORTED_NAMES}.`,
      );
  }
}
