import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import type http from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import path from 'node:path';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { createPresignedPost, type PresignedPostOptions } from '@aws-sdk/s3-presigned-post';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { LOCAL_CREDENTIALS, REGION } from '#local/platform/aws-account.ts';
import { createBucketServer } from '#local/s3/bucket-server.ts';
import type { CreatedObject } from '#local/s3/notification.ts';
import { temporaryDirectory } from '#tests/support/temporary.ts';

const Bucket = 'docs';
const directory = temporaryDirectory('local-s3');
const created: CreatedObject[] = [];
let server: http.Server;
let base: string;
let s3: S3Client;

beforeAll(async () => {
  server = await createBucketServer({
    directory,
    bucket: Bucket,
    origins: ['http://app.local'],
    onCreated: (object) => created.push(object),
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  s3 = new S3Client({ region: REGION, endpoint: base, forcePathStyle: true, credentials: LOCAL_CREDENTIALS });
});

afterAll(() => {
  s3.destroy();
  server.closeAllConnections();
  server.close();
});

beforeEach(() => {
  created.length = 0;
});

const temporaryFiles = () => readdirSync(path.join(directory, '.uploads'));

async function post(
  body: string | Buffer,
  over: Partial<PresignedPostOptions> = {},
  extra: Record<string, string> = {},
) {
  const Key = 'documents/보고서 1.txt';
  const { url, fields } = await createPresignedPost(s3, {
    Bucket,
    Key,
    Conditions: [['content-length-range', 1, 100_000]],
    Fields: { 'Content-Type': 'text/plain' },
    Expires: 60,
    ...over,
  });
  const form = new FormData();
  for (const [name, value] of Object.entries({ ...fields, ...extra })) form.append(name, value);
  form.append('file', new Blob([new Uint8Array(Buffer.from(body))]), '보고서.txt');
  return fetch(url, { method: 'POST', body: form });
}

describe('a browser form upload', () => {
  test('is stored under its key with its type, and notified once', async () => {
    const response = await post('안녕하세요');
    expect([response.status, await response.text()]).toEqual([204, '']);
    const object = await s3.send(new GetObjectCommand({ Bucket, Key: 'documents/보고서 1.txt' }));
    expect(await object.Body?.transformToString()).toBe('안녕하세요');
    expect(object.ContentType).toBe('text/plain');
    expect(created).toEqual([
      expect.objectContaining({ bucket: Bucket, key: 'documents/보고서 1.txt', bytes: 15, by: 'Post' }),
    ]);
    expect(object.ETag).toBe(`"${created[0]?.etag}"`);
  });

  test.each([
    ['too large', 'x'.repeat(100_001), {}, 'EntityTooLarge'],
    ['much too large', Buffer.alloc(20_000_000), {}, 'EntityTooLarge'],
    ['empty', '', {}, 'EntityTooSmall'],
    ['for another key', 'x', { key: 'documents/evil' }, 'AccessDenied'],
    ['with a field more', 'x', { acl: 'public-read' }, 'AccessDenied'],
    ['with endless fields', 'x', { 'x-ignore-1': 'y'.repeat(30_000) }, 'MaxPostPreDataLengthExceeded'],
  ])('that is %s is refused in XML, and nothing is kept of it', async (_what, body, extra, code) => {
    const response = await post(body, {}, extra);
    expect([400, 403]).toContain(response.status);
    expect(response.headers.get('content-type')).toBe('application/xml');
    expect(await response.text()).toContain(`<Code>${code}</Code>`);
    expect(created).toEqual([]);
    expect(temporaryFiles()).toEqual([]);
  });

  test('with an expired policy is refused', async () => {
    expect(await (await post('x', { Expires: -5 })).text()).toContain('Policy expired.');
  });

  test('whose key would leave the bucket is refused', async () => {
    expect(await (await post('x', { Key: '../../evil' })).text()).toContain('<Code>InvalidURI</Code>');
    expect(temporaryFiles()).toEqual([]);
  });

  test('responds with 201 and the location when the form asks for it', async () => {
    const Fields = { success_action_status: '201' };
    const response = await post('x', { Key: 'a&b.txt', Fields });
    expect(response.status).toBe(201);
    expect(await response.text()).toContain('<Key>a&amp;b.txt</Key>');
  });

  test.each([
    ['without a boundary', 'multipart/form-data', 'x'],
    [
      'that ends in the middle',
      'multipart/form-data; boundary=b',
      '--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nhalf',
    ],
    [
      'with a broken part header',
      'multipart/form-data; boundary=b',
      '--b\r\nContent-Disposition\r\n\r\nx\r\n--b--\r\n',
    ],
    ['of nothing', 'multipart/form-data; boundary=b', '--b--\r\n'],
    ['of garbage', 'multipart/form-data; boundary=b', 'garbage'],
  ])('%s is a 400, and the server keeps running', async (_what, type, body) => {
    const response = await fetch(`${base}/${Bucket}`, {
      method: 'POST',
      headers: { 'content-type': type },
      body,
    });
    expect(response.status).toBeGreaterThanOrEqual(400);
    expect(response.status).toBeLessThan(500);
    expect((await post('still here')).status).toBe(204);
    expect(temporaryFiles()).toEqual([]);
  });

  test('that breaks off leaves nothing behind', async () => {
    const socket = connect(Number(new URL(base).port), '127.0.0.1');
    socket.write(
      `POST /${Bucket} HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\nContent-Type: multipart/form-data; boundary=b\r\n\r\n--b\r\n`,
    );
    await once(socket, 'connect');
    socket.destroy();
    expect((await post('still here')).status).toBe(204);
    expect(temporaryFiles()).toEqual([]);
  });
});

describe('signed requests', () => {
  test('put, read, list and delete objects through the SDK', async () => {
    const Key = 'documents/한글 (1)+!.txt';
    await s3.send(new PutObjectCommand({ Bucket, Key, Body: 'hello', ContentType: 'text/plain' }));
    expect(created).toEqual([expect.objectContaining({ key: Key, bytes: 5, by: 'Put' })]);
    const head = await s3.send(new HeadObjectCommand({ Bucket, Key }));
    expect([head.ContentLength, head.ContentType]).toEqual([5, 'text/plain']);
    const list = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: 'documents/한글' }));
    expect(list.Contents?.map((object) => object.Key)).toEqual([Key]);
    await s3.send(new DeleteObjectCommand({ Bucket, Key }));
    await expect(s3.send(new HeadObjectCommand({ Bucket, Key }))).rejects.toMatchObject({ name: 'NotFound' });
  });

  test('presigned URLs work, with the response headers they ask for', async () => {
    const put = await getSignedUrl(s3, new PutObjectCommand({ Bucket, Key: 'p.txt' }), { expiresIn: 60 });
    expect((await fetch(put, { method: 'PUT', body: 'presigned' })).status).toBe(200);
    const ResponseContentDisposition = 'attachment; filename="p.txt"';
    const get = await getSignedUrl(
      s3,
      new GetObjectCommand({ Bucket, Key: 'p.txt', ResponseContentDisposition }),
    );
    const response = await fetch(get);
    expect(response.headers.get('content-disposition')).toBe(ResponseContentDisposition);
    expect(await response.text()).toBe('presigned');
    expect((await fetch(get.replace('p.txt', 'q.txt'))).status).toBe(403);
    expect((await fetch(get, { method: 'DELETE' })).status).toBe(403);
  });

  test('with a wrong secret or without a signature are refused', async () => {
    const credentials = { ...LOCAL_CREDENTIALS, secretAccessKey: 'wrong' };
    const other = new S3Client({ region: 'x', endpoint: base, forcePathStyle: true, credentials });
    await expect(other.send(new ListObjectsV2Command({ Bucket }))).rejects.toMatchObject({
      name: 'SignatureDoesNotMatch',
    });
    other.destroy();
    await post('secret');
    const plain = await fetch(`${base}/${Bucket}/${encodeURI('documents/보고서 1.txt')}`);
    expect([plain.status, await plain.text()]).toEqual([
      403,
      expect.stringContaining('<Code>AccessDenied</Code>'),
    ]);
  });

  test('that have expired are refused', async () => {
    const signingDate = new Date(Date.now() - 120_000);
    const url = await getSignedUrl(s3, new GetObjectCommand({ Bucket, Key: 'p.txt' }), {
      expiresIn: 60,
      signingDate,
    });
    expect(await (await fetch(url)).text()).toContain('Request has expired');
  });
});

function preflight(origin: string) {
  const headers = { origin, 'access-control-request-method': 'POST' };
  return fetch(`${base}/${Bucket}`, { method: 'OPTIONS', headers });
}

describe('pages of other origins', () => {
  test('may upload when they are allowed', async () => {
    const response = await preflight('http://app.local');
    expect([response.status, response.headers.get('access-control-allow-origin')]).toEqual([
      200,
      'http://app.local',
    ]);
  });

  test('may not when they are not', async () => {
    const response = await preflight('http://evil.local');
    expect([response.status, response.headers.get('access-control-allow-origin')]).toEqual([403, null]);
  });
});
