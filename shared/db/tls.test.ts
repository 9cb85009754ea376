import { X509Certificate } from 'node:crypto';
import { databaseTls } from './tls.ts';

const AURORA = 'rag.cluster-c1abcdefghij.ap-northeast-2.rds.amazonaws.com';

/** The names of the authorities that are trusted for a host name; null: Node's own list. */
function authoritiesFor(host: string): string[] | null {
  const { ca } = databaseTls(host);
  if (ca === undefined) return null;
  return (ca as string[]).map((pem) => /CN=(.+)/.exec(new X509Certificate(pem).subject)?.[1] ?? '');
}

test('for Aurora only the authorities of its region are trusted', () => {
  const names = authoritiesFor(AURORA) ?? [];
  for (const kind of ['RSA2048', 'RSA4096', 'ECC384'])
    expect(names).toContain(`Amazon RDS ap-northeast-2 Root CA ${kind} G1`);
  expect(names.filter((name) => !name.startsWith('Amazon RDS ap-northeast-2 '))).toEqual([]);
});

test('the authorities that sign today’s certificates are roots, and valid for years', () => {
  const inTenYears = Date.now() + 10 * 365 * 86_400_000;
  const roots = (databaseTls(AURORA).ca as string[])
    .map((pem) => new X509Certificate(pem))
    .filter(({ subject }) => subject.includes('Root CA'));
  expect(roots).toHaveLength(3);
  for (const root of roots) {
    expect(root.ca && root.verify(root.publicKey)).toBe(true);
    expect(root.validToDate.getTime()).toBeGreaterThan(inTenYears);
  }
});

test.each(['us-east-1', 'eu-central-2', 'ap-southeast-3'])('%s has authorities of its own', (region) => {
  const names = authoritiesFor(`rag.c1abcdefghij.${region}.rds.amazonaws.com`) ?? [];
  expect(names.length).toBeGreaterThanOrEqual(3);
  expect(names.every((name) => name.includes(` ${region} `))).toBe(true);
});

test.each([
  'localhost',
  '10.0.11.7',
  'db.example.com',
  'rag.ap-northeast-2.rds.amazonaws.com.example.com',
  'rag.c1abcdefghij.xx-nowhere-9.rds.amazonaws.com',
])('%s is verified with Node’s own list', (host) => {
  expect(authoritiesFor(host)).toBeNull();
});

test.each([AURORA, 'localhost', 'db.example.com'])('%s is verified', (host) => {
  expect(databaseTls(host).rejectUnauthorized).toBe(true);
});
