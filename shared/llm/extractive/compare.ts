/** The words of a comparison: `A와 B의 차이`, `which is cheaper, A or B`. */
const COMPARES =
  /차이|다르|달라|비교|각각|씩|중에|보다|(?<![가-힣])vs\.?(?![a-z])|\b(?:difference|differ|compare[ds]?|versus|vs|than|both|respectively)\b|\b(?:in|for|of|on)? ?\w+ and (?:in|for|of|on) /iu;
const KOREAN_JOINT = /(\S+?)(?:이랑|랑|하고|과|와|대)\s+(?=\S)/gu;
const ENGLISH_JOINT =
  /(?:\bbetween\s+)?((?:[\w'-]+\s+){0,2}[\w'-]+)\s+(?:vs\.?|versus|and|or|than|compared (?:with|to))\s+((?:[\w'-]+\s*){1,3})/iu;
const PARTICLE = /(?:은|는|이|가|을|를|의|에|에서|로|으로|도)$/u;

/** A question about one side of a comparison only; `side` holds the words that name it. */
export type Side = { side: string; question: string };

/**
 * The two sides of a comparison, each as a question without the other side's words; empty when a question compares
 * nothing. `집진 필터하고 가습 필터 교체 주기` → 집진 필터 교체 주기, 가습 필터 교체 주기.
 */
export function sidesOf(question: string): Side[] {
  const korean = [...question.matchAll(KOREAN_JOINT)].find(
    ([whole, word = '']) => word.length > 1 || /\d/u.test(whole),
  );
  if (korean)
    return COMPARES.test(question) || /랑|하고/u.test(korean[0]) ? koreanSides(question, korean) : [];
  const english = COMPARES.test(question) ? ENGLISH_JOINT.exec(question) : null;
  const [, left = '', right = ''] = english ?? [];
  if (!left || !right) return [];
  const [a, b] = [left.trim(), right.trim()];
  return [
    { side: a, question: question.replace(b, ' ') },
    { side: b, question: question.replace(a, ' ') },
  ];
}

function koreanSides(question: string, { index, 0: joint, 1: word = '' }: RegExpExecArray): Side[] {
  const before = question.slice(0, index).trim().split(/\s+/u).filter(Boolean);
  const after = question.slice(index + joint.length).split(/\s+/u);
  const [right = ''] = after;
  const bare = right.replace(PARTICLE, '');
  // `본인 결혼이랑 자녀 결혼`: the joined word stands again on the right, with a word of its own before it.
  const isPair = after[1]?.startsWith(word) === true && before.length > 0;
  const left = isPair ? `${before.at(-1) ?? ''} ${word}` : word;
  const rest = after.slice(1).join(' ');
  return [
    {
      side: isPair ? (before.at(-1) ?? word) : word,
      question: `${isPair ? '' : before.join(' ')} ${left} ${rest}`,
    },
    {
      side: bare || right,
      question: `${(isPair ? before.slice(0, -1) : before).join(' ')} ${right} ${rest}`,
    },
  ];
}
