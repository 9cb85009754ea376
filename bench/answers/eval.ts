import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { ROOT } from '#local/platform/options.ts';
import { type Details, evaluate, type Plan } from './evaluation/evaluate.ts';
import { makeClient } from './evaluation/platform/client.ts';
import { type LocalPlatform, startLocalPlatform } from './evaluation/platform/local.ts';
import { MODES, type Mode } from './evaluation/platform/search.ts';
import { drawChart } from './evaluation/report/chart.ts';
import { type Run, writePage } from './evaluation/report/page.ts';
import { readSet } from './evaluation/sets/read-set.ts';
import { chooseQuestions } from './evaluation/sets/sample.ts';

const USAGE = `npm run eval [-- options]: how well are questions answered from documents?
  --set <path>         a folder with questions.jsonl and documents/, a .jsonl file beside documents/, a BEIR or MTEB
                       folder, or a SQuAD or KorQuAD .json file (default: bench/answers)
  --url <url> --key <API key>
                       a running platform; without them one is started for this run, with EMBEDDING_MODEL
  --split <half>       tune, report or all (default: report where the set has halves)
  --limit <n>          only so many questions, at even distances
  --modes <list>       of ${MODES.join(', ')} (default: all)
  --answers            also ask a bot with builtin/extractive
  --model <name>       also ask a bot with this model
  --threshold <score>  from which on the first hit counts as an answer (default: 0.5)
  --out <folder>       where <set>.md and <set>.svg are written (default: bench/results)
  --details <file>     what became of each question, one JSON object a line
  --keep               leave the collection and the bot on the platform of --url`;

const OPTIONS = {
  set: { type: 'string', default: import.meta.dirname },
  url: { type: 'string' },
  key: { type: 'string' },
  split: { type: 'string', default: 'report' },
  limit: { type: 'string' },
  modes: { type: 'string', default: MODES.join(',') },
  answers: { type: 'boolean', default: false },
  model: { type: 'string' },
  threshold: { type: 'string', default: '0.5' },
  out: { type: 'string', default: path.join(import.meta.dirname, '../results') },
  details: { type: 'string' },
  keep: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

await main().catch((error: unknown) => {
  console.error(`\n${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
});

async function main(): Promise<void> {
  const { values } = parseArgs({ options: OPTIONS });
  if (values.help) return console.log(USAGE);
  const plan = makePlan(values);
  const { client, stop } = await openPlatform(values);
  process.once('SIGINT', () => void stop().finally(() => process.exit(130)));
  try {
    const { run, details } = await evaluate(client, plan);
    writeResults(run, values.out);
    if (values.details) writeFileSync(values.details, toLines(details));
  } finally {
    await stop();
  }
}

type Values = ReturnType<typeof parseArgs<{ options: typeof OPTIONS }>>['values'];

function makePlan(values: Values): Plan {
  const set = readSet(values.set);
  const hasHalves = set.questions.some(({ split }) => split !== null);
  const split = hasHalves ? values.split : 'all';
  if (split !== 'tune' && split !== 'report' && split !== 'all')
    throw new Error(`--split ${split}?\n${USAGE}`);
  const limit = values.limit === undefined ? null : readNumber('--limit', values.limit);
  return {
    set,
    questions: chooseQuestions(set.questions, { split, limit }),
    split,
    modes: readModes(values.modes),
    model: values.model ?? (values.answers ? 'builtin/extractive' : null),
    threshold: readNumber('--threshold', values.threshold),
    removes: !values.keep,
    command: commandOf(process.argv.slice(2)),
  };
}

async function openPlatform({ url, key }: Values): Promise<LocalPlatform> {
  if (url && key) return { client: makeClient(url.replace(/\/$/, ''), key), stop: async () => {} };
  if (url || key) throw new Error(`--url and --key belong together.\n${USAGE}`);
  if (existsSync(path.join(ROOT, '.env'))) process.loadEnvFile(path.join(ROOT, '.env'));
  process.stderr.write('Starting a platform for this run\n');
  return await startLocalPlatform();
}

function writeResults(run: Run, folder: string): void {
  const name = path.parse(run.set).name;
  const page = writePage(run, `${name}.svg`);
  const groups = [
    { title: 'MRR@10', bars: run.modes.map(({ mode, all }) => ({ name: mode, estimate: all.mrr })) },
    { title: 'hit@1', bars: run.modes.map(({ mode, all }) => ({ name: mode, estimate: all.hit1 })) },
    { title: 'hit@5', bars: run.modes.map(({ mode, all }) => ({ name: mode, estimate: all.hit5 })) },
    { title: 'nDCG@10', bars: run.modes.map(({ mode, all }) => ({ name: mode, estimate: all.ndcg })) },
    ...(run.answers
      ? [{ title: 'answers', bars: [{ name: 'right', estimate: run.answers.answers.right }] }]
      : []),
  ];
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, `${name}.md`), page);
  writeFileSync(path.join(folder, `${name}.svg`), drawChart(`${run.set}, ${run.embeddingModel}`, groups));
  console.log(page);
}

/** One line a question: its ranks and score in each mode, and what the bot answered. */
function toLines({ found, answered }: Details): string {
  const rows = new Map<string, Record<string, unknown>>();
  const rowOf = ({ id, kind, lang, question, expects }: Plan['questions'][number]) => {
    const row = rows.get(id) ?? { id, kind, lang, expects, question };
    rows.set(id, row);
    return row;
  };
  for (const [mode, each] of found) {
    for (const { question, ranks, score } of each) rowOf(question)[mode] = { ranks, score };
  }
  for (const { question, content, outcome, isTentative, citations, verified } of answered) {
    Object.assign(rowOf(question), { outcome, tentative: isTentative, answer: content, citations, verified });
  }
  return [...rows.values()].map((row) => `${JSON.stringify(row)}\n`).join('');
}

function readModes(text: string): Mode[] {
  const wanted = text.split(',').map((mode) => mode.trim());
  const unknown = wanted.find((mode) => !MODES.some((known) => known === mode));
  if (unknown !== undefined) throw new Error(`--modes: there is no mode ${unknown}.\n${USAGE}`);
  return MODES.filter((mode) => wanted.includes(mode));
}

function readNumber(option: string, text: string): number {
  const number = Number(text);
  if (!Number.isFinite(number) || number < 0) throw new Error(`${option} ${text}: not a number.`);
  return number;
}

/** The command with which people repeat the run: without the places of files, and without the key, which is a secret. */
function commandOf(args: string[]): string {
  const shown = args.filter((each, at) => !isLeftOut(each) && !isLeftOut(args[at - 1]));
  return ['npm run eval', ...(shown.length > 0 ? ['--', ...shown] : [])].join(' ');
}

function isLeftOut(option = ''): boolean {
  return ['--out', '--details', '--key'].includes(option);
}
