import type { Estimate } from '../metrics/statistics.ts';
import type { AnswerSummary, ModeSummary, Ranking } from './summary.ts';

/** What a run measured, and under which conditions. */
export type Run = {
  set: string;
  split: string;
  documents: number;
  questions: number;
  /** Questions that search cannot be asked: with earlier turns, or without any passage. */
  onlyChat: number;
  embeddingModel: string;
  /** The model that answered, null when none was asked. */
  model: string | null;
  threshold: number;
  modes: ModeSummary[];
  /** How much higher hybrid's reciprocal rank is than each leg's. */
  gains: { over: string; gain: Estimate }[];
  answers: AnswerSummary | null;
  date: string;
  machine: string;
  /** Load average of the minute before. */
  load: number;
  commit: string;
  /** How to repeat it. */
  command: string;
};

const MEASURES = [
  ['hit1', 'hit@1'],
  ['hit3', 'hit@3'],
  ['hit5', 'hit@5'],
  ['hit10', 'hit@10'],
  ['mrr', 'MRR@10'],
  ['ndcg', 'nDCG@10'],
] as const;

/** `took_ms` of the search, and the time until the answer was there. */
const STAGES = ['embed', 'vector', 'lexical', 'rerank', 'total', 'round trip'];

/** Writes a run as a page in Markdown. @param chart name of the chart's file, beside the page */
export function writePage(run: Run, chart: string): string {
  const { set, split, documents, questions, embeddingModel, model, date, machine, load, commit, command } =
    run;
  const half = split === 'all' ? '' : `, the half \`${split}\``;
  return [
    `# Answers, measured: ${set}`,
    `${date}, ${machine}, load average ${load.toFixed(1)} before, commit ${commit}. Repeat with \`${command}\`.`,
    `${documents} documents, ${questions} questions${half}. Embeddings: \`${embeddingModel}\`.${model ? ` Answers: \`${model}\`.` : ''}`,
    'In brackets: the 95 % interval of a bootstrap over the questions.',
    `![MRR@10 by mode](${chart})`,
    ...(run.modes.length > 0 ? searchSections(run) : []),
    ...(run.answers ? answerSections(run.answers) : []),
    '',
  ].join('\n\n');
}

function searchSections(run: Run): string[] {
  const { modes, gains, onlyChat, threshold } = run;
  const [first] = modes;
  const asked = first?.all.mrr.count ?? 0;
  const note = `${asked} questions have an answer. ${onlyChat} more are only for chat: they have earlier turns, or need no passage.`;
  const overall = table(
    ['mode', ...MEASURES.map(([, title]) => title)],
    modes.map(({ mode, all }) => [mode, ...MEASURES.map(([key]) => interval(all[key]))]),
  );
  const gained = gains.map(
    ({ over, gain }) => `- MRR@10 of hybrid minus ${over}, question by question: ${interval(gain)}`,
  );
  return [
    '## Is the right passage found?',
    note,
    overall,
    ...(gained.length > 0 ? [gained.join('\n')] : []),
    rankingTable('language', modes, (mode) => mode.byLanguage),
    rankingTable('kind', modes, (mode) => mode.byKind),
    ...refusalSection(modes, threshold),
    '## Milliseconds: median / 95th percentile',
    timesTable(modes),
  ];
}

function rankingTable(
  title: string,
  modes: ModeSummary[],
  groupsOf: (mode: ModeSummary) => Map<string, Ranking>,
): string {
  const names = [...(modes[0] ? groupsOf(modes[0]).keys() : [])];
  const rows = names.map((name) => {
    const of = modes.map((mode) => groupsOf(mode).get(name));
    const shown = of.flatMap((ranking) => [decimal(ranking?.hit3.value), decimal(ranking?.mrr.value)]);
    return [name, String(of[0]?.mrr.count ?? 0), ...shown];
  });
  const columns = modes.flatMap(({ mode }) => [`${mode} hit@3`, `${mode} MRR@10`]);
  return table([title, 'questions', ...columns], rows);
}

function refusalSection(modes: ModeSummary[], threshold: number): string[] {
  const rows = modes.flatMap(({ mode, refusals }) => {
    if (!refusals) return [];
    const { precision, recall, areaUnderCurve } = refusals;
    return [[mode, interval(precision), interval(recall), decimal(areaUnderCurve)]];
  });
  if (rows.length === 0) return [];
  return [
    '## Does the score tell what is not there?',
    `Refused: the first hit scores below ${threshold}. The last column is the share of pairs, one question with and one without an answer, that the score orders rightly.`,
    table(['mode', 'refusal precision', 'refusal recall', 'area under the curve'], rows),
  ];
}

function timesTable(modes: ModeSummary[]): string {
  const stages = STAGES.filter((stage) => modes.some(({ times }) => times.has(stage)));
  const rows = modes.map(({ mode, times }) => [
    mode,
    ...stages.map((stage) => {
      const taken = times.get(stage);
      return taken ? `${taken.median.toFixed(1)} / ${taken.p95.toFixed(1)}` : '–';
    }),
  ]);
  return table(['mode', ...stages], rows);
}

function answerSections(answers: AnswerSummary): string[] {
  const { refusals, unanswerable, handled, searched, verified, times } = answers;
  const facts: [string, string][] = [
    ['answered rightly', ofCount(answers.answers.right)],
    ['of these questions: wrong, refused', `${answers.answers.wrong}, ${answers.answers.refused}`],
    ['answers that say that they may be wrong', String(answers.answers.tentative)],
    ['refusal precision', ofCount(refusals.precision)],
    ['refusal recall', ofCount(refusals.recall)],
    [
      'not in the documents: invented, as “perhaps”',
      `${unanswerable.wrong - unanswerable.tentative}, ${unanswerable.tentative}`,
    ],
    ['small talk handled', ofCount(handled)],
    ['friendly questions searched', ofCount(searched)],
    ['citations verified', ofCount(verified)],
    ['milliseconds: median / 95th percentile', `${times.median.toFixed(0)} / ${times.p95.toFixed(0)}`],
  ];
  const groups = [...answers.byLanguage, ...answers.byKind].map(([name, { right, wrong, refused }]) => {
    const counts = [right.count, Math.round(right.value * right.count), wrong, refused];
    return [name, ...counts.map(String)];
  });
  return [
    '## Is the answer right?',
    table(['', ''], facts),
    table(['language or kind', 'questions', 'right', 'wrong', 'refused'], groups),
  ];
}

function table(head: string[], rows: string[][]): string {
  const lines = [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);
  return lines.join('\n');
}

function interval({ value, low, high, count }: Estimate): string {
  return count === 0 ? '–' : `${decimal(value)} (${decimal(low)} … ${decimal(high)})`;
}

function ofCount(estimate: Estimate): string {
  const { value, count } = estimate;
  return count === 0 ? '–' : `${interval(estimate)}, ${Math.round(value * count)} of ${count}`;
}

function decimal(value = Number.NaN): string {
  return Number.isNaN(value) ? '–' : value.toFixed(3);
}
