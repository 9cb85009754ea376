import type { Entry, Question } from '../question.ts';

/** What a right answer must contain, and what only a wrong one says. */
type Rules = Pick<Question, 'contains' | 'absent'>;

/** Whether an answer contains every entry of `contains` and none of `absent`. */
export function isRightAnswer(answer: string, { contains, absent }: Rules): boolean {
  return contains.every((entry) => says(answer, entry)) && !absent.some((entry) => says(answer, entry));
}

/**
 * Whether an answer says an entry, or one of its choices. Case, blanks and commas in numbers are disregarded. A digit at
 * an end of the entry must not run into another digit or decimals, nor a Latin letter into another one.
 */
export function says(answer: string, entry: Entry): boolean {
  const text = answer.normalize('NFC');
  const choices = Array.isArray(entry) ? entry : [entry];
  return choices.some((choice) => patternOf(choice.normalize('NFC')).test(text));
}

function patternOf(entry: string): RegExp {
  const characters = Array.from(entry.replaceAll(/\s|(?<=\d),(?=\d)/g, ''));
  const joined = characters.map((character, at) => {
    const isInNumber = /\d/.test(characters[at - 1] ?? '') && /\d/.test(character);
    return `${at === 0 ? '' : isInNumber ? THOUSANDS : String.raw`\s*`}${escape(character)}`;
  });
  const text = characters.join('');
  return new RegExp(`${startOf(text)}${joined.join('')}${endOf(text)}`, 'iu');
}

/** Between two digits of a number: a comma before three digits, or a blank. */
const THOUSANDS = String.raw`(?:,(?=\d{3}(?!\d))|\s)?`;

/** Puts a backslash only before what needs one: with the flag `u` it is an error before letters. */
function escape(character: string): string {
  return character.replace(/[\\^$.*+?()[\]{}|/]/, String.raw`\$&`);
}

/** What must not stand before the entry. `000` may be the end of `14,000`, `12` may follow a comma in a list. */
function startOf(entry: string): string {
  if (/^\d{3}(?!\d)/.test(entry)) return String.raw`(?<!\d[.,]?)`;
  if (/^\d/.test(entry)) return String.raw`(?<!\d\.?)`;
  return /^[a-z]/i.test(entry) ? '(?<![A-Za-z])' : '';
}

function endOf(entry: string): string {
  if (/\d$/.test(entry)) return String.raw`(?!\.?\d|,\d{3}(?!\d))`;
  return /[a-z]$/i.test(entry) ? '(?![A-Za-z])' : '';
}
