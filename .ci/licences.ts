import { readFileSync } from 'node:fs';
import path from 'node:path';

/**
 * `npm run licences`: name, version and licence of every package that a deployment or `npm start` may load, from
 * package-lock.json. Packages for development are left out. A test refuses a licence that is not in the list below.
 */
export type ProductionPackage = { name: string; version: string; licence: string; integrity: string };

/** Licences that allow use in a closed product, and ask for no more than their notice. */
const ALLOWED = [
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'CC0-1.0',
  'ISC',
  'MIT',
  'MIT-0',
  'Unlicense',
  'Zlib',
];

/** Packages whose package.json names their licence loosely, with what their LICENSE file says. */
const READ_BY_HAND: Record<string, string> = { duck: 'BSD-2-Clause' };

type Entry = {
  name?: string;
  version?: string;
  license?: string;
  integrity?: string;
  dev?: boolean;
  link?: boolean;
};

/** The packages of a lock file that are not for development alone, by name. */
export function productionPackages(root: string): ProductionPackage[] {
  const lock = JSON.parse(readFileSync(path.join(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, Entry>;
  };
  const found = Object.entries(lock.packages)
    .filter(([place, { dev, link }]) => place.includes('node_modules/') && !dev && !link)
    .map(([place, { name = nameOf(place), version = '', license = '', integrity = '' }]) => {
      return { name, version, licence: READ_BY_HAND[name] ?? license, integrity };
    });
  const unique = new Map(found.map((each) => [`${each.name}@${each.version}`, each]));
  return [...unique.values()].sort((a, b) => a.name.localeCompare(b.name));
}

/** Whether an SPDX expression can be met with allowed licences: one side of each OR, every part of an AND. */
export function isAllowed(expression: string): boolean {
  const choices = expression.replaceAll(/[()]/g, '').split(' OR ');
  return choices.some((choice) => choice.split(' AND ').every((licence) => ALLOWED.includes(licence.trim())));
}

function nameOf(place: string): string {
  return place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length);
}

if (import.meta.main) {
  const packages = productionPackages(path.join(import.meta.dirname, '..'));
  for (const { name, version, licence } of packages)
    process.stdout.write(`${name}\t${version}\t${licence}\n`);
  const refused = packages.filter(({ licence }) => !isAllowed(licence));
  for (const { name, licence } of refused)
    process.stderr.write(`${name}: ${licence || 'no licence'} is not in the list of .ci/licences.ts\n`);
  process.exitCode = refused.length > 0 ? 1 : 0;
}
