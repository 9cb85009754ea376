type Turn = { role: 'user' | 'assistant'; content: string };

/** Where an answer stands: a document of the set, and quotes of which one must stand in the passage. */
export type Place = {
  document: string;
  /** None: any passage of the document is right. */
  quotes: string[];
  /** How much the place is worth, above 0. */
  grade: number;
};

/** An entry that an answer must contain; several are a choice. */
export type Entry = string | string[];

export type Question = {
  id: string;
  kind: string;
  lang: string;
  split: 'tune' | 'report' | null;
  question: string;
  /** Earlier turns, oldest first. */
  history: Turn[];
  /**
   * What is right: an answer from a passage; "not in the documents"; a reply without any passage; or that the documents
   * are searched, whether something is found or not.
   */
  expects: 'answer' | 'refusal' | 'reply' | 'search';
  places: Place[];
  contains: Entry[];
  absent: Entry[];
};

/** A document to upload: a file of this machine, or a text. */
export type SetDocument = { id: string; title: string } & ({ file: string } | { text: string });

export type QuestionSet = { name: string; documents: SetDocument[]; questions: Question[] };

/** Returns `ko` for a text with Hangul, else `en`: the two languages that the report keeps apart. */
export function guessLanguage(text: string): string {
  return /\p{Script=Hangul}/u.test(text) ? 'ko' : 'en';
}
