import type { ServerResponse } from 'node:http';

/** An error as S3 answers it. `details` become further elements of the XML, such as `MaxSizeAllowed`. */
export class S3Error extends Error {
  readonly status: number;
  readonly code: string;
  readonly details: Record<string, string>;

  constructor(status: number, code: string, message: string, details: Record<string, string> = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.details = details;
  }
}

/** The refusal of a request that is not allowed, whatever the reason. */
export function accessDenied(message = 'Access Denied', details: Record<string, string> = {}): S3Error {
  return new S3Error(403, 'AccessDenied', message, details);
}

/** Sends an error in S3's XML; anything that is not an S3Error becomes `InternalError` and is only logged. */
export function sendError(response: ServerResponse, error: unknown, requestId: string): void {
  const known =
    error instanceof S3Error
      ? error
      : new S3Error(500, 'InternalError', 'We encountered an internal error. Please try again.');
  if (known !== error) console.error(`[${requestId}]`, error);
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  const elements = { Code: known.code, Message: known.message, ...known.details, RequestId: requestId };
  const inner = Object.entries(elements).map(([name, value]) => `<${name}>${escapeXml(value)}</${name}>`);
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<Error>${inner.join('')}</Error>`;
  response.writeHead(known.status, {
    'Content-Type': 'application/xml',
    'Content-Length': Buffer.byteLength(body),
  });
  response.end(body);
}

/** Text made safe inside an XML element. */
export function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
