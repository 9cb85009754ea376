import { LESSONS, type Lesson, type Result } from './check.ts';

const SIGNS = { ok: '✓', failed: '✗', skipped: '–' } as const;

/** The lessons that failures refer to, in order. */
export function lessonsOf(results: Result[]): Lesson[] {
  const named = results.flatMap(({ state, lesson }) => (state === 'failed' && lesson ? [lesson] : []));
  return [...new Set(named)].sort((a, b) => a - b);
}

/** The report as text: a line per check, what to do below each failure, and the lessons in full at the end. */
export function table(title: string, results: Result[]): string {
  const width = Math.max(...results.map(({ name }) => name.length));
  const groups = [...new Set(results.map(({ group }) => group))];
  const lines = groups.flatMap((group) => [
    '',
    group,
    ...results.filter((result) => result.group === group).flatMap((result) => rows(result, width)),
  ]);
  const failures = results.filter(({ state }) => state === 'failed').length;
  const skips = results.filter(({ state }) => state === 'skipped').length;
  const summary = `${results.length} checks, ${failures} failed, ${skips} skipped`;
  const lessons = lessonsOf(results).map((lesson) => `Lesson ${lesson} applies: ${LESSONS[lesson]}`);
  return [title, ...lines, '', summary, ...lessons].join('\n');
}

function rows({ name, state, detail, next, lesson }: Result, width: number): string[] {
  const line = `  ${SIGNS[state]} ${name.padEnd(width)}  ${detail}`;
  const applies = lesson ? ` (lesson ${lesson})` : '';
  return next === undefined ? [line] : [line, `    → ${next}${applies}`];
}
