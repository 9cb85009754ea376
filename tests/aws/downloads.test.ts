import { createVerify, generateKeyPairSync, randomUUID } from 'node:crypto';
import { documentKey } from '#shared/aws/document-keys.ts';
import { downloadUrl } from '#shared/aws/storage.ts';
import { reloadConfig } from '#shared/core/config.ts';
import { forgetSecret } from '#shared/core/secrets.ts';
import { type SecretsStub, startSecretsStub } from '#tests/support/secrets-stub.ts';
import { REGION } from './iam/arn.ts';

const FILENAME = "2026년 '취업규칙' (개정)*.pdf";
const ID = 'K2JCJMDEHXQW5F';
const own = { ...process.env };

const keys = rsaKeys();
const key = documentKey(randomUUID(), randomUUID());
let stub: SecretsStub;

beforeAll(async () => {
  stub = await startSecretsStub();
  Object.assign(process.env, { SECRETS_PREFIX: 'rag/', DOCUMENTS_BUCKET: 'rag-documents' });
  await reloadConfig('storage');
});

beforeEach(() => configure(keys.privateKey));

afterAll(async () => {
  await stub.close();
  process.env = { ...own };
});

function rsaKeys() {
  return generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
}

/** Configures a stage with CloudFront and stores the private key in its secret; null removes the secret. */
async function configure(privateKey: string | null): Promise<void> {
  stub.store({ 'rag/downloads': privateKey === null ? null : { private_key: privateKey } });
  stub.asked.length = 0;
  forgetSecret('downloads');
  Object.assign(process.env, {
    DOWNLOADS_URL: 'https://files.example.com',
    DOWNLOADS_KEY_PAIR_ID: ID,
    DOWNLOADS_PUBLIC_KEY: keys.publicKey.replaceAll(/-----[A-Z ]+-----|\n/g, ''),
  });
  await reloadConfig('downloads');
}

/**
 * Verifies a link as CloudFront does for a canned policy: it rebuilds the policy from the URL without its own three
 * parameters, and verifies the signature (RSA, SHA-1) with the public key of the link's key id.
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-creating-signed-url-canned-policy.html
 */
function accepts(link: string, at = Date.now()): boolean {
  const [address = '', query = ''] = link.split('?');
  const own = new Map<string, string>();
  const kept = query.split('&').filter((pair) => {
    const [name = '', value = ''] = pair.split('=');
    if (!['Expires', 'Signature', 'Key-Pair-Id'].includes(name)) return true;
    own.set(name, value);
    return false;
  });
  const expires = Number(own.get('Expires'));
  const policy = `{"Statement":[{"Resource":"${[address, kept.join('&')].filter(Boolean).join('?')}","Condition":{"DateLessThan":{"AWS:EpochTime":${expires}}}}]}`;
  const signature = (own.get('Signature') ?? '').replaceAll(
    /[-_~]/g,
    (character) => ({ '-': '+', _: '=', '~': '/' })[character] ?? '',
  );
  const isOurs = createVerify('RSA-SHA1').update(policy).verify(keys.publicKey, signature, 'base64');
  return isOurs && own.get('Key-Pair-Id') === ID && at < expires * 1_000;
}

test('a link leads to the document behind CloudFront and is signed with the key of the secret', async () => {
  const link = await downloadUrl(key, FILENAME);
  expect(link.startsWith(`https://files.example.com/${key}?`)).toBe(true);
  expect(accepts(link)).toBe(true);
  expect(stub.asked).toEqual(['rag/downloads']);
});

test('a link is valid for five minutes', async () => {
  const made = Date.now();
  const link = await downloadUrl(key, FILENAME);
  expect(accepts(link, made + 298_000)).toBe(true);
  expect(accepts(link, Date.now() + 302_000)).toBe(false);
});

test.each([
  ['another document', (link: string) => link.replace(key, documentKey(randomUUID(), randomUUID()))],
  ['another host', (link: string) => link.replace('files.example.com', 'files.example.org')],
  ['a later expiry', (link: string) => link.replace(/Expires=(\d)/, 'Expires=9$1')],
  ['another name for the file', (link: string) => link.replace('attachment', 'inline')],
  ['no name for the file', (link: string) => link.replace(/response-content-disposition=[^&]+&/, '')],
  ['another key', (link: string) => link.replace(ID, 'K000000000000')],
])('a link changed to %s is refused', async (_what, change) => {
  const link = await downloadUrl(key, FILENAME);
  expect(change(link)).not.toBe(link);
  expect(accepts(change(link))).toBe(false);
});

test('CloudFront and S3 send the file as an attachment with its own name', async () => {
  for (const link of [await downloadUrl(key, FILENAME), await withoutCloudFront()]) {
    const disposition = new URL(link).searchParams.get('response-content-disposition') ?? '';
    const [, name = ''] = /^attachment; filename\*=UTF-8''([\w.%-]+)$/.exec(disposition) ?? [];
    expect(decodeURIComponent(name)).toBe(FILENAME);
  }
});

test('the signed link is a normalised URL, which browsers request unchanged', async () => {
  const link = await downloadUrl(key, FILENAME);
  expect(new URL(link).href).toBe(link);
});

async function withoutCloudFront(): Promise<string> {
  process.env.DOWNLOADS_URL = '';
  await reloadConfig('downloads');
  return await downloadUrl(key, FILENAME);
}

test('without CloudFront the link leads to S3, and no key is read', async () => {
  stub.asked.length = 0;
  forgetSecret('downloads');
  const link = new URL(await withoutCloudFront());
  expect(link.hostname).toBe(`rag-documents.s3.${REGION}.amazonaws.com`);
  expect(link.searchParams.get('X-Amz-Expires')).toBe('300');
  expect(stub.asked).toEqual([]);
});

test('while the secret is empty, as after the first deploy, links lead to S3', async () => {
  await configure('');
  expect(new URL(await downloadUrl(key, FILENAME)).hostname).toContain('.s3.');
});

const elliptic = generateKeyPairSync('ec', {
  namedCurve: 'P-256',
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});

test.each([
  ['no key', 'hunter2', 'is no private key in PEM'],
  ['the public half', keys.publicKey, 'is no private key in PEM'],
  ['of another kind', elliptic.privateKey, 'is no RSA key'],
  ['that of another distribution', rsaKeys().privateKey, 'does not belong to the public key'],
])(
  'a key that is %s is reported by its secret’s name, without its value',
  async (_what, privateKey, problem) => {
    await configure(privateKey);
    const error = await downloadUrl(key, FILENAME).catch((reason: unknown) => reason);
    expect(String(error)).toContain(`private_key of the secret 'downloads' ${problem}`);
    expect(String(error)).not.toContain(privateKey);
  },
);

test('a stage with CloudFront does not start without the id of its key', async () => {
  process.env.DOWNLOADS_KEY_PAIR_ID = '';
  await expect(reloadConfig('downloads')).rejects.toThrow('- DOWNLOADS_KEY_PAIR_ID: missing');
});
