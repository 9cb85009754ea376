import { fileTypeFromBuffer } from 'file-type';
import { DocumentError } from './document.ts';
import { type Format, formatOf, SUPPORTED_NAMES } from './formats.ts';
import { detectUtf16 } from './text/decode.ts';
import { zipEntries } from './zip.ts';

const NAME_BY_FORMAT: Record<Format, string> = {
  pdf: 'a PDF',
  docx: 'a Word document (.docx)',
  pptx: 'a PowerPoint presentation (.pptx)',
  xlsx: 'an Excel workbook (.xlsx)',
  hwpx: 'a Hancom document (.hwpx)',
  html: 'an HTML page',
  markdown: 'a Markdown text',
  text: 'a plain text',
  csv: 'a CSV table',
  json: 'a JSON text',
};

/** Parts that identify an archive's format; `program` is named in error messages. */
const ARCHIVES = {
  docx: { program: 'Word', parts: [/^\[content_types\]\.xml$/u, /^word\/document\d*\.xml$/u] },
  pptx: { program: 'PowerPoint', parts: [/^\[content_types\]\.xml$/u, /^ppt\/presentation\d*\.xml$/u] },
  xlsx: { program: 'Excel', parts: [/^\[content_types\]\.xml$/u, /^xl\/workbook\d*\.xml$/u] },
  hwpx: { program: 'Hancom Office', parts: [/^contents\/content\.hpf$/u, /^contents\/section\d+\.xml$/u] },
} as const;

type Archive = keyof typeof ARCHIVES;

/** Number of leading bytes that are searched for a PDF header and for binary content. */
const PDF_HEADER_WINDOW = 1024;
const TEXT_WINDOW = 64 * 1024;
/** Backspace, tab, line ends, form feed, and the escape of terminal colours. */
const TEXT_CONTROLS = new Set([0x08, 0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x1b]);

/**
 * Checks by content alone that a file has its declared type, and returns its format.
 * @throws DocumentError `unsupported_type`; `empty_document`; `encrypted_document` for an Office file under a
 *   password; `corrupt_document` for an archive without its end; `content_type_mismatch`, whose message names the
 *   actual type
 */
export async function assertContentType(bytes: Uint8Array, declared: string): Promise<Format> {
  const format = formatOf(declared);
  if (!format) {
    throw new DocumentError(
      'unsupported_type',
      `Files of type "${declared.slice(0, 100)}" cannot be read. Upload ${SUPPORTED_NAMES}.`,
    );
  }
  if (bytes.length === 0) {
    throw new DocumentError(
      'empty_document',
      'The file is empty. Check it on your computer and upload it again.',
    );
  }
  if (await isFormat(bytes, format)) return format;
  const actual = await nameActualType(bytes);
  throw new DocumentError(
    'content_type_mismatch',
    `The file was uploaded as ${NAME_BY_FORMAT[format]}, but it is ${actual}. Upload it with its own type, or convert it first.`,
  );
}

async function isFormat(bytes: Uint8Array, format: Format): Promise<boolean> {
  if (format === 'pdf') return isPdf(bytes);
  if (isArchiveFormat(format)) return isArchive(bytes, format);
  if (!isText(bytes) || (await isPdf(bytes))) return false;
  const head = latin1(bytes.subarray(0, TEXT_WINDOW)).replaceAll('\0', '');
  if (head.startsWith('{\\rtf')) return false;
  return format !== 'html' || /<(!doctype|!--|\?xml|[a-z][a-z0-9]*[\s/>])/iu.test(head);
}

/** A PDF header at the start, or after up to 1 KB of bytes of no other format, which mail gateways prepend. */
async function isPdf(bytes: Uint8Array): Promise<boolean> {
  const at = latin1(bytes.subarray(0, PDF_HEADER_WINDOW)).indexOf('%PDF-');
  if (at <= 0) return at === 0;
  const before = latin1(bytes.subarray(0, at));
  if (before.trim() === '' || before === '\u00ef\u00bb\u00bf') return true;
  const type = await fileTypeFromBuffer(bytes.subarray(0, 4096));
  return (!type || type.ext === 'pdf') && !/<\w|[{#]/u.test(before);
}

function isArchiveFormat(format: Format): format is Archive {
  return Object.hasOwn(ARCHIVES, format);
}

function isArchive(bytes: Uint8Array, format: Archive): boolean {
  const { program, parts } = ARCHIVES[format];
  if (isEncryptedOffice(bytes)) {
    throw new DocumentError(
      'encrypted_document',
      `The document is protected by a password. Remove the password in ${program} (File › Info › Protect) and upload it again.`,
    );
  }
  const entries = zipEntries(bytes);
  if (!entries && latin1(bytes.subarray(0, 4)) === 'PK\u0003\u0004') {
    throw new DocumentError(
      'corrupt_document',
      `The file is damaged or incomplete: its end is missing. Save it again in ${program}, or upload it again.`,
    );
  }
  const names = entries?.map(({ name }) => name.replaceAll('\\', '/').toLowerCase()) ?? [];
  return parts.every((part) => names.some((name) => part.test(name)));
}

/** An encrypted Office file is an OLE container with a stream named `EncryptedPackage`. */
function isEncryptedOffice(bytes: Uint8Array): boolean {
  if (!isOle(bytes)) return false;
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).includes(
    Buffer.from('EncryptedPackage', 'utf16le'),
  );
}

function isOle(bytes: Uint8Array): boolean {
  return latin1(bytes.subarray(0, 4)) === '\u00d0\u00cf\u0011\u00e0';
}

/**
 * Whether the bytes are text: control characters other than tabs and line ends are at most one in a thousand. Magic
 * numbers cannot tell: "BM25 ranks…" starts like a bitmap, "MZ세대…" like a program.
 */
function isText(bytes: Uint8Array): boolean {
  const head = bytes.subarray(0, TEXT_WINDOW);
  const utf16 = detectUtf16(head);
  const text = utf16 ? new TextDecoder(utf16).decode(head.subarray(0, head.length & ~1)) : latin1(head);
  let controls = 0;
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    if (code === 0) return false;
    if ((code < 0x20 && !TEXT_CONTROLS.has(code)) || code === 0x7f) controls += 1;
  }
  return controls <= text.length / 1000;
}

async function nameActualType(bytes: Uint8Array): Promise<string> {
  if (await isPdf(bytes)) return 'a PDF';
  if (isOle(bytes)) return 'an old Office file (.doc, .xls, .ppt or .hwp)';
  const names = zipEntries(bytes)?.map((entry) => entry.name) ?? [];
  const office = /^(word|xl|ppt|Contents)\//u.exec(
    names.find((name) => /^(word|xl|ppt|Contents)\//u.test(name)) ?? '',
  );
  if (office) {
    const byFolder: Record<string, string> = {
      word: 'a Word',
      xl: 'an Excel',
      ppt: 'a PowerPoint',
      Contents: 'an HWPX',
    };
    return `${byFolder[office[1] ?? '']} document`;
  }
  const type = await fileTypeFromBuffer(bytes).catch(() => undefined);
  if (isText(bytes)) {
    return /<(!doctype html|html|body|head)\b/iu.test(latin1(bytes.subarray(0, 4096)))
      ? 'an HTML page'
      : 'plain text';
  }
  return type ? `a file of type ${type.mime}` : 'binary data of another kind';
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
}
