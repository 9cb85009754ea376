import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { encodeBody } from './compress.ts';

const LARGE = Buffer.from('[0.01234567,-0.12345678]'.repeat(1_000));

test.each([
  [undefined, undefined],
  ['', undefined],
  ['gzip', 'gzip'],
  ['gzip, deflate, br', 'br'],
  ['br;q=0.5, gzip;q=0.8', 'gzip'],
  ['*', 'br'],
  ['gzip;q=0, *;q=0.3', 'br'],
  ['br;q=0, gzip;q=0', undefined],
  ['identity, gzip;q=0.5', undefined],
  ['GZIP ; q=1.0', 'gzip'],
])('Accept-Encoding: %s → %s', async (header, encoding) => {
  expect((await encodeBody(LARGE, header)).encoding).toBe(encoding);
});

test('a large body is compressed in the chosen encoding without loss; a small one is not compressed', async () => {
  const [br, gzip] = [await encodeBody(LARGE, 'br'), await encodeBody(LARGE, 'gzip')];
  expect(brotliDecompressSync(br.body)).toEqual(LARGE);
  expect(gunzipSync(gzip.body)).toEqual(LARGE);
  expect([br.encoding, gzip.encoding]).toEqual(['br', 'gzip']);
  const small = Buffer.from('{}');
  expect(await encodeBody(small, 'br')).toEqual({ body: small });
});
