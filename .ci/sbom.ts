import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type ProductionPackage, productionPackages } from './licences.ts';

/**
 * `npm run sbom`: the software bill of materials in CycloneDX 1.6, from package-lock.json. `npm sbom` left out packages
 * that are production and peer dependencies at once, such as pg, so this reads the lock file itself.
 */
export function createBom(root: string): object {
  const { name, version, license } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as {
    name: string;
    version: string;
    license: string;
  };
  const own = {
    type: 'application',
    name,
    version,
    'bom-ref': name,
    licenses: [{ license: { id: license } }],
  };
  return {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    serialNumber: `urn:uuid:${randomUUID()}`,
    version: 1,
    metadata: { timestamp: new Date().toISOString(), component: own },
    components: productionPackages(root).map(componentOf),
  };
}

function componentOf({ name, version, licence, integrity }: ProductionPackage): object {
  const purl = `pkg:npm/${name.replace('@', '%40')}@${version}`;
  const [algorithm = '', hash = ''] = integrity.split('-');
  return {
    type: 'library',
    'bom-ref': purl,
    name,
    version,
    purl,
    licenses: [{ expression: licence }],
    hashes: [{ alg: algorithm.replace('sha', 'SHA-'), content: Buffer.from(hash, 'base64').toString('hex') }],
  };
}

if (import.meta.main)
  process.stdout.write(`${JSON.stringify(createBom(path.join(import.meta.dirname, '..')), null, 2)}\n`);
