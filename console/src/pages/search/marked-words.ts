/** A part of a text, and whether it is a word of the query. */
type Part = { text: string; isMarked: boolean };

const WORD = /[\p{L}\p{N}]+/gu;
const HANGUL = /^\p{Script=Hangul}+$/u;
/** English words that are everywhere, like single letters, and say nothing about a passage. */
const COMMON = new Set(
  'a an and are as at be by can did do does for from had has have how if in is it its may no not of on or so that the their this to was what when where which who why will with you your'.split(
    ' ',
  ),
);
/** Longer Latin words are also marked as the beginning of another, such as "zone" of "zones". */
const MAX_WHOLE_LETTERS = 3;
/** As in 에서, 까지, 에는. */
const PARTICLE_SYLLABLES = 2;

/**
 * Marks the words of a query in a text. A Korean word is also found without its last syllables, which are often
 * particles: "휴가는" finds "휴가".
 */
export function markWords(text: string, query: string): Part[] {
  const lower = text.toLowerCase();
  const found = wordsOf(query).flatMap((word) => foundForms(lower, word));
  if (found.length === 0) return [{ text, isMarked: false }];
  const longestFirst = found.toSorted((a, b) => b.length - a.length).map(pattern);
  const parts = text.split(new RegExp(`(${longestFirst.join('|')})`, 'giu'));
  // Split by one group: what stands at odd places is what the group found.
  return parts.map((part, at) => ({ text: part, isMarked: at % 2 === 1 })).filter((part) => part.text !== '');
}

/** The stretch of a text with the most words of the query, about `length` long, cut between words, in one line. */
export function excerpt(whole: string, query: string, length = 280): string {
  const text = whole.replaceAll(/\s+/g, ' ').trim();
  if (text.length <= length * 1.25) return text;
  const starts: number[] = [];
  let at = 0;
  for (const part of markWords(text, query)) {
    if (part.isMarked) starts.push(at);
    at += part.text.length;
  }
  const within = (from: number) => starts.filter((start) => start >= from && start < from + length).length;
  const densest = starts.reduce(
    (best, start) => (within(start) > within(best) ? start : best),
    starts[0] ?? 0,
  );
  const from = Math.max(0, Math.min(densest - length / 5, text.length - length));
  const cutFrom = from === 0 ? 0 : text.indexOf(' ', from) + 1;
  const until = cutFrom + length >= text.length ? text.length : text.lastIndexOf(' ', cutFrom + length);
  const end = until > cutFrom ? until : cutFrom + length;
  return `${cutFrom > 0 ? '… ' : ''}${text.slice(cutFrom, end)}${end < text.length ? ' …' : ''}`;
}

function wordsOf(query: string): string[] {
  return [...new Set(query.toLowerCase().match(WORD) ?? [])];
}

/** The forms of a word that occur in the text: the word, and without its last one or two syllables if it is Korean. */
function foundForms(lower: string, word: string): string[] {
  const isHangul = HANGUL.test(word);
  if (COMMON.has(word) || /^\p{Script=Latin}$/u.test(word)) return [];
  const shortest = isHangul ? Math.max(2, word.length - PARTICLE_SYLLABLES) : word.length;
  const forms = [word];
  for (let length = word.length - 1; length >= shortest; length -= 1) forms.push(word.slice(0, length));
  return forms.filter((form) => lower.includes(form));
}

/** A pattern for one form. Latin words count from their beginning, short ones as a whole: no "art" in "start". */
function pattern(form: string): string {
  if (HANGUL.test(form)) return form;
  const end = form.length <= MAX_WHOLE_LETTERS ? '(?![\\p{L}\\p{N}])' : '';
  return `(?<![\\p{L}\\p{N}])${form}${end}`;
}
