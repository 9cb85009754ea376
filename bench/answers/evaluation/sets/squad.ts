import { z } from 'zod';
import { guessLanguage, type Question, type QuestionSet, type SetDocument } from '../question.ts';

const Answer = z.object({ text: z.string() });
const Asked = z.object({
  id: z.coerce.string(),
  question: z.string().min(1),
  answers: z.array(Answer).default([]),
  is_impossible: z.boolean().default(false),
});
const Paragraph = z.object({ context: z.string(), qas: z.array(Asked) });
const Squad = z.object({
  data: z.array(z.object({ title: z.string().default(''), paragraphs: z.array(Paragraph) })),
});

/**
 * Reads a file in the format of SQuAD 1.1, SQuAD 2.0 or KorQuAD 1. Each distinct paragraph is a document under its
 * article's title; a passage is right when it comes from the question's paragraph and holds one of the answers.
 * @throws Error when the file has another shape
 */
export function readSquad(name: string, text: string): QuestionSet {
  const parsed = Squad.safeParse(JSON.parse(text));
  if (!parsed.success) throw new Error(`${name}: ${z.prettifyError(parsed.error)}`);
  const documents = new Map<string, SetDocument>();
  const questions = parsed.data.data.flatMap(({ title, paragraphs }) =>
    paragraphs.flatMap(({ context, qas }) => {
      const id = documents.get(context)?.id ?? String(documents.size + 1);
      documents.set(context, { id, title: title || id, text: context });
      return qas.map((asked) => toQuestion(asked, id));
    }),
  );
  return { name, documents: [...documents.values()], questions };
}

function toQuestion(
  { id, question, answers, is_impossible }: z.output<typeof Asked>,
  document: string,
): Question {
  const quotes = [...new Set(answers.map((answer) => answer.text))];
  const isThere = !is_impossible && quotes.length > 0;
  return {
    id,
    kind: isThere ? 'question' : 'unanswerable',
    lang: guessLanguage(question),
    split: null,
    question: question.normalize('NFC'),
    history: [],
    expects: isThere ? 'answer' : 'refusal',
    places: isThere ? [{ document, quotes, grade: 1 }] : [],
    contains: isThere ? [quotes] : [],
    absent: [],
  };
}
