import { GlobalWorkerOptions, getDocument, type PDFDocumentProxy } from 'pdfjs-dist';
// oxlint-disable-next-line import/default -- Vite makes it: the address of the file
import workerUrl from 'pdfjs-dist/build/pdf.worker.min.mjs?url';
import { api } from '../api/client.ts';
import { unwrap } from '../api/problem.ts';

GlobalWorkerOptions.workerSrc = workerUrl;

type DocumentPath = { team_id: string; document_id: string };

/** A PDF that is being opened: its promise, and how to end it. */
export type OpenedPdf = { pdf: Promise<PDFDocumentProxy>; close(): void };

/**
 * Opens a document's PDF. The bucket serves it in parts, so that the first page does not wait for the last one.
 * The promise rejects with an ApiProblem, or with an error of pdf.js for a file that it cannot read.
 */
export function openPdf(path: DocumentPath): OpenedPdf {
  const controller = new AbortController();
  let close = () => controller.abort();
  const open = async () => {
    const { url } = await unwrap(
      api.GET('/v1/teams/{team_id}/documents/{document_id}/download', {
        params: { path, query: { disposition: 'inline' } },
        headers: { Accept: 'application/json' },
        signal: controller.signal,
      }),
    );
    controller.signal.throwIfAborted();
    const task = getDocument({
      url,
      cMapUrl: '/pdfjs/cmaps/',
      cMapPacked: true,
      standardFontDataUrl: '/pdfjs/standard_fonts/',
      wasmUrl: '/pdfjs/wasm/',
      iccUrl: '/pdfjs/iccs/',
      disableWorkerRendering: true,
      enableXfa: false,
    });
    close = () => void task.destroy();
    return await task.promise;
  };
  return { pdf: open(), close: () => close() };
}

/** Whether pdf.js could not read a file: broken, or protected by a password. */
export function isUnreadablePdf(error: unknown): boolean {
  return error instanceof Error && /^(InvalidPDF|Password|FormatError|UnknownError)/.test(error.name);
}
