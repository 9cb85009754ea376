import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { chooseEncoding, encodeBody } from './compress.ts';

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
])('Accept-Encoding: %s → %s', (header, encoding) => {
  expect(chooseEncoding(header)).toBe(encoding);
});

test('a large body is compressed as asked and comes back whole; a small one is left alone', async () => {
  const large = Buffer.from('[0.01234567,-0.12345678]'.repeat(1_000));
  const [br, gzip] = [await encodeBody(large, 'br'), await encodeBody(large, 'gzip')];
  expect(brotliDecompressSync(br.body)).toEqual(large);
  expect(gunzipSync(gzip.body)).toEqual(large);
  expect([br.encoding, gzip.encoding]).toEqual(['br', 'gzip']);
  const small = Buffer.from('{}');
  expect(await encodeBody(small, 'br')).toEqual({ body: small });
});
