import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import path from 'node:path';
import { type Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import busboy from 'busboy';
import { S3Error } from './error.ts';
import { checkSize, type Fields, type SizeRange } from './policy.ts';

/** The fields and the file of a form. The file is a temporary one, which the caller removes. */
export type ReceivedForm = { fields: Fields; file: { path: string; bytes: number; name: string } };

/** S3's limit for the fields before the file. */
const MAX_FIELD_BYTES = 20 * 1_024;

type Options = {
  /** Directory of the temporary files. */
  directory: string;
  /** Called with the fields before the file, when the file begins. It throws to refuse the upload. */
  authorize(fields: Fields): SizeRange;
};

/**
 * Receives an HTML form upload and writes its file to disk as it arrives, up to the size that `authorize` allows. A
 * refused request is read to its end: a client that still sends may not read the response.
 * @throws S3Error when the form is malformed, has not exactly one file, or was refused
 */
export async function receiveForm(request: IncomingMessage, options: Options): Promise<ReceivedForm> {
  const fields = new Map<string, string>();
  const files: { name: string; received: Promise<{ path: string; bytes: number }> }[] = [];
  let fieldBytes = 0;
  const parser = openParser(request);
  parser.on('field', (name, value, info) => {
    // Fields after the file are ignored, as S3 does.
    if (files.length > 0) return;
    fieldBytes += Buffer.byteLength(value) + (name?.length ?? 0);
    if (info.valueTruncated) fieldBytes = Infinity;
    if (fieldBytes <= MAX_FIELD_BYTES) fields.set((name ?? '').toLowerCase(), value);
  });
  parser.on('file', (name, stream, info) => {
    const received = takeFile(name, stream, { fields, fieldBytes, isFirst: files.length === 0, ...options });
    received.catch(() => {});
    files.push({ name: info.filename ?? '', received });
  });
  const parsed = await pipeline(request, parser).then(
    () => null,
    (error: unknown) => error,
  );
  const results = await Promise.allSettled(files.map((file) => file.received));
  const [first] = results;
  if (parsed === null && first?.status === 'fulfilled' && files.length === 1) {
    return { fields, file: { ...first.value, name: files[0]?.name ?? '' } };
  }
  if (first?.status === 'fulfilled') await rm(first.value.path, { force: true });
  if (first?.status === 'rejected' && first.reason instanceof S3Error) throw first.reason;
  throw parsed === null ? wrongNumberOfFiles() : malformed();
}

type FileContext = Options & { fields: Fields; fieldBytes: number; isFirst: boolean };

async function takeFile(name: string | undefined, stream: Readable, context: FileContext) {
  stream.on('error', () => {});
  try {
    if (context.fieldBytes > MAX_FIELD_BYTES) throw fieldsTooLarge();
    if (name?.toLowerCase() !== 'file' || !context.isFirst) throw wrongNumberOfFiles();
    const range = context.authorize(context.fields);
    return await save(stream, path.join(context.directory, randomUUID()), range);
  } finally {
    stream.resume();
  }
}

async function save(stream: Readable, file: string, range: SizeRange) {
  let bytes = 0;
  const counter = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      // Beyond the limit, bytes are counted but not stored: the error names the size of the whole file.
      done(null, bytes > range.maxBytes ? null : chunk);
    },
  });
  try {
    await pipeline(stream, counter, createWriteStream(file));
    checkSize(bytes, range);
    return { path: file, bytes };
  } catch (error) {
    await rm(file, { force: true });
    throw error;
  }
}

function openParser(request: IncomingMessage) {
  try {
    return busboy({
      headers: request.headers,
      limits: { fieldSize: MAX_FIELD_BYTES, fields: 100, files: 2, parts: 110 },
      defParamCharset: 'utf8',
    });
  } catch {
    throw malformed();
  }
}

function malformed(): S3Error {
  const message = 'The body of your POST request is not well-formed multipart/form-data.';
  return new S3Error(400, 'MalformedPOSTRequest', message);
}

function wrongNumberOfFiles(): S3Error {
  return new S3Error(400, 'InvalidArgument', 'POST requires exactly one file upload per request.', {
    ArgumentName: 'file',
  });
}

function fieldsTooLarge(): S3Error {
  const message = 'Your POST request fields preceding the upload file were too large.';
  return new S3Error(400, 'MaxPostPreDataLengthExceeded', message, { MaxPostPreDataLengthBytes: '20480' });
}
