import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { isAllowed, productionPackages } from '../../.ci/licences.ts';

const ROOT = process.cwd();
const packages = productionPackages(ROOT);

type Component = {
  name: string;
  purl: string;
  licenses: object[];
  hashes: { alg: string; content: string }[];
};
type Bom = { bomFormat: string; specVersion: string; serialNumber: string; components: Component[] };

test('every production package has a licence that a closed product may use', () => {
  expect(packages.length).toBeGreaterThan(100);
  expect(packages.filter(({ licence }) => !isAllowed(licence))).toEqual([]);
});

test.each([
  ['MIT', true],
  ['(MIT OR GPL-3.0-or-later)', true],
  ['(MIT AND Zlib)', true],
  ['(MIT AND GPL-3.0-only)', false],
  ['GPL-3.0-only', false],
  ['AGPL-3.0-only', false],
  ['SEE LICENSE IN LICENSE', false],
  ['', false],
])('the licence “%s” is allowed: %s', (licence, allowed) => {
  expect(isAllowed(licence)).toBe(allowed);
});

test('no production package reports installations to anybody', () => {
  expect(packages.map(({ name }) => name).filter((name) => name.includes('scarf'))).toEqual([]);
});

test('npm run sbom lists every production package in CycloneDX, with its licence and hash', () => {
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };
  const [program = '', ...args] = (scripts.sbom ?? '').split(' ');
  expect(program).toBe('node');
  const text = execFileSync(process.execPath, args, { encoding: 'utf8', maxBuffer: 50_000_000 });
  const { bomFormat, specVersion, serialNumber, components } = JSON.parse(text) as Bom;
  expect([bomFormat, specVersion]).toEqual(['CycloneDX', '1.6']);
  expect(serialNumber).toMatch(/^urn:uuid:[0-9a-f-]{36}$/);
  expect(components.map(({ name }) => name)).toEqual(packages.map(({ name }) => name));
  for (const name of ['pg', 'zod', 'jsonwebtoken', 'onnxruntime-node', 'swagger-ui-dist', 'react'])
    expect(components.map((each) => each.name)).toContain(name);
  for (const { purl, licenses, hashes } of components) {
    expect(purl).toMatch(/^pkg:npm\/(%40[\w.-]+\/)?[\w.-]+@\d/);
    expect(licenses).toHaveLength(1);
    expect([purl, hashes[0]?.alg, hashes[0]?.content.length]).toEqual([purl, 'SHA-512', 128]);
  }
});
