import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';

/** The repository, or the function's own root once deployed: the bundle lies where this folder does. */
const ROOT = new URL('../../', import.meta.url);

/** What the page is made of. serverless.yml puts the same files into the function's package. */
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

/** A text file of the page; `name` is its public one, which changes with every byte of `text`. */
export type Asset = { name: string; type: string; text: string };

let assets: Map<string, Asset> | undefined;

/** The page's file of this public name, or undefined. */
export function findAsset(name: string): Asset | undefined {
  return Array.from(loadAssets().values()).find((asset) => asset.name === name);
}

/** Where the page finds the file of this name in the repository, such as `start.js`. */
export function assetPath(file: string): string {
  const asset = loadAssets().get(file);
  if (!asset) throw new Error(`${file} is not one of the page's files.`);
  return `/docs/${asset.name}`;
}

/** A text file by its path from the root. */
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
