import { writeFileSync } from 'node:fs';
import { logistic } from '#shared/core/logistic.ts';
import { WHOLE_TEAM } from '#shared/db/document-filter.ts';
import { chooseAnswer, rankByWords } from '#shared/llm/extractive/choose.ts';
import { type EvidenceSignals, type EvidenceWeights } from '#shared/llm/extractive/evidence.ts';
import { EVIDENCE_WEIGHTS } from '#shared/llm/extractive/evidence-weights.ts';
import { type Meanings, textsToCompare } from '#shared/llm/extractive/meaning.ts';
import { renderAnswer } from '#shared/llm/extractive/render.ts';
import type { Passage } from '#shared/llm/request.ts';
import type { Calibration } from '#shared/retrieval/calibration.ts';
import { compareMeaning } from '#shared/retrieval/compare-meaning.ts';
import { search } from '#shared/retrieval/search.ts';
import type { Asked, Question } from './calibrate.ts';
import { isRightAnswer } from './evaluation/metrics/answers.ts';
import { type Example, fit, quantile, round } from './fit.ts';
import { documentsWithout, type Library } from './library.ts';

type Name = keyof EvidenceSignals;
/** A quoted statement; `isAnswerable` says whether it was the answer. */
type Quoted = Example<Name> & { isLeftOut: boolean };

const NAMES: Name[] = ['best', 'passage', 'coverage', 'slight', 'fits', 'lacks', 'spans', 'foreign'];
/** As many as a bot reads. */
const TOP = 8;
/** The share of right statements that may be kept back. Words alone cannot tell a chance word from the topic. */
const REFUSED = { words: 0.04, meaning: 0.015 };
const OUTPUT = new URL('../../shared/llm/extractive/evidence-weights.ts', import.meta.url);

/**
 * Fits when `builtin/extractive` takes a statement for the answer, and writes shared/llm/extractive/evidence-weights.ts:
 * one set for embedding models, one for words alone. Each question is also asked without its documents.
 */
export async function calibrateEvidence(asked: Asked[], calibration: Calibration): Promise<void> {
  const quoted: Quoted[] = [];
  let by: 'words' | 'meaning' = 'words';
  const searches = asked.flatMap(({ library, questions }) =>
    questions
      .filter(({ split }) => split === 'tune')
      .flatMap((question) =>
        scopesOf(library, question).map((documentIds) => ({ library, question, documentIds })),
      ),
  );
  for (const { library, question, documentIds } of searches) {
    const passages = await findPassages(library, { question, documentIds, calibration });
    const meanings = await compare(question.question, passages);
    if (meanings) by = 'meaning';
    const { signals, isRight } = quote(question, passages, meanings);
    const isLeftOut = documentIds !== null;
    if (signals && !(isLeftOut && isRight)) quoted.push({ signals, isAnswerable: isRight, isLeftOut });
  }
  const weights = fit(quoted, NAMES);
  const scoreOf = ({ signals }: Quoted) => logistic(weights, signals);
  const right = quoted.filter(({ isAnswerable }) => isAnswerable).map(scoreOf);
  const fitted = { model: calibration.model, weights, weak: round(quantile(right, REFUSED[by])) };
  print(quoted, fitted);
  write({ ...EVIDENCE_WEIGHTS, [by]: fitted });
}

/** All documents, and, where some answer the question, all others. */
function scopesOf({ ids }: Library, { refuse, document, also = [] }: Question): (string[] | null)[] {
  const names = [document, ...also.map((place) => place.document)];
  return refuse ? [null] : [null, documentsWithout(ids, names)];
}

type Asking = { question: Question; documentIds: string[] | null; calibration: Calibration };

/** The passages with the scores that the new calibration gives them. */
async function findPassages(
  { teamId }: Library,
  { question, documentIds, calibration }: Asking,
): Promise<Passage[]> {
  const scope = { ...WHOLE_TEAM, documentIds };
  const { hits, signals } = await search(teamId, {
    query: question.question,
    topK: TOP,
    mode: 'hybrid',
    scope,
  });
  const { hybrid, hybrid_without_background } = calibration.weights;
  const weights = hybrid ?? hybrid_without_background;
  const best = hits[0]?.score ?? 0;
  const factor = weights && signals && best > 0 ? logistic(weights, signals) / best : 1;
  return hits.map((hit, at) => ({ ...hit, index: at + 1, score: hit.score * factor }));
}

async function compare(question: string, passages: Passage[]): Promise<Meanings | null> {
  const texts = textsToCompare(question, rankByWords(question, passages));
  const read = texts.map((each) => each.read);
  const values = texts.length > 0 ? await compareMeaning(question, read, AbortSignal.timeout(60_000)) : null;
  return values && new Map(texts.map(({ text }, at) => [text, values[at] ?? 0]));
}

function quote(
  { question, contains, absent = [] }: Question,
  passages: Passage[],
  meanings: Meanings | null,
) {
  const choice = chooseAnswer(question, passages, { meanings: meanings ?? undefined });
  const answer = renderAnswer(choice, { language: 'en', maxOutputTokens: 1_000, isTentative: false });
  const isRight = contains.length > 0 && isRightAnswer(answer, { contains, absent });
  return { signals: choice.signals, isRight };
}

function print(quoted: Quoted[], { weights, weak }: EvidenceWeights): void {
  const shares = (group: Quoted[]) => {
    const scores = group.map(({ signals }) => logistic(weights, signals));
    const share = (of: (score: number) => boolean) => (scores.filter(of).length / scores.length).toFixed(2);
    return {
      count: scores.length,
      refused: share((score) => score < weak),
      clear: share((score) => score >= 0.6),
    };
  };
  console.log('\nquoted by builtin/extractive, tune');
  console.table({
    right: shares(quoted.filter(({ isAnswerable }) => isAnswerable)),
    wrong: shares(quoted.filter((each) => !each.isAnswerable && !each.isLeftOut)),
    'left out': shares(quoted.filter(({ isLeftOut }) => isLeftOut)),
  });
}

function write(weights: typeof EVIDENCE_WEIGHTS): void {
  const text = JSON.stringify(weights, null, 2)
    .replaceAll(/"(\w+)":/g, '$1:')
    .replaceAll('"', "'");
  writeFileSync(
    OUTPUT,
    `import type { EvidenceWeights } from './evidence.ts';

/** Written by \`npm run calibrate\`: when a quoted statement is taken for the answer, by what can be compared. */
export const EVIDENCE_WEIGHTS: Record<'words' | 'meaning', EvidenceWeights> = ${text};
`,
  );
}
