import { type Client, newTeam, type Team } from '#tests/support/api.ts';
import {
  ask,
  type Citation,
  callsAbout,
  chunksOf,
  expectProved,
  mark,
  newBotPath,
  type Retrieved,
} from '#tests/support/chat.ts';
import { answerText, dataOf, readStream } from '#tests/support/sse.ts';
import { addText } from '#tests/support/upload.ts';

/** Articles long enough to be chunks of their own; each has one sentence that no other has. */
const FACTS = {
  ko: [
    '보증금은 계약한 날부터 열흘 안에 낸다.',
    '보증금의 이자는 연 3%로 계산한다.',
    '보증금은 해지한 날부터 14일 안에 돌려준다.',
    '보증금에서 밀린 요금을 먼저 뺀다.',
  ],
  en: [
    'The deposit is paid within ten days of signing.',
    'Interest on the deposit is 3 percent a year.',
    'The deposit is returned within 14 days of termination.',
    'Unpaid fees are first taken from the deposit.',
  ],
};
const FILLER = {
  ko: '이 조항은 계약 당사자가 서면으로 달리 정하지 아니한 경우에 적용하며 관련 서류는 담당 부서가 보관한다. ',
  en: 'This clause applies unless the parties agree otherwise in writing, and the office in charge keeps the papers. ',
};
const QUESTION = {
  ko: '보증금은 언제 내고 언제 돌려주나요?',
  en: 'When is the deposit paid and when is it returned?',
};

/** One section of several chunks. */
function contract(lang: 'ko' | 'en', filler = 14): string {
  const title = lang === 'ko' ? '# 보증금' : '# Deposit';
  return [title, ...FACTS[lang].map((fact) => `${fact} ${FILLER[lang].repeat(filler)}`)].join('\n\n');
}

type Seen = { text: string; citations: Citation[]; retrieved: Retrieved[]; prompt: string };

async function askWithPrompt(team: Team, question: string, model: string): Promise<Seen> {
  const name = `Bot ${mark()}`;
  const events = await readStream(team.owner, await newBotPath(team, { name, model }), { message: question });
  const [retrieval] = dataOf<{ chunks: Retrieved[] }>(events, 'retrieval');
  const [call] = await callsAbout(name);
  return {
    text: answerText(events),
    citations: dataOf<Citation>(events, 'citation'),
    retrieved: retrieval?.chunks ?? [],
    prompt: JSON.stringify(call?.body ?? null),
  };
}

const allChunks = (owner: Client, team: Team, id: string) => chunksOf(owner, team.path, [id]);

describe.each(['ko', 'en'] as const)('neighbours in a document, in %s', (lang) => {
  let team: Team;
  let chunks: Awaited<ReturnType<typeof allChunks>>;

  beforeAll(async () => {
    team = await newTeam();
    const { id } = await addText(team.owner, team.path, contract(lang), { title: 'contract.md' });
    chunks = await allChunks(team.owner, team, id);
  });

  test.each(['openai/gpt-stub', 'anthropic/claude-stub'])(
    'are one passage for %s, and each citation names the chunk of its quote',
    async (model) => {
      expect(chunks.size).toBeGreaterThan(2);
      const { text, citations, retrieved } = await askWithPrompt(team, QUESTION[lang], model);
      const first = retrieved.filter(({ index }) => index === 1);
      expect(first.length).toBeGreaterThan(1);
      expect(new Set(first.map(({ chunk_id }) => chunk_id)).size).toBe(first.length);
      expect(citations.length).toBeGreaterThan(0);
      expectProved({ text, citations, retrieved }, chunks);
    },
  );

  test('stay apart for the built-in model, which quotes sentences', async () => {
    const { text, citations, retrieved } = await askWithPrompt(team, QUESTION[lang], 'builtin/extractive');
    expect(retrieved.map(({ index }) => index)).toEqual(retrieved.map((_, at) => at + 1));
    expectProved({ text, citations, retrieved }, chunks);
  });

  test('are written into the prompt once, though chunks repeat sentences of each other', async () => {
    const { prompt, retrieved } = await askWithPrompt(team, QUESTION[lang], 'openai/gpt-stub');
    for (const fact of FACTS[lang]) expect(prompt.split(fact).length - 1).toBeLessThanOrEqual(1);
    expect(prompt.split('<passage number=').length - 1).toBe(
      new Set(retrieved.map(({ index }) => index)).size,
    );
  });
});

