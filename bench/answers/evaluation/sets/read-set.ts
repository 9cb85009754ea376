import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import type { QuestionSet, SetDocument } from '../question.ts';
import { readBeir } from './beir.ts';
import { readMessages, readQuestions } from './jsonl.ts';
import { readSquad } from './squad.ts';

/**
 * Reads the set at `location` in whatever format it has: a folder with corpus.jsonl (BEIR, MTEB), a .json file (SQuAD,
 * KorQuAD), a .jsonl file of questions, or a folder with questions.jsonl. The documents of JSONL questions lie in the
 * folder documents/ beside them.
 * @throws Error saying what is missing or wrong
 */
export function readSet(location: string): QuestionSet {
  if (!existsSync(location)) throw new Error(`There is no ${location}.`);
  const name = path.basename(path.resolve(location));
  if (!statSync(location).isDirectory()) {
    if (location.endsWith('.json')) return readSquad(name, read(location));
    if (location.endsWith('.jsonl')) return readJsonlSet(name, location);
    throw new Error(`${location} is neither a .jsonl nor a .json file.`);
  }
  const inside = (file: string) => path.join(location, file);
  if (existsSync(inside('corpus.jsonl'))) {
    const [corpus, queries] = [read(inside('corpus.jsonl')), read(inside('queries.jsonl'))];
    return readBeir(name, { corpus, queries, qrels: read(findQrels(inside('qrels'))) });
  }
  if (existsSync(inside('questions.jsonl'))) return readJsonlSet(name, inside('questions.jsonl'));
  throw new Error(`${location} holds neither questions.jsonl nor corpus.jsonl.`);
}

function readJsonlSet(name: string, file: string): QuestionSet {
  const folder = path.dirname(file);
  const documents = listDocuments(path.join(folder, 'documents'));
  const messages = path.join(folder, 'smalltalk.jsonl');
  const questions = [
    ...readQuestions(read(file), path.basename(file)),
    ...(existsSync(messages) ? readMessages(read(messages), 'smalltalk.jsonl') : []),
  ];
  const known = new Set(documents.map(({ id }) => id));
  for (const { id, places } of questions) {
    const missing = places.find(({ document }) => !known.has(document));
    if (missing) throw new Error(`Question ${id}: documents/ holds no ${missing.document}.`);
  }
  return { name, documents, questions };
}

function listDocuments(folder: string): SetDocument[] {
  if (!existsSync(folder)) throw new Error(`There is no ${folder}: the documents belong there.`);
  return readdirSync(folder)
    .filter((file) => !file.startsWith('.'))
    .map((file) => ({
      id: file.normalize('NFC'),
      title: file.normalize('NFC'),
      file: path.join(folder, file),
    }));
}

/** The judgements to report: `test`, else `dev`, else the first file. */
function findQrels(folder: string): string {
  const files = existsSync(folder) ? readdirSync(folder).filter((file) => file.endsWith('.tsv')) : [];
  const chosen = ['test.tsv', 'dev.tsv'].find((file) => files.includes(file)) ?? files.sort()[0];
  if (!chosen) throw new Error(`There is no .tsv file in ${folder}.`);
  return path.join(folder, chosen);
}

function read(file: string): string {
  return readFileSync(file, 'utf8');
}
