/**
 * Weights of the sum that rates a statement, set by hand on the tuning half of bench/answers and flat around their
 * values: no single one changes more than 3 of 189 answers when it is moved by a third.
 */
export const WEIGHTS = {
  /** Of a question term by where it is found: in the statement itself it weighs 1, in its context less. */
  context: {
    /** Headings. Falls with each further statement: the first one usually states the main point. */
    under: 0.8,
    /** The question above an answer of a FAQ, which the answer does not repeat. */
    faqQuestion: 0.85,
    intro: 0.6,
    before: 0.4,
    /** The sentence before one that goes on about it (`It …`, `이때 …`). */
    beforeReference: 0.7,
    opening: 0.4,
    section: 0.25,
    passage: 0.15,
    title: 0.4,
  },
  positionDecay: 0.04,
  maxPosition: 5,
  /** Of a term that matches by its beginning only, which may be chance. */
  beginning: 0.6,
  /** Of terms outside the question's topic, such as endings and light verbs. */
  grammar: 0.4,
  /** Of the words of a long message around what it asks. */
  story: 0.25,
  figure: 1,
  synonym: 0.6,
  /** Of codes and names of parts of programs. */
  code: 2,
  /** Exponent by which the bigrams of a long Korean word share its weight. */
  bigramSpread: 0.6,
  /** Share of the rating that follows the passage's own score. */
  passageScore: 0.6,
  rankDecay: 0.06,
  /** Like BM25's b, but small: a long sentence is often the rule itself with its conditions. */
  length: 0.1,
  /** Of a statement that only introduces a list or table. */
  leadIn: 0.5,
  /** Of a statement that only repeats the question. */
  repetition: 0.5,
  /** Of a statement under a condition that the question does not name: the rule comes before its special cases. */
  unaskedCondition: 0.95,
  /** Of a statement that is about what the question sets aside, or about another number of the same kind. */
  setAside: 0.5,
  /** Of a statement that the answer before a follow-up said already. */
  said: 0.6,
  /** Of the kind of fact found in the sentence after the statement. */
  nextFit: 0.85,
  /** Of a row whose subject the question names. */
  namedRow: 1.2,
  /** Added to each coverage: without any shared word, the kind of fact and the passage's rank still decide. */
  tieBreak: 0.01,
} as const;
