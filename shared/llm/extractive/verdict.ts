import type { ScoredStatement } from './score.ts';
import { termsOf } from './terms.ts';

export type Verdict = 'yes' | 'no' | 'conditional' | null;

const KOREAN_YES_NO =
  /(?:되|돼|될까|가능|괜찮|있|맞|하|받|주|인|한|않|쓸 수|할 수|나오|오|가)(?:나요|어요|요|죠|지요|까요|가요|은가요|을까요|니|냐|나|습니까|ㅂ니까)?\s*[?？.]*$/u;
const ENGLISH_YES_NO =
  /^(?:(?:so|and|but|hi|hello|please|ok)[,.!]?\s+)*(?:is|are|am|was|were|do|does|did|can|could|may|might|must|should|will|would|has|have)\b/iu;
const OPEN_QUESTION =
  /언제|어디|누구|누가|뭐|뭘|뭔|무엇|무슨|몇|얼마|며칠|어떻게|어떤|어느|왜(?![가-힣])|\b(?:what|which|who|whom|whose|when|where|why|how|or)\b/iu;
const NEGATIVE_QUESTION = /안 ?(?:되|돼|하|받)|못|않|없|\b(?:not|no|never|cannot)\b|n['’]t\b/iu;

const KOREAN_NO =
  /(?:않는다|않습니다|않음|않다|못한다|못합니다|못함|없다|없습니다|없음|안 된다|안 됩니다|안 됨|안 돼요|금지한다|금지합니다|금지|불가|마십시오|마세요|아니다|아닙니다|받지 않.{0,4})[.。)]*$/u;
const KOREAN_YES =
  /(?:수 있다|수 있습니다|수 있음|된다|됩니다|됨|돼요|가능하다|가능합니다|가능|준다|줍니다|드립니다|지급한다|무료입니다|지원한다|받는다|받습니다)[.。)]*$/u;
const ENGLISH_NO = /\b(?:not|never|cannot|no longer|forbidden|prohibited)\b|n['’]t\b|^no\b/iu;
const ENGLISH_YES =
  /\b(?:can|may|is allowed|are allowed|welcome|free|available|supported|accept(?:s|ed)?|included)\b/iu;
const CONDITION =
  /(?:하|되|으|이|다|라|사시|나|르)면[\s,]|경우|때에|한하여|한해|이상|이내|까지|만 |\b(?:if|only|unless|except|provided|until|up to|when|within)\b/iu;
const SAYS_ITSELF = /^(?:네|예|아니요|아니오|yes|no)[,.!\s]/iu;

/** The share of the question that a deciding sentence covers at least. */
const MIN_COVERAGE = 0.2;
/** The share of a deciding sentence's own terms that the question names at least: else it is about something more. */
const MIN_NAMED = 0.25;
/** A short sentence says only one thing. */
const MIN_NAMED_WHEN_SHORT = 0.12;
const MAX_SHORT_TERMS = 14;

/** Whether a question can be answered with yes or no. */
export function asksYesNo(question: string): boolean {
  const asked = question.trim();
  if (OPEN_QUESTION.test(asked) || NEGATIVE_QUESTION.test(asked)) return false;
  return ENGLISH_YES_NO.test(asked) || (/[가-힣]/u.test(asked) && KOREAN_YES_NO.test(asked));
}

/** Whether a sentence allows or forbids something: it can decide a yes-or-no question. */
export function decides(text: string): boolean {
  const patterns = /[가-힣]/u.test(text) ? [KOREAN_NO, KOREAN_YES] : [ENGLISH_NO, ENGLISH_YES];
  return patterns.some((pattern) => pattern.test(text));
}

/** Whether a sentence begins with yes or no. */
export function saysYesOrNo(text: string): boolean {
  return SAYS_ITSELF.test(text);
}

/** Whether a sentence forbids or denies something. */
export function denies(text: string): boolean {
  return (/[가-힣]/u.test(text) ? KOREAN_NO : ENGLISH_NO).test(text);
}

/**
 * What the sentence that fits a question best says to it; null when the question is no yes-or-no question, when the
 * sentence begins with yes or no itself, and when it is not certain that it decides.
 */
export function judge(question: string, best: ScoredStatement): Verdict {
  if (!asksYesNo(question) || SAYS_ITSELF.test(best.text) || best.shape === 'row') return null;
  const asked = termsOf(question);
  const named = [...best.own].filter((term) => asked.has(term)).length / Math.max(1, best.own.size);
  const minNamed = best.own.size <= MAX_SHORT_TERMS ? MIN_NAMED_WHEN_SHORT : MIN_NAMED;
  if (best.coverage < MIN_COVERAGE || named < minNamed) return null;
  const isKorean = /[가-힣]/u.test(best.text);
  if ((isKorean ? KOREAN_NO : ENGLISH_NO).test(best.text)) return CONDITION.test(best.text) ? null : 'no';
  if (!(isKorean ? KOREAN_YES : ENGLISH_YES).test(best.text)) return null;
  return CONDITION.test(best.text) ? 'conditional' : 'yes';
}
