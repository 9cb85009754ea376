import { lexicalTokens } from '#shared/text/lexical.ts';
import { quotableSentences } from '#shared/text/quotable-sentences.ts';
import type { Span } from '#shared/text/sentences.ts';
import { type Figure, figuresIn } from '#shared/text/stated-figures.ts';
import { type Script, scriptOf, WordIndex } from './claim-words.ts';
import { readSentence, type StatedSentence } from './polarity.ts';

export type PassageSentence = { span: Span; text: string; tokens: ReadonlySet<string>; figures: Figure[] };

/** What the claims of an answer are compared with. Computed once per passage: an answer may cite it many times. */
export class PassageFacts {
  readonly text: string;
  #words: WordIndex | undefined;
  #figures: Figure[] | undefined;
  #script: Script | undefined;
  #sentences: PassageSentence[] | undefined;
  #stated: StatedSentence[] | undefined;

  constructor(text: string) {
    this.text = text;
  }

  get words(): WordIndex {
    return (this.#words ??= new WordIndex(this.text + impliedWords(this.text)));
  }

  get figures(): Figure[] {
    return (this.#figures ??= figuresIn(this.text));
  }

  get script(): Script {
    return (this.#script ??= scriptOf(this.text));
  }

  get sentences(): PassageSentence[] {
    return (this.#sentences ??= quotableSentences(this.text).map((span) => {
      const text = this.text.slice(span.start, span.end);
      return { span, text, tokens: new Set(lexicalTokens(text)), figures: figuresIn(text) };
    }));
  }

  /** The sentences with the clauses that state or deny something. */
  get stated(): StatedSentence[] {
    return (this.#stated ??= this.sentences.map(({ text }) => readSentence(text)));
  }
}

/** Days of the week that a text names one by one. */
function impliedWords(text: string): string {
  const isWeek =
    /\bmon(?:day)?s?\b[^.\n]{1,12}\bfri(?:day)?s?\b/iu.test(text) ||
    /월(?:요일)? ?(?:부터|~|–|-|에서) ?금/u.test(text);
  const isWeekend = /\b(?:sat(?:urday)?|sunday)s?\b|[토일]요일/iu.test(text);
  return `${isWeek ? ' weekdays 평일' : ''}${isWeekend ? ' weekends 주말' : ''}`;
}
