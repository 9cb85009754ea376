/** Supported formats. Each has its own parser. */
export type Format =
  | 'pdf'
  | 'docx'
  | 'pptx'
  | 'xlsx'
  | 'hwpx'
  | 'html'
  | 'markdown'
  | 'text'
  | 'csv'
  | 'json';

/** Content types of an upload, each with its format and file name endings. */
export const SUPPORTED_TYPES: Readonly<Record<string, { format: Format; extensions: readonly string[] }>> = {
  'application/pdf': { format: 'pdf', extensions: ['.pdf'] },
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': {
    format: 'docx',
    extensions: ['.docx'],
  },
  'application/vnd.openxmlformats-officedocument.presentationml.presentation': {
    format: 'pptx',
    extensions: ['.pptx'],
  },
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': {
    format: 'xlsx',
    extensions: ['.xlsx'],
  },
  // Not registered: the first is in the files' `mimetype`; browsers and Hancom's programs send the others.
  'application/hwp+zip': { format: 'hwpx', extensions: ['.hwpx'] },
  'application/vnd.hancom.hwpx': { format: 'hwpx', extensions: ['.hwpx'] },
  'application/haansofthwpx': { format: 'hwpx', extensions: ['.hwpx'] },
  'text/html': { format: 'html', extensions: ['.html', '.htm'] },
  'text/markdown': { format: 'markdown', extensions: ['.md', '.markdown'] },
  'text/plain': { format: 'text', extensions: ['.txt', '.text', '.log'] },
  'text/csv': { format: 'csv', extensions: ['.csv'] },
  'application/json': { format: 'json', extensions: ['.json'] },
};

/** The format of a content type, regardless of parameters (`; charset=…`) and letter case; null if unsupported. */
export function formatOf(contentType: string): Format | null {
  const bare = contentType.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  return Object.hasOwn(SUPPORTED_TYPES, bare) ? (SUPPORTED_TYPES[bare]?.format ?? null) : null;
}

/** The first content type whose files end like this name; null for an unknown ending. */
export function typeOfName(filename: string): string | null {
  const name = filename.toLowerCase();
  const types = Object.entries(SUPPORTED_TYPES);
  return types.find(([, { extensions }]) => extensions.some((each) => name.endsWith(each)))?.[0] ?? null;
}

/** The formats in words, for error messages. */
export const SUPPORTED_NAMES =
  'PDF, Word (.docx), PowerPoint (.pptx), Excel (.xlsx), Hancom (.hwpx), HTML, Markdown, plain text, CSV or JSON';
