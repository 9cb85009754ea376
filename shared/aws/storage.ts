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

/** The process-wide S3 client; endpoint, region and credentials are the SDK's own settings. */
function s3(): S3Client {
  client ??= traceClient(
    'S3',
    new S3Client({
      forcePathStyle: storageConfig().S3_FORCE_PATH_STYLE,
      maxAttempts: 3,
      requestHandler: { connectionTimeout: 3_000, requestTimeout: 60_000 },
      // A flexible checksum would have to be among the signed POST fields; S3 computes one itself.
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
    }),
  );
  return client;
}

/** Where a document's original lies. The ids in the key are how an S3 event finds its document. */
export function documentKey(teamId: string, documentId: string): string {
  return `teams/${teamId}/documents/${documentId}`;
}

/** The ids in a key made by `documentKey`, or null for any other object. */
export function readDocumentKey(key: string): { teamId: string; documentId: string } | null {
  const match = /^teams\/([0-9a-f-]{36})\/documents\/([0-9a-f-]{36})$/.exec(key);
  return match?.[1] && match[2] ? { teamId: match[1], documentId: match[2] } : null;
}

export type Upload = { url: string; fields: Record<string, string> };

/** A form with which a browser may upload exactly this key, type and at most this many bytes, for a while. */
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

/** Stores an object from our side (documents given as text or URL). */
export async function putObject(key: string, body: Uint8Array, contentType: string): Promise<void> {
  const input = {
    Bucket: storageConfig().DOCUMENTS_BUCKET,
    Key: key,
    Body: body,
    ContentType: contentType,
  };
  await guarded(s3().send(new PutObjectCommand(input)));
}

/** An object's bytes, null when it is not there. @throws AppError `payload_too_large` over the upload limit */
export async function getObject(key: string): Promise<Uint8Array | null> {
  const { DOCUMENTS_BUCKET, MAX_UPLOAD_BYTES } = storageConfig();
  try {
    const { Body, ContentLength = 0 } = await s3().send(
      new GetObjectCommand({ Bucket: DOCUMENTS_BUCKET, Key: key }),
    );
    if (ContentLength > MAX_UPLOAD_BYTES)
      throw new AppError('payload_too_large', `The file is larger than ${MAX_UPLOAD_BYTES} bytes.`);
    return (await Body?.transformToByteArray()) ?? null;
  } catch (error) {
    if (isMissing(error)) return null;
    throw error instanceof AppError ? error : storageUnavailable(error);
  }
}

/** Whether an object is there. */
export async function objectExists(key: string): Promise<boolean> {
  try {
    await s3().send(new HeadObjectCommand({ Bucket: storageConfig().DOCUMENTS_BUCKET, Key: key }));
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw storageUnavailable(error);
  }
}

/** Removes an object; one that is gone already is fine. */
export async function deleteObject(key: string): Promise<void> {
  await guarded(s3().send(new DeleteObjectCommand({ Bucket: storageConfig().DOCUMENTS_BUCKET, Key: key })));
}

/** A link that downloads the original under its own name, good for five minutes. */
export async function downloadUrl(key: string, filename: string): Promise<string> {
  // RFC 6266: the name as UTF-8, and never rendered in the bucket's own origin.
  const disposition = `attachment; filename*=UTF-8''${encodeExtValue(filename)}`;
  const expires = new Date(Date.now() + DOWNLOAD_SECONDS * 1_000);
  const command = new GetObjectCommand({
    Bucket: storageConfig().DOCUMENTS_BUCKET,
    Key: key,
    ResponseContentDisposition: disposition,
  });
  return (
    signedDownload(key, { disposition, expires }) ??
    (await getSignedUrl(s3(), command, { expiresIn: DOWNLOAD_SECONDS }))
  );
}

/** RFC 5987 lets fewer characters stand than URLs do: an apostrophe would end the language. */
function encodeExtValue(text: string): string {
  return encodeURIComponent(text).replaceAll(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** @throws AppError `dependency_unavailable` when the bucket cannot be reached */
export async function pingStorage(): Promise<void> {
  await guarded(s3().send(new HeadBucketCommand({ Bucket: storageConfig().DOCUMENTS_BUCKET })));
}

async function guarded<T>(sent: Promise<T>): Promise<T> {
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
