import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** What the security papers promise must be there: each test file, setting, parameter, command and route. */
const ROOT = path.join(import.meta.dirname, '../..');
const read = (file: string) => readFileSync(path.join(ROOT, file), 'utf8');
const QUESTIONNAIRE = 'docs/security-questionnaire.md';
const PAPERS = ['SECURITY.md', QUESTIONNAIRE, 'docs/threat-model.md', 'docs/company-rules.md'];

const namesIn = (text: string, pattern: RegExp) => [...new Set(text.match(pattern) ?? [])];
/** Code and templates, without tests and papers. */
const SOURCES = execFileSync('git', ['ls-files', 'shared', 'functions', 'infra', 'serverless.yml'], {
  cwd: ROOT,
  encoding: 'utf8',
})
  .split('\n')
  .filter(
    (file) => /\.(ts|yml|cjs)$/.test(file) && !file.endsWith('.test.ts') && existsSync(path.join(ROOT, file)),
  )
  .map(read)
  .join('\n');

describe.each(PAPERS)('%s', (paper) => {
  const text = read(paper);

  test('names test files that exist', () => {
    const files = namesIn(text, /[\w./-]+\.test\.ts/g);
    expect(files.filter((file) => !existsSync(path.join(ROOT, file)))).toEqual([]);
  });

  test('names settings and fields that the code has', () => {
    const settings = namesIn(text, /(?<=`)[A-Z][A-Z_]{3,}(?=`)/g);
    const fields = namesIn(text, /(?<=`)[a-z]+(?:_[a-z]+)+(?=[`:])/g);
    const parameters = namesIn(text, /(?<=`)[a-z]+[A-Z][A-Za-z]+(?=: )/g);
    for (const name of [...settings, ...fields, ...parameters])
      expect([name, new RegExp(`\\b${name}\\b`).test(SOURCES)]).toEqual([name, true]);
  });

  test('names routes that the reference has', () => {
    const { paths } = JSON.parse(read('openapi.json')) as { paths: object };
    const known = Object.keys(paths);
    const named = namesIn(text, /(?<=(?:GET|POST|PUT|PATCH|DELETE) )(?:\/v1|…)\/[\w{}/.-]+/g);
    for (const route of named)
      expect([route, known.some((each) => each.endsWith(route.replace('…', '')))]).toEqual([route, true]);
  });
});

describe('the questionnaire', () => {
  const text = read(QUESTIONNAIRE);
  const rows = [...text.matchAll(/^\| (\d+) \| .+ \| \*\*(Yes|Partly|No)\*\*/gm)];

  test('has 17 answers, and says itself how many are a plain yes', () => {
    expect(rows.map(([, number]) => Number(number))).toEqual(
      Array.from({ length: 17 }, (_, index) => index + 1),
    );
    const yes = rows.filter(([, , answer]) => answer === 'Yes').length;
    expect(yes).toBeGreaterThanOrEqual(14);
    expect(text).toContain(yes === 14 ? 'Fourteen plain yes' : `${yes} plain yes`);
  });

  test('has a section for each answer, which begins with it, and a test or setting for each yes', () => {
    const sections = text.split(/^## /m).slice(1);
    expect(sections).toHaveLength(17);
    for (const [, number = '', answer = ''] of rows) {
      const section = sections[Number(number) - 1] ?? '';
      expect(section).toMatch(new RegExp(`^${number}\\. .+\\n\\n${answer}\\b`));
      if (answer === 'Yes') expect(section).toMatch(/\.test\.ts`/);
    }
  });
});

test('the picture of the threat model loads nothing and runs nothing', () => {
  const svg = read('docs/images/threat-model.svg');
  expect(svg).toMatch(/^<svg [^>]*viewBox=/);
  expect(svg).not.toMatch(/<script|\son\w+=|href=|url\((?!#)/);
});
