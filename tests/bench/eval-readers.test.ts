import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { temporaryDirectory } from '#tests/support/temporary.ts';
import { readBeir } from '../../bench/answers/evaluation/sets/beir.ts';
import { readMessages, readQuestions } from '../../bench/answers/evaluation/sets/jsonl.ts';
import { readSet } from '../../bench/answers/evaluation/sets/read-set.ts';
import { chooseQuestions } from '../../bench/answers/evaluation/sets/sample.ts';
import { readSquad } from '../../bench/answers/evaluation/sets/squad.ts';

const toLines = (...lines: unknown[]) => lines.map((line) => `${JSON.stringify(line)}\n`).join('');

/** Writes files into a new folder; `content` has their names. */
function writeFolder(content: Record<string, string>): string {
  const folder = temporaryDirectory('set');
  for (const [name, text] of Object.entries(content)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  }
  return folder;
}

describe('questions in JSONL', () => {
  test('a question alone is enough; its id is the line, its language that of its letters', () => {
    const [one, two] = readQuestions(
      toLines({ question: '난방은 언제 켜나요?' }, { question: 'When?' }),
      'q.jsonl',
    );
    expect(one).toEqual({
      id: '1',
      kind: 'question',
      lang: 'ko',
      split: null,
      question: '난방은 언제 켜나요?',
      history: [],
      expects: 'answer',
      places: [],
      contains: [],
      absent: [],
    });
    expect(two).toMatchObject({ id: '2', lang: 'en' });
  });

  test('`document`, `quote` and `also` become places, in the normal form of macOS too', () => {
    const document = '난방.md'.normalize('NFD');
    const also = [{ document: 'b.md', quote: 'May' }];
    const [question] = readQuestions(toLines({ question: '?', document, quote: '10월', also }), 'q.jsonl');
    expect(question?.places).toEqual([
      { document: '난방.md'.normalize('NFC'), quotes: ['10월'], grade: 1 },
      { document: 'b.md', quotes: ['May'], grade: 1 },
    ]);
  });

  test('`refuse`, `smalltalk` and `meta` say what is right', () => {
    const lines = toLines(
      { question: '?', refuse: true },
      { question: '?', smalltalk: true, document: null, quote: null },
      { question: '?', meta: true },
    );
    expect(readQuestions(lines, 'q.jsonl').map(({ expects }) => expects)).toEqual([
      'refusal',
      'reply',
      'reply',
    ]);
  });

  test('messages need no passage, but for those that are questions', () => {
    const lines = toLines(
      { message: '반가워요', expected: 'smalltalk' },
      { message: 'hi, when do you open?', expected: 'question' },
    );
    expect(readMessages(lines, 's.jsonl').map(({ expects }) => expects)).toEqual(['reply', 'search']);
  });

  test.each([
    ['no JSON', '{"question": "a"}\n\n{nope', 'q.jsonl, line 3: not a JSON object.'],
    ['an unknown half', '{"question": "a", "split": "test"}', 'q.jsonl, line 1: split: '],
    ['no question', '{"document": "a.md"}', 'q.jsonl, line 1: question: '],
  ])('%s is told with its line', (_what, text, message) => {
    expect(() => readQuestions(text, 'q.jsonl')).toThrow(message);
  });
});

describe('BEIR', () => {
  const corpus = toLines(
    { _id: 'd1', title: '난방', text: '난방은 10월 15일에 켠다.' },
    { _id: 'd2', title: '', text: 'The heating is turned off in May.' },
  );
  const queries = toLines({ _id: 'q1', text: '난방 시작일' }, { _id: 'q2', text: 'heating off' });

  test('passages become documents, judgements graded places', () => {
    const qrels = 'query-id\tcorpus-id\tscore\nq1\td1\t2\nq1\td2\t1\nq2\td2\t1\n';
    const set = readBeir('mine', { corpus, queries, qrels });
    expect(set.documents).toEqual([
      { id: 'd1', title: '난방', text: '난방은 10월 15일에 켠다.' },
      { id: 'd2', title: 'd2', text: 'The heating is turned off in May.' },
    ]);
    expect(set.questions.map(({ id, lang, places }) => ({ id, lang, places }))).toEqual([
      {
        id: 'q1',
        lang: 'ko',
        places: [
          { document: 'd1', quotes: [], grade: 2 },
          { document: 'd2', quotes: [], grade: 1 },
        ],
      },
      { id: 'q2', lang: 'en', places: [{ document: 'd2', quotes: [], grade: 1 }] },
    ]);
  });

  test('queries without a judgement above 0 are left out; TREC’s four columns are read', () => {
    const { questions } = readBeir('mine', { corpus, queries, qrels: 'q1 0 d1 0\nq2 0 d2 1\n' });
    expect(questions.map(({ id }) => id)).toEqual(['q2']);
  });

  test('a line that is no judgement is told', () => {
    expect(() => readBeir('mine', { corpus, queries, qrels: 'q1\td1\t1\nq2\td2\tyes\n' })).toThrow(
      'qrels, line 2: not a judgement.',
    );
  });
});

