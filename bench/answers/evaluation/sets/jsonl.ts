import { z } from 'zod';
import { guessLanguage, type Question } from '../question.ts';

const Entries = z.array(z.union([z.string(), z.array(z.string()).min(1)])).default([]);
const History = z.array(z.object({ role: z.enum(['user', 'assistant']), content: z.string() })).default([]);
const Place = z.object({ document: z.string(), quote: z.string().min(1) });

/** A line of questions.jsonl. Only `question` is required; bench/answers/README.md explains the fields. */
const Line = z.object({
  id: z.coerce.string().optional(),
  split: z.enum(['tune', 'report']).nullish(),
  lang: z.string().optional(),
  kind: z.string().default('question'),
  question: z.string().min(1),
  history: History,
  document: z.string().nullish(),
  quote: z.string().nullish(),
  also: z.array(Place).default([]),
  contains: Entries,
  absent: Entries,
  refuse: z.boolean().default(false),
  smalltalk: z.boolean().default(false),
  meta: z.boolean().default(false),
});

/** A line of smalltalk.jsonl. */
const Message = z.object({
  message: z.string().min(1),
  lang: z.string().optional(),
  history: History,
  expected: z.enum(['smalltalk', 'meta', 'transform', 'question']),
});

/** Reads questions, one JSON object a line. @throws Error with the file's name and the line that is wrong */
export function readQuestions(text: string, source: string): Question[] {
  return parseLines(text, source, Line).map((line, at) => ({
    id: line.id ?? String(at + 1),
    kind: line.kind,
    lang: line.lang ?? guessLanguage(line.question),
    split: line.split ?? null,
    question: line.question.normalize('NFC'),
    history: line.history,
    expects: expectationOf(line),
    places: placesOf(line),
    contains: line.contains,
    absent: line.absent,
  }));
}

/** Reads messages that need no passage and questions that look like them. @throws Error as `readQuestions` */
export function readMessages(text: string, source: string): Question[] {
  return parseLines(text, source, Message).map(({ message, lang, history, expected }, at) => ({
    id: `message-${at + 1}`,
    kind: expected === 'question' ? 'message_question' : `message_${expected}`,
    lang: lang ?? guessLanguage(message),
    split: null,
    question: message.normalize('NFC'),
    history,
    expects: expected === 'question' ? 'search' : 'reply',
    places: [],
    contains: [],
    absent: [],
  }));
}

/** Reads JSON objects, one a line; empty lines are left out. @throws Error with the file's name and the line */
export function parseLines<T extends z.ZodType>(text: string, source: string, schema: T): z.output<T>[] {
  return text.split('\n').flatMap((line, at) => {
    if (line.trim() === '') return [];
    const result = schema.safeParse(parseJson(line, `${source}, line ${at + 1}`));
    if (result.success) return [result.data];
    const [issue] = result.error.issues;
    throw new Error(`${source}, line ${at + 1}: ${issue?.path.join('.') || 'the line'}: ${issue?.message}`);
  });
}

function parseJson(line: string, where: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    throw new Error(`${where}: not a JSON object.`);
  }
}

function expectationOf({ refuse, smalltalk, meta }: z.output<typeof Line>): Question['expects'] {
  if (refuse) return 'refusal';
  return smalltalk || meta ? 'reply' : 'answer';
}

function placesOf({ document, quote, also }: z.output<typeof Line>): Question['places'] {
  const first = document ? [{ document, quote }] : [];
  return [...first, ...also].map((place) => ({
    document: place.document.normalize('NFC'),
    quotes: place.quote ? [place.quote] : [],
    grade: 1,
  }));
}
