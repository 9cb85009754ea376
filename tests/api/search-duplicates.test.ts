import { newTeam, succeeded, type Team } from '#tests/support/api.ts';
import { ask, callsAbout, mark, newBotPath } from '#tests/support/chat.ts';
import { addText } from '#tests/support/upload.ts';

type Place = { document_id: string; title: string; filename: string; page: number | null };
type Hit = { document_id: string; filename: string; text: string; score: number; also_in: Place[] };

const SETS = {
  ko: {
    question: '연차휴가는 며칠인가요?',
    copy: (i: number) =>
      `취업규칙 제4장 휴가. 직원의 연차휴가는 15일이다. 휴가는 사흘 전까지 팀장에게 신청하고, 쓰지 못한 휴가는 다음 해 삼월 말까지 쓸 수 있다. 담당자는 휴가 대장에 신청과 승인을 적고, 대장은 인사팀이 보관한다. 담당: ${PEOPLE[i % PEOPLE.length]}`,
    version: (i: number) =>
      `${1990 + i}년 취업규칙. 직원의 연차휴가는 15일이다. 휴가는 사흘 전까지 팀장에게 신청하고, 쓰지 못한 휴가는 다음 해 삼월 말까지 쓸 수 있다.`,
    amendment: '개정 공고. 2026년 7월부터 연차휴가는 20일로 늘어난다.',
    figure: '20일',
  },
  en: {
    question: 'How many days of annual leave do employees get?',
    copy: (i: number) =>
      `Work rules, chapter four. Employees get 15 days of annual leave a year. Leave is asked for three days ahead from the team lead, and what is left over may be taken until the end of the following March. The office keeps a register of requests and approvals in which each lead signs. Contact: ${PEOPLE[i % PEOPLE.length]}`,
    version: (i: number) =>
      `Work rules of ${1990 + i}. Employees get 15 days of annual leave a year. Leave is asked for three days ahead, and what is left over may be taken until the end of March.`,
    amendment: 'Notice of amendment. From July 2026 on employees get 20 days of annual leave.',
    figure: '20 days',
  },
};
const PEOPLE = [
  '김하나',
  '이두리',
  '박세찬',
  '최네온',
  '정다솜',
  '강여울',
  '조일곱',
  '윤여덟',
  '장아홉',
  '임열매',
];

/** Ids of documents. */
type Library = { team: Team; older: string[]; newest: string; amendment: string };

/** A team with the texts, the last one newer than the others, and the amendment, which is older than all. */
async function newLibrary(texts: string[], amendment: string): Promise<Library> {
  const team = await newTeam();
  const add = (text: string, title: string) => addText(team.owner, team.path, text, { title });
  const { id } = await add(amendment, 'amendment.md');
  const older = await Promise.all(texts.slice(0, -1).map((text, i) => add(text, `rules-${i}.md`)));
  const newest = await add(texts.at(-1) ?? '', 'rules-now.md');
  return { team, older: older.map((document) => document.id), newest: newest.id, amendment: id };
}

async function search({ owner, path }: Team, query: string, more: object = {}): Promise<Hit[]> {
  return succeeded(await owner.post<{ data: Hit[] }>(`${path}/search`, { query, ...more })).data;
}

/** The request in which a bot's model got the question and its passages. */
async function promptFor(team: Team, question: string): Promise<string> {
  const name = `Bot ${mark()}`;
  await ask(team.owner, await newBotPath(team, { name }), question);
  const [call] = await callsAbout(name);
  return JSON.stringify(call?.body ?? null);
}

function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}

describe.each([
  ['ko', 10],
  ['ko', 30],
  ['en', 10],
  ['en', 30],
] as const)('in %s, %i nearly equal copies', (lang, count) => {
  const { question, copy, amendment, figure } = SETS[lang];
  let library: Library;

  beforeAll(async () => {
    library = await newLibrary(
      numbers(count).map((i) => copy(i)),
      amendment,
    );
  });

  test.each(['hybrid', 'lexical'])(
    'are one hit of a %s search, the newest, and the others are named',
    async (mode) => {
      const hits = await search(library.team, question, { mode });
      expect(hits.map(({ document_id }) => document_id)).toContain(library.amendment);
      expect(hits).toHaveLength(2);
      const kept = hits.find(({ document_id }) => document_id !== library.amendment);
      expect(kept?.document_id).toBe(library.newest);
      expect(kept?.also_in.map(({ document_id }) => document_id).toSorted()).toEqual(
        library.older.toSorted(),
      );
    },
  );

  test('leave the amendment its place in what a model reads', async () => {
    expect(await promptFor(library.team, question)).toContain(figure);
  });
});

describe.each(['ko', 'en'] as const)('in %s, thirty versions of one text with other years', (lang) => {
  const { question, version, amendment, figure } = SETS[lang];
  let library: Library;

  beforeAll(async () => {
    library = await newLibrary(
      numbers(30).map((i) => version(i)),
      amendment,
    );
  });

  test('leave places in the list to the amendment', async () => {
    const hits = await search(library.team, question);
    expect(hits).toHaveLength(8);
    expect(hits.map(({ document_id }) => document_id)).toContain(library.amendment);
    const scores = hits.map(({ score }) => score);
    expect(scores).toEqual(scores.toSorted((a, b) => b - a));
  });

  test('and in what a model reads', async () => {
    expect(await promptFor(library.team, question)).toContain(figure);
  });

  test('and the version of a year that is asked for comes first', async () => {
    const year =
      lang === 'ko'
        ? '2003년 취업규칙에서 연차휴가는 며칠인가요?'
        : 'Annual leave in the work rules of 2003?';
    const [best] = await search(library.team, year);
    expect(best?.text).toContain('2003');
  });
});

test.each(['hybrid', 'vector', 'lexical'])(
  'a text that a document repeats a hundred times hides nothing from a %s search',
  async (mode) => {
    const team = await newTeam();
    const { copy, question, amendment } = SETS.ko;
    const chapters = numbers(120).map(() => `# 안내\n\n${copy(0)} ${copy(0)}`);
    await addText(team.owner, team.path, chapters.join('\n\n'), { title: 'binder.md' });
    await addText(team.owner, team.path, amendment, { title: 'amendment.md' });
    const hits = await search(team, question, { mode });
    expect(hits.map(({ filename }) => filename)).toContain('amendment.md');
    expect(hits.find(({ filename }) => filename === 'binder.md')?.also_in.length).toBeGreaterThan(50);
  },
);
