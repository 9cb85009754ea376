import type { ServerResponse } from 'node:http';

/** An error of S3. `details` are further elements of its XML, such as `MaxSizeAllowed`. */
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

/** The error for a request that is not allowed. */
export function accessDenied(message = 'Access Denied', details: Record<string, string> = {}): S3Error {
  return new S3Error(403, 'AccessDenied', message, details);
}

/** Sends an error in S3's XML. Any other error than an S3Error is logged and sent as `InternalError`. */
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

/** Escapes a text for an XML element. */
export function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
