import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

const ROOT = path.join(import.meta.dirname, '../..');
const FENCED = /^```.*?^```/gms;
/** A path from the root; `#shared/…` is an import, `functions/<resource>/` a pattern. */
const NAMED_PATH =
  /(?<![\w/#.-])(?:shared|embedder|functions|local|tests|infra|migrations|bench|docs|\.ci)\/(?:[\w.-]*\w\/?)*/g;

/** Markdown files that git has or would add. */
const PAGES = execFileSync(
  'git',
  ['-c', 'core.quotePath=false', 'ls-files', '--cached', '--others', '--exclude-standard', '*.md'],
  {
    cwd: ROOT,
    encoding: 'utf8',
  },
)
  .split('\n')
  .filter((page) => page && existsSync(path.join(ROOT, page)));

/** The links of a text that lead to no file, or to no heading of it. */
function brokenLinks(text: string, page: string): string[] {
  const links = [...text.replaceAll(FENCED, '').matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link);
  return links.filter((link) => {
    if (/^[a-z]+:/.test(link)) return false;
    const [file = '', anchor] = link.split('#');
    const target = file ? path.join(ROOT, path.dirname(page), file) : path.join(ROOT, page);
    if (!existsSync(target)) return true;
    return anchor !== undefined && !anchorsOf(file ? readFileSync(target, 'utf8') : text).includes(anchor);
  });
}

/** As GitHub makes them: lower case, spaces to hyphens, other punctuation left out. */
function anchorsOf(text: string): string[] {
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

test.each(PAGES)('every link in %s leads to a file and a heading that exist', (page) => {
  expect(brokenLinks(readFileSync(path.join(ROOT, page), 'utf8'), page)).toEqual([]);
});

test('a link to a file or a heading that does not exist is found', () => {
  const text = '# A word\n[a](docs/gone.md) [b](#a-word) [c](#gone) [d](LICENSE) [e](https://example.com)';
  expect(brokenLinks(text, 'README.md')).toEqual(['docs/gone.md', '#gone']);
});

test.each(PAGES)('every path that %s names exists', (page) => {
  const text = readFileSync(path.join(ROOT, page), 'utf8');
  const named = [...text.matchAll(NAMED_PATH)].map(([each]) => each);
  expect(named.filter((each) => !existsSync(path.join(ROOT, each)))).toEqual([]);
});

test('a path from the root is recognized, an import and a pattern are not', () => {
  const text = '`shared/db/` #shared/core/config.ts functions/<resource>/routes.ts tests/aws, x/tests/y';
  expect(text.match(NAMED_PATH)).toEqual(['shared/db/', 'functions/', 'tests/aws']);
});
