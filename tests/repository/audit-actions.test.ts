import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';

const ROOT = path.join(import.meta.dirname, '../..');

/** What follows `action:` or `action =` up to the end of the expression, in which each quoted action counts. */
const NAMED = /\baction(?::| =)([^,;{}]*)/g;
const QUOTED = /'([a-z_]+\.[a-z_]+)'/g;

function actionsIn(file: string): string[] {
  const source = readFileSync(file, 'utf8');
  if (!source.includes('db/audit-log.ts') && !source.includes("'./audit-log.ts'")) return [];
  return [...source.matchAll(NAMED)].flatMap(([, text = '']) =>
    [...text.matchAll(QUOTED)].map(([, action = '']) => action),
  );
}

test('docs/audit.md lists every action of the code, and no other', () => {
  const files = globSync(['functions/**/*.ts', 'shared/**/*.ts'], { cwd: ROOT })
    .filter((file) => !file.endsWith('.test.ts'))
    .map((file) => path.join(ROOT, file));
  const inCode = new Set(files.flatMap(actionsIn));
  const page = readFileSync(path.join(ROOT, 'docs/audit.md'), 'utf8');
  const listed = [...page.matchAll(/^\| `([a-z_]+\.[a-z_]+)` \|/gm)].map(([, action = '']) => action);
  expect(inCode.size).toBeGreaterThan(40);
  expect(listed.toSorted()).toEqual([...inCode].toSorted());
});
