import { generateKeyPairSync } from 'node:crypto';
import keyOf from './downloads-key.cjs';

const pair = (modulusLength: number) =>
  generateKeyPairSync('rsa', {
    modulusLength,
    publicKeyEncoding: { type: 'spki', format: 'der' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });

function fragment(key: string) {
  const values: Record<string, string> = {
    'param:downloadsPublicKey': key,
    'self:service': 'rag-platform',
    'sls:stage': 'prod',
  };
  return keyOf({ resolveVariable: async (name) => values[name] ?? '' });
}

test('CloudFront gets the key as PEM, and its key group trusts only this key', async () => {
  const key = pair(2_048).publicKey.toString('base64');
  const { id, Resources } = await fragment(key);
  const [, body = ''] =
    /^-----BEGIN PUBLIC KEY-----\n([\s\S]+)\n-----END PUBLIC KEY-----\n$/.exec(
      Resources[id]?.Properties.PublicKeyConfig?.EncodedKey ?? '',
    ) ?? [];
  expect(body.replaceAll('\n', '')).toBe(key);
  expect(Resources.DownloadsKeyGroup?.Properties.KeyGroupConfig?.Items).toEqual([{ Ref: id }]);
});

test('a new key becomes a new resource with another name, and the same key stays the same resource', async () => {
  const [first, second] = [pair(2_048), pair(2_048)].map(({ publicKey }) => publicKey.toString('base64'));
  const [one, again, other] = await Promise.all([fragment(first!), fragment(first!), fragment(second!)]);
  const nameOf = ({ id, Resources }: typeof one) => Resources[id]?.Properties.PublicKeyConfig?.Name;
  expect(again).toEqual(one);
  expect(other.id).not.toBe(one.id);
  expect(nameOf(other)).not.toBe(nameOf(one));
});

test.each([
  ['the first line of a PEM file', '-----BEGIN PUBLIC KEY-----'],
  ['the private half', pair(2_048).privateKey],
  ['a key of a size that CloudFront refuses', pair(1_024).publicKey.toString('base64')],
])('%s is refused, with the command that creates a valid key', async (_what, key) => {
  await expect(fragment(key)).rejects.toThrow(
    'openssl pkey -in downloads.pem -pubout -outform DER | base64 -w0',
  );
});
