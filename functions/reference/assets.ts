import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';

/** The root of the repository, or of the deployed package, in which the bundle has the path of this folder. */
const ROOT = new URL('../../', import.meta.url);

/** The files of the page. serverless.yml includes the same files in the function's package. */
const FILES = [
  'node_modules/swagger-ui-dist/swagger-ui.css',
  'node_modules/swagger-ui-dist/swagger-ui-bundle.js',
  'functions/reference/page/page.css',
  'functions/reference/page/start.js',
  'functions/reference/page/icon.svg',
];

const TYPES: Record<string, string> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** A text file of the page. `name` is its public name, which contains a hash of `text`. */
export type Asset = { name: string; type: string; text: string };

let assets: Map<string, Asset> | undefined;

/** The file of the page with this public name, or undefined. */
export function findAsset(name: string): Asset | undefined {
  return Array.from(loadAssets().values()).find((asset) => asset.name === name);
}

/** The public path of a file of the page, given its name in the repository, such as `start.js`. */
export function assetPath(file: string): string {
  const asset = loadAssets().get(file);
  if (!asset) throw new Error(`${file} is not one of the page's files.`);
  return `/docs/${asset.name}`;
}

/** Reads a text file, given its path from the root. */
export function readText(file: string): string {
  return readFileSync(new URL(file, ROOT), 'utf8');
}

function loadAssets(): Map<string, Asset> {
  assets ??= new Map(FILES.map((file) => [path.basename(file), loadAsset(file)]));
  return assets;
}

function loadAsset(file: string): Asset {
  const text = readText(file);
  const { name, ext } = path.parse(file);
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 12);
  return { name: `${name}.${hash}${ext}`, type: TYPES[ext] ?? 'text/plain', text };
}
