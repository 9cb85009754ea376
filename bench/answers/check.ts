import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';

type Place = { document: string; quote: string };
type Turn = { role: 'user' | 'assistant'; content: string };
type Item = { id: string; split: string; lang: string; kind: string };
type Question = Item & {
  question: string;
  history?: Turn[];
  document: string | null;
  quote: string | null;
  also?: Place[];
  contains: (string | string[])[];
  refuse: boolean;
  smalltalk?: true;
  meta?: true;
  tags: string[];
};
type Claim = Item & { passage: string; claim: string; verified: boolean; missing: string[] };
type Message = { message: string; expected: string };

/** Checks this evaluation set: places, ids, halves, counts. Prints a table; exits with 1 if anything is wrong. */
const HERE = new URL('./', import.meta.url);
const faults: string[] = [];
const expect = (holds: boolean, what: string) => holds || faults.push(what);

const text = (name: string) => readFileSync(new URL(name, HERE), 'utf8');
const documents = new Map(
  readdirSync(new URL('documents/', HERE)).map((name) => [name.normalize('NFC'), text(`documents/${name}`)]),
);
const lines = <T>(name: string): T[] =>
  text(name)
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as T);
const plain = (words: string) => words.toLowerCase().replaceAll(/[\s,]/g, '');
/** As a whole: `7%` does not stand in `0.7%`, nor `200 m` in `200 mm`. */
const standsIn = (passage: string, part: string) =>
  passage.split(part).some((before, at, parts) => {
    const after = parts[at + 1];
    return after !== undefined && !/[\p{L}\d.]$/u.test(before) && !/^[A-Za-z\d]/.test(after);
  });
const halfOf = (id: string) =>
  (createHash('sha256').update(id).digest()[0] ?? 0) % 2 === 0 ? 'tune' : 'report';

const questions = lines<Question>('questions.jsonl');
const claims = lines<Claim>('claims.jsonl');
const messages = lines<Message>('smalltalk.jsonl');

for (const [name, content] of documents) {
  expect(content.length >= 1_000 && content.length <= 12_500, `${name} has ${content.length} characters`);
}

for (const question of questions) {
  const { id, document, quote, kind } = question;
  const places = document === null ? [] : [{ document, quote: quote ?? '' }, ...(question.also ?? [])];
  for (const place of places) {
    expect(place.quote.length > 1, `${id}: empty quote`);
    expect(documents.get(place.document)?.includes(place.quote) ?? false, `${id}: not there: ${place.quote}`);
  }
  const none = question.refuse || question.smalltalk || question.meta;
  expect(none ? document === null : places.length > 0, `${id}: a document where none belongs, or none`);
  expect(question.refuse === kind.startsWith('unanswerable'), `${id}: refuse`);
  expect(kind !== 'follow_up' || (question.history ?? []).length > 1, `${id}: a follow-up to nothing`);
  expect(none || question.contains.length > 0, `${id}: nothing to check`);
  const said = plain(places.map((place) => `${place.document} ${documents.get(place.document)}`).join(' '));
  for (const entry of places.length > 0 ? question.contains : []) {
    const choices = Array.isArray(entry) ? entry : [entry];
    expect(
      choices.some((choice) => said.includes(plain(choice))),
      `${id}: in no document: ${choices.join(' | ')}`,
    );
  }
}

for (const { id, passage, claim, verified, missing } of claims) {
  expect(verified ? missing.length === 0 : true, `${id}: verified, with something missing`);
  for (const part of missing) {
    expect(claim.includes(part), `${id}: the claim does not say ${part}`);
    expect(!standsIn(passage, part), `${id}: the passage says ${part}`);
  }
}

const expected = ['smalltalk', 'meta', 'transform', 'question'];
for (const message of messages) expect(expected.includes(message.expected), message.message);
const all: Item[] = [...questions, ...claims];
expect(new Set(all.map((item) => item.id)).size === all.length, 'an id is there twice');
expect(
  new Set(questions.map((item) => item.question + JSON.stringify(item.history))).size === questions.length,
  'a question is there twice',
);
for (const item of all) expect(item.split === halfOf(item.id), `${item.id}: the other half`);

const table = (name: string, items: Item[]) => {
  console.log(`\n${name}: all, tune, report, ko, en`);
  for (const kind of ['', ...new Set(items.map((item) => item.kind))]) {
    const ofKind = items.filter((item) => kind === '' || item.kind === kind);
    const count = (part: string) => ofKind.filter((item) => item.split === part || item.lang === part).length;
    const [tune = 0, report = 0, ...languages] = ['tune', 'report', 'ko', 'en'].map(count);
    expect(ofKind.length >= 12 && tune >= 5 && report >= 5, `${kind}: too few`);
    const numbers = [ofKind.length, tune, report, ...languages];
    console.log(
      `${(kind || 'all').padEnd(24)}${numbers.map((number) => String(number).padStart(5)).join('')}`,
    );
  }
};
table('questions', questions);
table('claims', claims);
const share = (of: string) => messages.filter((message) => message.expected === of).length;
const verified = claims.filter((claim) => claim.verified).length;
console.log(
  `\n${verified} claims are verified; messages: ${expected.map((of) => `${share(of)} ${of}`).join(', ')}`,
);

for (const fault of faults) console.error(`wrong: ${fault}`);
console.log(
  faults.length === 0 ? `\n${documents.size} documents, all as it should be` : `\n${faults.length} faults`,
);
process.exitCode = faults.length === 0 ? 0 : 1;
