import { z } from 'zod';
import { guessLanguage, type Place, type Question, type QuestionSet } from '../question.ts';
import { parseLines } from './jsonl.ts';

const Passage = z.object({ _id: z.coerce.string(), title: z.string().nullish(), text: z.string() });
const Query = z.object({ _id: z.coerce.string(), text: z.string().min(1) });

/** The contents of the files of a folder. */
type BeirFiles = { corpus: string; queries: string; qrels: string };

/**
 * Reads a BEIR or MTEB retrieval set. Queries without a judgement above 0 are left out, as the benchmarks do; each
 * passage is a document, and any hit of it counts.
 * @throws Error with the file and line that is wrong
 */
export function readBeir(name: string, { corpus, queries, qrels }: BeirFiles): QuestionSet {
  const passages = parseLines(corpus, 'corpus.jsonl', Passage);
  const known = new Set(passages.map(({ _id }) => _id));
  const judged = readQrels(qrels);
  const questions = parseLines(queries, 'queries.jsonl', Query).flatMap(({ _id, text }): Question[] => {
    const places = (judged.get(_id) ?? []).filter(({ document }) => known.has(document));
    if (places.length === 0) return [];
    const question = text.normalize('NFC');
    const shared = { kind: 'question', split: null, history: [], contains: [], absent: [] };
    return [{ id: _id, question, lang: guessLanguage(text), expects: 'answer', places, ...shared }];
  });
  const documents = passages.map(({ _id: id, title, text }) => ({ id, title: title || id, text }));
  return { name, documents, questions };
}

/** Reads `query, document, grade` (BEIR, with or without a header) or `query, 0, document, grade` (TREC). */
function readQrels(text: string): Map<string, Place[]> {
  const judged = new Map<string, Place[]>();
  for (const [at, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === '') continue;
    const cells = line.split(/\t| +/);
    const query = cells[0] ?? '';
    const document = cells.at(-2) ?? '';
    const grade = Number(cells.at(-1));
    if (at === 0 && Number.isNaN(grade)) continue;
    if (cells.length < 3 || Number.isNaN(grade)) throw new Error(`qrels, line ${at + 1}: not a judgement.`);
    if (grade > 0) judged.set(query, [...(judged.get(query) ?? []), { document, quotes: [], grade }]);
  }
  return judged;
}
