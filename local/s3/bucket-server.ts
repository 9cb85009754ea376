import { randomUUID } from 'node:crypto';
import { createReadStream, mkdirSync, rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import path from 'node:path';
import S3rver from '@20minutes/s3rver';
import { LOCAL_CREDENTIALS } from '#local/platform/aws-account.ts';
import { allowOrigin } from './cors.ts';
import { escapeXml, S3Error, sendError } from './error.ts';
import { type ReceivedForm, receiveForm } from './form.ts';
import type { CreatedObject } from './notification.ts';
import { checkPolicy } from './policy.ts';
import { verifyRequest } from './signature.ts';

type S3Options = {
  /** Directory of the objects. */
  directory: string;
  bucket: string;
  /** Origins whose pages may use the bucket; `*` allows all. */
  origins: string[];
  onCreated(object: CreatedObject): void;
};

/**
 * Creates an S3 emulator with one private bucket. s3rver stores the objects, but it serves unsigned requests and ignores
 * POST policies. This server checks signatures and policies first, as AWS does.
 */
export async function createBucketServer(options: S3Options): Promise<Server> {
  const uploads = path.join(options.directory, '.uploads');
  rmSync(uploads, { recursive: true, force: true });
  mkdirSync(uploads, { recursive: true });
  const store = new S3rver({
    directory: path.join(options.directory, 'buckets'),
    silent: true,
    // s3rver's own check refuses ListObjectsV2 as SDK v3 signs it. Our check has passed by then.
    allowMismatchedSignatures: true,
    vhostBuckets: false,
    configureBuckets: [{ name: options.bucket }],
  });
  await store.configureBuckets();
  store.on('error', (error) => {
    // A missing key is a normal response, not a fault.
    if ((error.status ?? 500) >= 500) console.error('s3rver:', error.message);
  });
  store.on('event', ({ Records }) => {
    for (const { eventName, s3 } of Records) {
      const { key, size = 0, eTag = '' } = s3.object;
      const [kind, by = ''] = eventName.split(':');
      if (kind !== 'ObjectCreated') continue;
      options.onCreated({ bucket: s3.bucket.name, key, bytes: size, etag: eTag, by, sourceIp: '127.0.0.1' });
    }
  });
  const serve = store.callback();
  return createServer((request, response) => {
    const requestId = randomUUID();
    response.setHeader('x-amz-request-id', requestId);
    handle(request, response, { ...options, uploads, store, serve }).catch((error: unknown) => {
      request.resume();
      sendError(response, error, requestId);
    });
  });
}

type Context = S3Options & { uploads: string; store: S3rver; serve: ReturnType<S3rver['callback']> };

async function handle(request: IncomingMessage, response: ServerResponse, context: Context): Promise<void> {
  if (allowOrigin(request, response, context.origins)) return;
  const [bucket = '', ...key] = (request.url ?? '/').split('?', 1).join('').slice(1).split('/');
  if (request.method === 'POST' && /^multipart\/form-data\b/i.test(request.headers['content-type'] ?? '')) {
    return await postObject(request, response, context);
  }
  verifyRequest(
    { method: request.method ?? 'GET', url: request.url ?? '/', headers: request.headers },
    LOCAL_CREDENTIALS,
  );
  checkBucket(bucket, context.bucket);
  checkKey(decodeURIComponent(key.join('/')));
  context.serve(request, response);
}

async function postObject(
  request: IncomingMessage,
  response: ServerResponse,
  context: Context,
): Promise<void> {
  const bucket = new URL(request.url ?? '/', 'http://s3').pathname.split('/')[1] ?? '';
  checkBucket(bucket, context.bucket);
  const form = await receiveForm(request, {
    directory: context.uploads,
    authorize: (fields) => checkPolicy(fields, bucket, LOCAL_CREDENTIALS),
  });
  const { key, md5 } = await store(form, bucket, context);
  const sourceIp = (request.socket.remoteAddress ?? '127.0.0.1').replace(/^::ffff:/, '');
  context.onCreated({ bucket, key, bytes: form.file.bytes, etag: md5, by: 'Post', sourceIp });
  sendCreated(request, response, { form, bucket, key, md5 });
}

async function store(form: ReceivedForm, bucket: string, context: Context) {
  try {
    const key = readKey(form);
    const content = createReadStream(form.file.path);
    const { md5 } = await context.store.store.putObject({
      bucket,
      key,
      content,
      metadata: readMetadata(form),
    });
    return { key, md5 };
  } finally {
    await rm(form.file.path, { force: true });
  }
}

function checkBucket(bucket: string, expected: string): void {
  if (bucket === expected) return;
  throw new S3Error(404, 'NoSuchBucket', 'The specified bucket does not exist', { BucketName: bucket });
}

/** Refuses keys that lead out of the bucket's directory or are too long: keys are paths on disk. @throws S3Error */
function checkKey(key: string): void {
  const segments = key.split('/');
  if (segments.includes('..') || segments.includes('.') || key.includes('\0')) {
    throw new S3Error(400, 'InvalidURI', "Couldn't parse the specified URI.");
  }
  if (segments.some((segment) => Buffer.byteLength(segment) > 200) || Buffer.byteLength(key) > 1_024) {
    throw new S3Error(400, 'KeyTooLongError', 'Your key is too long');
  }
}

/** The key of an upload; `${filename}` in it stands for the name of the file. @throws S3Error when it is unusable */
function readKey({ fields, file }: ReceivedForm): string {
  const key = (fields.get('key') ?? '').replaceAll('${filename}', path.basename(file.name));
  if (!key) {
    const message =
      "Bucket POST must contain a field named 'key'. If it is specified, please check the order of the fields.";
    throw new S3Error(400, 'InvalidArgument', message, { ArgumentName: 'key' });
  }
  checkKey(key);
  return key;
}

/** The fields that S3 stores with an object: content headers and user metadata. */
function readMetadata({ fields }: ReceivedForm): Record<string, string> {
  return Object.fromEntries(
    [...fields].filter(
      ([name]) => name.startsWith('x-amz-meta-') || /^(content|cache)-|^expires$/.test(name),
    ),
  );
}

type Created = { form: ReceivedForm; bucket: string; key: string; md5: string };

function sendCreated(
  request: IncomingMessage,
  response: ServerResponse,
  { form, bucket, key, md5 }: Created,
): void {
  const path = `/${bucket}/${key.split('/').map(encodeURIComponent).join('/')}`;
  const location = `http://${request.headers.host ?? 'localhost'}${path}`;
  const status = Number(form.fields.get('success_action_status') ?? 204);
  response.setHeader('ETag', `"${md5}"`).setHeader('Location', location);
  response.statusCode = [200, 201].includes(status) ? status : 204;
  const redirect = URL.parse(form.fields.get('success_action_redirect') ?? '');
  if (redirect) {
    redirect.search = String(
      new URLSearchParams([...redirect.searchParams, ['bucket', bucket], ['key', key], ['etag', `"${md5}"`]]),
    );
    response.statusCode = 303;
    response.setHeader('Location', redirect.href);
  }
  if (response.statusCode !== 201) return void response.end();
  const elements = { Location: location, Bucket: bucket, Key: key, ETag: `"${md5}"` };
  const inner = Object.entries(elements).map(([name, value]) => `<${name}>${escapeXml(value)}</${name}>`);
  response.setHeader('Content-Type', 'application/xml');
  response.end(`<?xml version="1.0" encoding="UTF-8"?>\n<PostResponse>${inner.join('')}</PostResponse>`);
}
