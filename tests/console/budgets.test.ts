import { readFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { CONSOLE_DIRECTORY } from '#local/gateway/console.ts';
import { platform } from '#tests/support/platform.ts';

type Chunk = { file: string; imports?: string[]; dynamicImports?: string[]; css?: string[] };

const FIRST_LOAD_KB = 130;
const PAGE_KB = 80;
const CSS_KB = 15;
/** The frame of every signed-in page, which a page's own budget does not hold. */
const FRAME = 'src/shell/shell.tsx';
const ENTRY = 'index.html';

let manifest: Record<string, Chunk>;
beforeAll(async () => {
  // The platform has built the console.
  await platform();
  manifest = JSON.parse(
    readFileSync(path.join(CONSOLE_DIRECTORY, '.vite/manifest.json'), 'utf8'),
  ) as typeof manifest;
});

/** A chunk with everything that it imports at once. */
function closure(name: string, seen = new Set<string>()): Set<string> {
  if (seen.has(name)) return seen;
  seen.add(name);
  for (const each of manifest[name]?.imports ?? []) closure(each, seen);
  return seen;
}

function kilobytes(files: string[]): number {
  const sizes = files.map((file) => gzipSync(readFileSync(path.join(CONSOLE_DIRECTORY, file))).length);
  return sizes.reduce((sum, size) => sum + size, 0) / 1_000;
}

function filesOf(names: Iterable<string>): string[] {
  return [...names].flatMap((name) => manifest[name]?.file ?? []);
}

/** What a first visit downloads: the entry and the words of one language. */
function firstLoad(): Set<string> {
  return new Set([...closure(ENTRY), ...closure('src/i18n/ko.ts')]);
}

test(`the first load is at most ${FIRST_LOAD_KB} kB of JavaScript`, () => {
  const files = filesOf(firstLoad());
  expect(files.length).toBeGreaterThan(1);
  expect(kilobytes(files)).toBeLessThanOrEqual(FIRST_LOAD_KB);
});

test(`every page adds at most ${PAGE_KB} kB`, () => {
  const known = new Set([...firstLoad(), ...closure(FRAME)]);
  const pages = Object.keys(manifest).filter((name) => /^src\/pages\/.*-page\.tsx$/.test(name));
  expect(pages.length).toBeGreaterThan(10);
  const sizes = [FRAME, ...pages].map((page) => {
    const before = page === FRAME ? firstLoad() : known;
    return [page, kilobytes(filesOf([...closure(page)].filter((name) => !before.has(name))))] as const;
  });
  expect(sizes.filter(([, size]) => size > PAGE_KB)).toEqual([]);
});

test('the PDF viewer is downloaded only when a document is opened', () => {
  const pages = Object.keys(manifest).filter((name) => /^src\/pages\/.*-page\.tsx$/.test(name));
  const files = filesOf([...firstLoad(), ...pages.flatMap((page) => [...closure(page)])]);
  expect(files.filter((file) => /pdf/.test(file))).toEqual([]);
});

test(`all styles are at most ${CSS_KB} kB`, () => {
  const styles = new Set(Object.values(manifest).flatMap(({ css = [] }) => css));
  expect(styles.size).toBeGreaterThan(0);
  expect(kilobytes([...styles])).toBeLessThanOrEqual(CSS_KB);
});
