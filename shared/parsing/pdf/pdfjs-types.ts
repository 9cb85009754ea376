import type { getDocumentProxy } from 'unpdf';

/** unpdf re-exports pdf.js's classes only through its functions. */
export type PDFDocumentProxy = Awaited<ReturnType<typeof getDocumentProxy>>;
export type PDFPageProxy = Awaited<ReturnType<PDFDocumentProxy['getPage']>>;
