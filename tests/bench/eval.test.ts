import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from '#local/platform/options.ts';
import { SCOPES } from '#shared/core/roles.ts';
import { newKey, newTeam, succeeded } from '#tests/support/api.ts';
import { platform } from '#tests/support/platform.ts';
import { temporaryDirectory } from '#tests/support/temporary.ts';

const run = promisify(execFile);
const evaluate = (...args: string[]) =>
  run(process.execPath, ['bench/answers/eval.ts', ...args], { cwd: ROOT });

const CONTEXTS = {
  도서실: '누비봄 도서실은 아침 아홉 시에 열고 저녁 일곱 시에 닫는다. 한 사람이 책 다섯 권을 빌린다.',
  'Boat house':
    'The boat house of Oakline rents canoes from May to September. A canoe costs 12 euros an hour.',
};
const QUESTIONS = [
  { title: '도서실', id: 'k1', question: '도서실에서 책을 몇 권 빌릴 수 있나요?', answer: '다섯 권' },
  { title: '도서실', id: 'k2', question: '도서실은 아침 몇 시에 여나요?', answer: '아홉 시' },
  { title: 'Boat house', id: 'e1', question: 'How much does a canoe cost an hour?', answer: '12 euros' },
];

/** A file in the format of SQuAD. */
function writeSquad(folder: string): string {
  const data = Object.entries(CONTEXTS).map(([title, context]) => {
    const asked = QUESTIONS.filter((question) => question.title === title);
    const qas = asked.map(({ id, question, answer }) => ({ id, question, answers: [{ text: answer }] }));
    return { title, paragraphs: [{ context, qas }] };
  });
  const file = path.join(folder, 'mine.json');
  writeFileSync(file, JSON.stringify({ data }));
  return file;
}

describe('npm run eval', () => {
  test('measures a set on a running platform and leaves nothing there', async () => {
    const { url } = await platform();
    const team = await newTeam();
    const { key } = await newKey(team, [...SCOPES]);
    const folder = temporaryDirectory('eval');
    const details = path.join(folder, 'details.jsonl');
    const there = ['--url', url, '--key', key];
    const files = ['--out', folder, '--details', details];
    const { stdout } = await evaluate('--set', writeSquad(folder), ...there, ...files, '--answers');

    const page = readFileSync(path.join(folder, 'mine.md'), 'utf8');
    expect(stdout).toContain(page);
    expect(page).toContain('2 documents, 3 questions. Embeddings: `builtin/hashing');
    for (const mode of ['lexical', 'vector', 'hybrid']) expect(page).toContain(`| ${mode} | 1.000 (`);
    expect(page).not.toContain(key);
    expect(readFileSync(path.join(folder, 'mine.svg'), 'utf8')).toContain('</svg>');

    const rows = readFileSync(details, 'utf8').trimEnd().split('\n');
    expect(rows.map((row) => (JSON.parse(row) as { id: string }).id)).toEqual(['k1', 'k2', 'e1']);
    expect(rows.map((row) => JSON.parse(row) as object)).toEqual(
      QUESTIONS.map(() =>
        expect.objectContaining({ hybrid: { ranks: [1], score: expect.any(Number) as number } }),
      ),
    );

    const list = async (what: string) =>
      succeeded(await team.owner.get<{ data: { name: string }[] }>(`${team.path}/${what}`)).data;
    expect((await list('collections')).map(({ name }) => name)).toEqual(['default']);
    expect(await list('documents')).toEqual([]);
    expect(await list('bots')).toEqual([]);
  }, 60_000);

  test('ends with a sentence when the set is wrong, and has help', async () => {
    await expect(evaluate('--set', '/nowhere')).rejects.toMatchObject({
      code: 1,
      stderr: '\nThere is no /nowhere.\n',
    });
    expect((await evaluate('--help')).stdout).toContain('npm run eval [-- options]');
  });
});