test('a passage that ends in the middle of its section gets the next chunk, which may be cited', async () => {
  const team = await newTeam();
  const { id } = await addText(
    team.owner,
    team.path,
    `# Zwiebelturm\n\nThe zwiebelturm opens at nine. ${FILLER.en.repeat(14)}\n\nOn Mondays the gate stays shut. ${FILLER.en.repeat(12)}`,
    { title: 'tower.md' },
  );
  const chunks = await allChunks(team.owner, team, id);
  const bot = { retrieval: { mode: 'lexical', top_k: 1 } };
  const path = await newBotPath(team, bot);
  const events = await readStream(team.owner, path, { message: 'When does the zwiebelturm open?' });
  const [retrieval] = dataOf<{ chunks: Retrieved[] }>(events, 'retrieval');
  expect(retrieval?.chunks.length).toBeGreaterThan(1);
  expect(new Set(retrieval?.chunks.map(({ index }) => index))).toEqual(new Set([1]));
  expect(chunks.get(retrieval?.chunks[0]?.chunk_id ?? '')?.text).toContain('zwiebelturm');
});

test('a long document leaves places to others that are relevant', async () => {
  const team = await newTeam();
  const chapters = Array.from(
    { length: 14 },
    (_, i) =>
      `# Chapter ${i}\n\nThe harbour fee for boats of class ${i} is ${i + 10} euros. ${FILLER.en.repeat(12)}`,
  );
  const { id } = await addText(team.owner, team.path, chapters.join('\n\n'), { title: 'tariff.md' });
  for (const place of ['north', 'south', 'west']) {
    await addText(team.owner, team.path, `At the ${place} quay the harbour fee for boats is waived.`, {
      title: `${place}.md`,
    });
  }
  const path = await newBotPath(team);
  const events = await readStream(team.owner, path, { message: 'What is the harbour fee for boats?' });
  const [retrieval] = dataOf<{ chunks: Retrieved[] }>(events, 'retrieval');
  const documents = new Set(retrieval?.chunks.map(({ document_id }) => document_id));
  expect(documents.size).toBe(4);
  const alone = await newTeam();
  await addText(alone.owner, alone.path, chapters.join('\n\n'), { title: 'tariff.md' });
  const answer = await ask(alone.owner, await newBotPath(alone), 'What is the harbour fee for boats?');
  expect(answer.message.finish_reason).toBe('stop');
  expect(documents).toContain(id);
});

test('a chunk of a deleted document is never added to a passage', async () => {
  const team = await newTeam();
  const { id } = await addText(team.owner, team.path, contract('en'), { title: 'old.md' });
  await addText(team.owner, team.path, contract('en', 13), { title: 'new.md' });
  await team.owner.delete(`${team.path}/documents/${id}`);
  const { retrieved } = await askWithPrompt(team, QUESTION.en, 'openai/gpt-stub');
  expect(retrieved.length).toBeGreaterThan(1);
  expect(retrieved.map(({ document_id }) => document_id)).not.toContain(id);
});

test('search does not join neighbours', async () => {
  const team = await newTeam();
  const { id } = await addText(team.owner, team.path, contract('en'), { title: 'contract.md' });
  const chunks = await allChunks(team.owner, team, id);
  const { body } = await team.owner.post<{ data: { chunk_id: string; text: string }[] }>(
    `${team.path}/search`,
    { query: QUESTION.en },
  );
  for (const { chunk_id, text } of body.data) expect(chunks.get(chunk_id)?.text).toBe(text);
});
