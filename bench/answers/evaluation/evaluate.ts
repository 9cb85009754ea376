import { execFileSync } from 'node:child_process';
import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';
import { type Answered, ask, createBot, removeBot } from './platform/chat.ts';
import type { Client } from './platform/client.ts';
import { fillLibrary, type Library, removeLibrary } from './platform/library.ts';
import { type Found, isSearchable, type Mode, search } from './platform/search.ts';
import type { Question, QuestionSet } from './question.ts';
import type { Run } from './report/page.ts';
import { showProgress } from './report/progress.ts';
import { compareModes, summarizeAnswers, summarizeMode } from './report/summary.ts';

export type Plan = {
  set: QuestionSet;
  /** Those of the set that are asked. */
  questions: Question[];
  split: string;
  modes: Mode[];
  /** The model that answers, or null to search only. */
  model: string | null;
  /** The first hit's score from which on a passage is taken for an answer. */
  threshold: number;
  /** False leaves the collection and the bot where they are. */
  removes: boolean;
  command: string;
};

/** What became of each question. */
export type Details = { found: Map<Mode, Found[]>; answered: Answered[] };

/** Uploads the set's documents to a new collection, asks every question and measures what comes back. */
export async function evaluate(client: Client, plan: Plan): Promise<{ run: Run; details: Details }> {
  const { set, modes, model } = plan;
  const report = showProgress('Documents ready', set.documents.length);
  const [load = 0] = loadavg();
  const library = await fillLibrary(client, set.documents, ({ ready, uploaded }) =>
    report(ready, `, ${uploaded} uploaded`),
  );
  try {
    const found = await searchAll(library, plan);
    const answered = model === null ? [] : await askAll(library, plan, model);
    const details = { found: new Map(modes.map((mode) => [mode, found.get(mode) ?? []])), answered };
    return { run: { ...conditionsOf(plan, library), load, ...measure(plan, details) }, details };
  } finally {
    if (plan.removes) await removeLibrary(library);
  }
}

/** Asks in turn, so that no question waits for another and the times are those of a lone user. */
async function searchAll(library: Library, { questions, modes }: Plan): Promise<Map<Mode, Found[]>> {
  const asked = questions.filter(isSearchable);
  const report = showProgress('Questions searched', asked.length);
  const found = new Map<Mode, Found[]>(modes.map((mode) => [mode, []]));
  for (const [at, question] of asked.entries()) {
    for (const mode of modes) found.get(mode)?.push(await search(library, question, mode));
    report(at + 1);
  }
  return found;
}

async function askAll(library: Library, { questions, removes }: Plan, model: string): Promise<Answered[]> {
  const botPath = await createBot(library, model);
  const report = showProgress('Questions answered', questions.length);
  const answered: Answered[] = [];
  try {
    for (const question of questions) {
      answered.push(await ask(library, botPath, question));
      report(answered.length);
    }
    return answered;
  } finally {
    if (removes) await removeBot(library, botPath);
  }
}

function measure({ modes, threshold, model }: Plan, { found, answered }: Details) {
  const of = (mode: Mode) => found.get(mode) ?? [];
  const legs = modes.includes('hybrid') ? modes.filter((mode) => mode !== 'hybrid') : [];
  return {
    modes: modes.map((mode) => summarizeMode(mode, of(mode), threshold)),
    gains: legs.map((leg) => ({ over: leg, gain: compareModes(of('hybrid'), of(leg)) })),
    answers: model === null ? null : summarizeAnswers(answered),
  };
}

function conditionsOf({ set, questions, split, model, threshold, command }: Plan, library: Library) {
  const [cpu] = cpus();
  return {
    set: set.name,
    split,
    documents: set.documents.length,
    questions: questions.length,
    onlyChat: questions.filter((question) => !isSearchable(question)).length,
    embeddingModel: library.embeddingModel,
    model,
    threshold,
    date: new Date().toISOString().slice(0, 10),
    machine: `${availableParallelism()} × ${cpu?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GB, Node ${process.versions.node}`,
    commit: findCommit(),
    command,
  };
}

/** The commit of this checkout, with `+` when files were changed since. */
function findCommit(): string {
  try {
    const isChanged = git('status', '--porcelain', '--untracked-files=no') !== '';
    return `${git('rev-parse', '--short', 'HEAD')}${isChanged ? '+' : ''}`;
  } catch {
    return 'unknown';
  }
}

function git(...args: string[]): string {
  return execFileSync('git', args, { cwd: import.meta.dirname, encoding: 'utf8', stdio: 'pipe' }).trim();
}
