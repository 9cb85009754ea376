import type { Answered } from '../../bench/answers/evaluation/platform/chat.ts';
import type { Found } from '../../bench/answers/evaluation/platform/search.ts';
import type { Question } from '../../bench/answers/evaluation/question.ts';
import { drawChart } from '../../bench/answers/evaluation/report/chart.ts';
import { type Run, writePage } from '../../bench/answers/evaluation/report/page.ts';
import {
  compareModes,
  summarizeAnswers,
  summarizeMode,
} from '../../bench/answers/evaluation/report/summary.ts';

let asked = 0;
const question = (expects: Question['expects'], more: Partial<Question> = {}): Question => ({
  id: String((asked += 1)),
  kind: 'fact',
  lang: 'ko',
  split: null,
  question: '?',
  history: [],
  expects,
  places: expects === 'answer' ? [{ document: 'a', quotes: ['x'], grade: 1 }] : [],
  contains: [],
  absent: [],
  ...more,
});
const found = (of: Question, rank: number | null, score: number, totalMs = 1): Found => ({
  question: of,
  ranks: of.places.map(() => rank),
  score,
  tookMs: { total: totalMs, rerank: null },
  roundTripMs: totalMs + 1,
});
const answered = (of: Question, outcome: Answered['outcome'], more: Partial<Answered> = {}): Answered => ({
  question: of,
  content: '',
  outcome,
  isTentative: false,
  verified: [],
  citations: 0,
  roundTripMs: 5,
  ...more,
});

const there = question('answer');
const english = question('answer', { lang: 'en', kind: 'list' });
const missing = question('refusal');

describe('the summary of a mode', () => {
  const summary = summarizeMode(
    'hybrid',
    [found(there, 1, 0.9, 10), found(english, 4, 0.4, 20), found(missing, null, 0.2, 30)],
    0.5,
  );

  test('ranks only the questions that have an answer, by kind and language too', () => {
    expect([summary.all.hit1.value, summary.all.hit5.value, summary.all.mrr.value]).toEqual([0.5, 1, 0.625]);
    expect(summary.all.mrr.count).toBe(2);
    expect(summary.byLanguage.get('en')?.mrr.value).toBe(0.25);
    expect([...summary.byKind.keys()]).toEqual(['fact', 'list']);
  });

  test('says how well the score tells what is not there', () => {
    // Refused: 0.4, which is there, and 0.2, which is not.
    expect(summary.refusals?.precision.value).toBe(0.5);
    expect(summary.refusals?.recall.value).toBe(1);
    expect(summary.refusals?.areaUnderCurve).toBe(1);
    expect(summarizeMode('hybrid', [found(there, 1, 0.9)], 0.5).refusals).toBeNull();
  });

  test('has the times of each stage that was measured', () => {
    expect(summary.times.get('total')).toEqual({ median: 20, p95: 29 });
    expect(summary.times.get('round trip')?.median).toBe(21);
    expect(summary.times.has('rerank')).toBe(false);
  });
});

test('two modes are compared question by question', () => {
  const hybrid = [found(there, 1, 1), found(english, 2, 1), found(missing, null, 1)];
  const lexical = [found(english, 1, 1), found(there, 1, 1), found(missing, null, 1)];
  expect(compareModes(hybrid, lexical)).toMatchObject({ value: -0.25, count: 2 });
});

test('answers are counted by what the question expects', () => {
  const summary = summarizeAnswers([
    answered(there, 'right', { verified: [true, true, false] }),
    answered(english, 'refused'),
    answered(missing, 'refused'),
    answered(question('refusal'), 'wrong', { isTentative: true }),
    answered(question('reply'), 'right'),
    answered(question('reply'), 'refused'),
    answered(question('search'), 'wrong'),
  ]);
  expect(summary.answers).toMatchObject({ right: { value: 0.5, count: 2 }, wrong: 0, refused: 1 });
  expect(summary.unanswerable).toMatchObject({ wrong: 1, refused: 1, tentative: 1 });
  expect([summary.refusals.precision.value, summary.refusals.recall.value]).toEqual([0.5, 0.5]);
  expect([summary.handled.value, summary.searched.value]).toEqual([0.5, 0]);
  expect(summary.verified).toMatchObject({ value: 2 / 3, count: 3 });
});

describe('the page', () => {
  const run: Run = {
    set: 'mine',
    split: 'report',
    documents: 2,
    questions: 4,
    onlyChat: 1,
    embeddingModel: 'a-model@1',
    model: 'builtin/extractive',
    threshold: 0.5,
    modes: [summarizeMode('lexical', [found(there, 1, 0.9), found(missing, null, 0.2)], 0.5)],
    gains: [],
    answers: summarizeAnswers([answered(there, 'right')]),
    date: '2026-11-28',
    machine: '2 × CPU',
    load: 0.25,
    commit: 'abc1234',
    command: 'npm run eval',
  };

  test('says under which conditions what was measured', () => {
    const page = writePage(run, 'mine.svg');
    expect(page).toContain(
      '2026-11-28, 2 × CPU, load average 0.3 before, commit abc1234. Repeat with `npm run eval`.',
    );
    expect(page).toContain('2 documents, 4 questions, the half `report`. Embeddings: `a-model@1`.');
    expect(page).toContain('![MRR@10 by mode](mine.svg)');
    expect(page).toContain('| lexical | 1.000 (1.000 … 1.000) |');
    expect(page).toContain('| answered rightly | 1.000 (1.000 … 1.000), 1 of 1 |');
    expect(page).toContain('| citations verified | – |');
    expect(page).not.toContain('NaN');
  });

  test('leaves out what was not measured', () => {
    const page = writePage({ ...run, modes: [], answers: null, model: null }, 'mine.svg');
    expect(page).not.toContain('##');
  });
});

test('the chart has a bar and an interval per mode, and no number where nothing was measured', () => {
  const bars = [
    { name: 'lexical', estimate: { value: 0.5, low: 0.4, high: 0.6, count: 9 } },
    { name: 'a < b & c', estimate: { value: Number.NaN, low: Number.NaN, high: Number.NaN, count: 0 } },
  ];
  const chart = drawChart('mine', [{ title: 'MRR@10', bars }]);
  expect(chart.match(/<rect /g)).toHaveLength(1);
  expect(chart.match(/class="interval"/g)).toHaveLength(1);
  expect(chart).toContain('a &lt; b &amp; c');
  expect(chart).toContain('prefers-color-scheme:dark');
  expect(chart).not.toContain('NaN');
});
