import { S3Client } from '@aws-sdk/client-s3';
import { createPresignedPost, type PresignedPostOptions } from '@aws-sdk/s3-presigned-post';
import { checkPolicy, checkSize, type Fields } from './policy.ts';

const account = { accessKeyId: 'AKID', secretAccessKey: 'secret' };
const client = new S3Client({
  region: 'ap-northeast-2',
  endpoint: 'http://localhost:1',
  credentials: account,
});

async function signed(over: Partial<PresignedPostOptions> = {}): Promise<Map<string, string>> {
  const { fields } = await createPresignedPost(client, {
    Bucket: 'docs',
    Key: 'documents/한글.pdf',
    Conditions: [['content-length-range', 1, 10]],
    Fields: { 'Content-Type': 'application/pdf' },
    Expires: 60,
    ...over,
  });
  return new Map(Object.entries(fields).map(([name, value]) => [name.toLowerCase(), value]));
}

function refusal(fields: Fields, bucket = 'docs', now = Date.now()): string | undefined {
  try {
    checkPolicy(fields, bucket, account, now);
    return undefined;
  } catch (error) {
    return `${(error as { code: string }).code}: ${(error as Error).message}`;
  }
}

describe('a presigned POST', () => {
  test('that is sent as it was signed is allowed, with the size range that was signed', async () => {
    expect(checkPolicy(await signed(), 'docs', account)).toEqual({ minBytes: 1, maxBytes: 10 });
  });

  test.each([
    ['another key', 'key', 'documents/else.pdf'],
    ['another type', 'content-type', 'text/html'],
  ])('with %s is refused', async (_what, name, value) => {
    const fields = (await signed()).set(name, value);
    expect(refusal(fields)).toMatch(
      /^AccessDenied: Invalid according to Policy: Policy Condition failed: \["eq", "\$/,
    );
  });

  test('to another bucket is refused', async () => {
    expect(refusal(await signed(), 'other')).toContain('Policy Condition failed: ["eq", "$bucket", "docs"]');
  });

  test('without a field that was signed is refused', async () => {
    const fields = await signed();
    fields.delete('content-type');
    expect(refusal(fields)).toContain('Policy Condition failed');
  });

  test('with a field that was not signed is refused, unless its name says to ignore it', async () => {
    const fields = await signed();
    expect(refusal(fields.set('x-ignore-me', '1'))).toBeUndefined();
    expect(refusal(fields.set('acl', 'public-read'))).toBe(
      'AccessDenied: Invalid according to Policy: Extra input fields: acl',
    );
  });

  test('after its expiry is refused', async () => {
    expect(refusal(await signed(), 'docs', Date.now() + 61_000)).toBe(
      'AccessDenied: Invalid according to Policy: Policy expired.',
    );
  });

  test('whose policy or signature was changed is refused', async () => {
    const fields = await signed();
    const policy = Buffer.from(fields.get('policy') ?? '', 'base64').toString();
    const wider = Buffer.from(policy.replace('1,10', '1,99')).toString('base64');
    expect(refusal(new Map(fields).set('policy', wider))).toContain('SignatureDoesNotMatch');
    expect(refusal(new Map(fields).set('x-amz-signature', '0'.repeat(64)))).toContain(
      'SignatureDoesNotMatch',
    );
  });

  test('signed with an unknown key is refused', async () => {
    const fields = await signed();
    const credential = (fields.get('x-amz-credential') ?? '').replace('AKID', 'ELSE');
    expect(refusal(fields.set('x-amz-credential', credential))).toContain('InvalidAccessKeyId');
  });

  test('without a policy or a signature is refused', async () => {
    expect(refusal(new Map([['key', 'documents/a']]))).toBe('AccessDenied: Access Denied');
    const fields = await signed();
    fields.delete('x-amz-signature');
    expect(refusal(fields)).toMatch(/^InvalidArgument: .*x-amz-signature/);
  });

  test('may leave a field open with starts-with', async () => {
    const fields = await signed({ Conditions: [['starts-with', '$x-amz-meta-tag', 'user-']], Fields: {} });
    expect(refusal(new Map(fields).set('x-amz-meta-tag', 'user-1'))).toBeUndefined();
    expect(refusal(new Map(fields).set('x-amz-meta-tag', 'admin'))).toContain(
      '"starts-with", "$x-amz-meta-tag"',
    );
  });
});

test('a file outside the signed size range is refused; the error has both sizes', () => {
  const range = { minBytes: 1, maxBytes: 10 };
  expect(() => checkSize(10, range)).not.toThrow();
  expect(() => checkSize(11, range)).toThrow(
    expect.objectContaining({
      code: 'EntityTooLarge',
      details: { ProposedSize: '11', MaxSizeAllowed: '10' },
    }),
  );
  expect(() => checkSize(0, range)).toThrow(expect.objectContaining({ code: 'EntityTooSmall' }));
});
