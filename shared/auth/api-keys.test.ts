import { crc32 } from 'node:zlib';
import { loadConfig } from '#shared/core/config.ts';
import { hashApiKey } from './api-key-hash.ts';
import { generateApiKey, readApiKey } from './api-keys.ts';

const ID = '01a20657-4ac1-72eb-bfc4-0e8761ad0f37';

beforeAll(async () => {
  process.env.JWT_SECRET = 'a secret for tests, long enough to be one';
  await loadConfig('auth', 'pepper');
});

test('a key is rag_<id>_<256-bit secret>_<crc32 of the rest>, with the id of its row', () => {
  const { key } = generateApiKey(ID);
  const [, body = '', sum] =
    /^(rag_01a206574ac172ebbfc40e8761ad0f37_[0-9a-f]{64})_([0-9a-f]{8})$/.exec(key) ?? [];
  expect(Number.parseInt(sum ?? '', 16)).toBe(crc32(body));
  expect(readApiKey(key)).toBe(ID);
});

test('two keys with one id have different secrets', () => {
  const [one, two] = [generateApiKey(ID), generateApiKey(ID)];
  expect(one.key.split('_')[2]).not.toBe(two.key.split('_')[2]);
  expect(one.secretHash).not.toBe(two.secretHash);
});

test('only a keyed hash of the whole key is stored, which reveals nothing of its secret', () => {
  const { key, secretHash } = generateApiKey(ID);
  expect(secretHash).toBe(hashApiKey(key));
  expect(secretHash).toMatch(/^[\w-]{43}$/);
  expect(hashApiKey(`${key} `)).not.toBe(secretHash);
});

test.each([
  ['one digit changed', (key: string) => key.replace(/.(?=.{20}$)/, (digit) => (digit === '0' ? '1' : '0'))],
  ['a changed checksum', (key: string) => key.replace(/.$/, (digit) => (digit === '0' ? '1' : '0'))],
  ['the end cut off', (key: string) => key.slice(0, -1)],
  ['the id of another row', (key: string) => key.replace('rag_01', 'rag_02')],
  ['capital letters', (key: string) => key.toUpperCase().replace('RAG', 'rag')],
  ['a line break', (key: string) => `${key}\n`],
  ['another prefix', (key: string) => key.replace('rag_', 'sk-')],
])('a key with %s is refused without a query', (_what, change) => {
  expect(readApiKey(change(generateApiKey(ID).key))).toBeNull();
});
