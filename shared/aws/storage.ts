import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { createPresignedPost } from '@aws-sdk/s3-presigned-post';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { section } from '#shared/core/config.ts';
import { AppError } from '#shared/core/errors.ts';
import { unavailable } from '#shared/core/unavailable.ts';
import { traceClient } from '#shared/observability/trace.ts';
import { signedDownload } from './downloads.ts';

const storageConfig = section('storage');

const DOWNLOAD_SECONDS = 300;

let client: S3Client | undefined;

/** The process-wide S3 client. Endpoint, region and credentials come from the SDK's own settings. */
function s3(): S3Client {
  client ??= traceClient(
    'S3',
    new S3Client({
      forcePathStyle: storageConfig().S3_FORCE_PATH_STYLE,
      maxAttempts: 3,
      requestHandler: { connectionTimeout: 3_000, requestTimeout: 60_000 },
      // The SDK's checksum would have to be among the signed POST fields. S3 computes one itself.
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
    }),
  );
  return client;
}

export type Upload = { url: string; fields: Record<string, string> };

/** A form with which a browser may upload one object: this key and type, 1 to `sizeBytes` bytes, until it expires. */
export async function createUpload(
  key: string,
  file: { contentType: string; sizeBytes: number },
): Promise<Upload> {
  const { DOCUMENTS_BUCKET, UPLOAD_EXPIRES_SECONDS } = storageConfig();
  return await createPresignedPost(s3(), {
    Bucket: DOCUMENTS_BUCKET,
    Key: key,
    Fields: { 'Content-Type': file.contentType },
    Conditions: [
      ['eq', '$Content-Type', file.contentType],
      ['content-length-range', 1, file.sizeBytes],
    ],
    Expires: UPLOAD_EXPIRES_SECONDS,
  });
}

/** Stores an object that the server has: a document created from text or from a URL. */
export async function putObject(key: string, body: Uint8Array, contentType: string): Promise<void> {
  const input = {
    Bucket: storageConfig().DOCUMENTS_BUCKET,
    Key: key,
    Body: body,
    ContentType: contentType,
  };
  await orUnavailable(s3().send(new PutObjectCommand(input)));
}

/** @see readObject */
export async function getObject(key: string, maxBytes?: number): Promise<Uint8Array | null> {
  return (await readObject(key, maxBytes))?.bytes ?? null;
}

/**
 * An object's bytes and its ETag, without quotes; null when it does not exist.
 * @param maxBytes the upload limit, unless given
 * @throws AppError `payload_too_large` above it, `dependency_unavailable`
 */
export async function readObject(
  key: string,
  maxBytes = storageConfig().MAX_UPLOAD_BYTES,
): Promise<{ bytes: Uint8Array; etag: string } | null> {
  const { DOCUMENTS_BUCKET } = storageConfig();
  try {
    const {
      Body,
      ContentLength = 0,
      ETag = '',
    } = await s3().send(new GetObjectCommand({ Bucket: DOCUMENTS_BUCKET, Key: key }));
    if (ContentLength > maxBytes)
      throw new AppError('payload_too_large', `The file is larger than ${maxBytes} bytes.`);
    const bytes = await Body?.transformToByteArray();
    return bytes ? { bytes, etag: ETag.replaceAll('"', '') } : null;
  } catch (error) {
    if (isMissing(error)) return null;
    throw error instanceof AppError ? error : storageUnavailable(error);
  }
}

/** Whether an object exists. @throws AppError `dependency_unavailable` */
export async function objectExists(key: string): Promise<boolean> {
  try {
    await s3().send(new HeadObjectCommand({ Bucket: storageConfig().DOCUMENTS_BUCKET, Key: key }));
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw storageUnavailable(error);
  }
}

/** Deletes an object; does nothing when it does not exist. */
export async function deleteObject(key: string): Promise<void> {
  await orUnavailable(
    s3().send(new DeleteObjectCommand({ Bucket: storageConfig().DOCUMENTS_BUCKET, Key: key })),
  );
}

/** When a link that is made now should stop working, in whole seconds as links count. */
export function downloadExpiry(): Date {
  return new Date((Math.floor(Date.now() / 1_000) + DOWNLOAD_SECONDS) * 1_000);
}

/**
 * A link to download a document's original under its own file name. With `inline` a browser may show the file in the
 * bucket's origin, so that it must be of a format that runs nothing.
 */
export async function downloadUrl(
  key: string,
  filename: string,
  { inline = false, expires = downloadExpiry() }: { inline?: boolean; expires?: Date } = {},
): Promise<string> {
  // RFC 6266: the name in UTF-8. As an attachment, a browser never renders the file in the bucket's origin.
  const disposition = `${inline ? 'inline' : 'attachment'}; filename*=UTF-8''${encodeExtValue(filename)}`;
  const command = new GetObjectCommand({
    Bucket: storageConfig().DOCUMENTS_BUCKET,
    Key: key,
    ResponseContentDisposition: disposition,
  });
  return (
    signedDownload(key, { disposition, expires }) ??
    (await getSignedUrl(s3(), command, { expiresIn: Math.ceil((expires.getTime() - Date.now()) / 1_000) }))
  );
}

/** A link to download a file that the platform made, such as an export; it comes from the bucket itself. */
export async function exportUrl(key: string, filename: string, expires: Date): Promise<string> {
  const command = new GetObjectCommand({
    Bucket: storageConfig().DOCUMENTS_BUCKET,
    Key: key,
    ResponseContentDisposition: `attachment; filename="${filename}"`,
  });
  const expiresIn = Math.ceil((expires.getTime() - Date.now()) / 1_000);
  return await getSignedUrl(s3(), command, { expiresIn });
}

/** Encodes a value for `filename*` (RFC 5987), which allows fewer characters than URLs do: `'` is a delimiter. */
function encodeExtValue(text: string): string {
  return encodeURIComponent(text).replaceAll(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** @throws AppError `dependency_unavailable` when the bucket cannot be reached */
export async function pingStorage(): Promise<void> {
  await orUnavailable(s3().send(new HeadBucketCommand({ Bucket: storageConfig().DOCUMENTS_BUCKET })));
}

async function orUnavailable<T>(sent: Promise<T>): Promise<T> {
  return await sent.catch((cause: unknown) => {
    throw storageUnavailable(cause);
  });
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && ['NoSuchKey', 'NotFound'].includes(error.name);
}

function storageUnavailable(cause: unknown): AppError {
  return unavailable('The document store cannot be reached', cause);
}