describe('SQuAD and KorQuAD', () => {
  const context = '누비봄 도서실은 오전 아홉 시에 연다. 점심에는 닫는다.';
  const article = (qas: object[], text = context) => ({
    title: '도서실',
    paragraphs: [{ context: text, qas }],
  });
  const asked = {
    id: 'a',
    question: '도서실은 몇 시에 여나요?',
    answers: [
      { text: '아홉 시', answer_start: 13 },
      { text: '오전 아홉 시', answer_start: 10 },
      { text: '아홉 시', answer_start: 13 },
    ],
  };

  test('a paragraph is one document, the answers are a choice', () => {
    const data = [article([asked]), article([{ ...asked, id: 'b' }])];
    const set = readSquad('mine', JSON.stringify({ version: 'x', data }));
    expect(set.documents).toEqual([{ id: '1', title: '도서실', text: context }]);
    expect(set.questions.map(({ id, places, contains }) => ({ id, places, contains }))).toEqual(
      ['a', 'b'].map((id) => ({
        id,
        places: [{ document: '1', quotes: ['아홉 시', '오전 아홉 시'], grade: 1 }],
        contains: [['아홉 시', '오전 아홉 시']],
      })),
    );
  });

  test('an impossible question of SQuAD 2.0 is to be refused', () => {
    const qas = [{ id: 'c', question: '주차비는?', answers: [], is_impossible: true }];
    const [question] = readSquad('mine', JSON.stringify({ data: [article(qas)] })).questions;
    expect(question).toMatchObject({ expects: 'refusal', places: [], contains: [] });
  });

  test('a file of another shape is told', () => {
    expect(() => readSquad('mine.json', '{"data": [{"title": "x"}]}')).toThrow(/mine\.json: .*paragraphs/s);
  });
});

describe('the set at a path', () => {
  const questions = toLines({ question: '난방은?', document: '난방.md', quote: '10월 15일' });

  test('a folder with questions.jsonl has its documents beside it, and messages if there are any', () => {
    const folder = writeFolder({
      'questions.jsonl': questions,
      'smalltalk.jsonl': toLines({ message: 'hi', expected: 'smalltalk' }),
      'documents/난방.md': '난방은 10월 15일에 켠다.',
    });
    const set = readSet(folder);
    expect(set.documents).toEqual([
      { id: '난방.md', title: '난방.md', file: path.join(folder, 'documents/난방.md') },
    ]);
    expect(set.questions.map(({ kind }) => kind)).toEqual(['question', 'message_smalltalk']);
    expect(readSet(path.join(folder, 'questions.jsonl')).questions).toHaveLength(2);
  });

  test('a question about a document that is not there is told', () => {
    const folder = writeFolder({ 'questions.jsonl': questions, 'documents/other.md': 'x' });
    expect(() => readSet(folder)).toThrow('Question 1: documents/ holds no 난방.md.');
  });

  test('a BEIR folder is read with the judgements of its test half', () => {
    const folder = writeFolder({
      'corpus.jsonl': toLines({ _id: 'd1', text: 'a' }, { _id: 'd2', text: 'b' }),
      'queries.jsonl': toLines({ _id: 'q', text: 'a?' }),
      'qrels/train.tsv': 'q\td2\t1\n',
      'qrels/test.tsv': 'q\td1\t1\n',
    });
    expect(readSet(folder).questions[0]?.places).toEqual([{ document: 'd1', quotes: [], grade: 1 }]);
  });

  test('a path that is nothing of this is told', () => {
    expect(() => readSet('/nowhere/at/all')).toThrow('There is no /nowhere/at/all.');
    expect(() => readSet(writeFolder({ 'notes.txt': '' }))).toThrow(
      'neither questions.jsonl nor corpus.jsonl',
    );
  });

  test('the set that ships is read whole', () => {
    const { documents, questions } = readSet('bench/answers');
    expect(documents.length).toBeGreaterThanOrEqual(15);
    expect(questions.length).toBeGreaterThanOrEqual(400);
  });
});

describe('the questions that are asked', () => {
  const made = (count: number, split: 'tune' | 'report' | null) =>
    readQuestions(
      toLines(...Array.from({ length: count }, (_, at) => ({ id: `${split}-${at}`, question: '?', split }))),
      'q',
    );

  test('are those of a half; messages without a half are only counted', () => {
    const questions = [...made(2, 'tune'), ...made(3, 'report'), ...made(1, null)];
    const count = (split: 'tune' | 'report' | 'all') =>
      chooseQuestions(questions, { split, limit: null }).length;
    expect([count('tune'), count('report'), count('all')]).toEqual([2, 4, 6]);
  });

  test('a limit takes them at even distances', () => {
    const chosen = chooseQuestions(made(10, 'tune'), { split: 'tune', limit: 4 });
    expect(chosen.map(({ id }) => id)).toEqual(['tune-0', 'tune-2', 'tune-5', 'tune-7']);
  });
});
