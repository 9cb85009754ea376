import { stem } from './stem.ts';

const LATIN = 'abcdefghijklmnopqrstuvwxyz';
const FIRST_SYLLABLE = 0xac00;
const [INITIALS, VOWELS, FINALS] = [19, 21, 28];
/** Longer words are left alone: their edits would be thousands. */
const MAX_LETTERS = 16;
const MAX_SYLLABLES = 6;

/**
 * The terms of every word that is one edit away: for Latin letters a letter left out, added, replaced or exchanged
 * with its neighbour; for Hangul another jamo in one syllable. Each entry has the terms of one such word.
 * @param word lower-case Latin letters or Hangul, without particles
 * @returns nothing for short words, of which most have meaningful neighbours (tire, time, wire)
 */
export function nearbyWords(word: string): string[][] {
  if (/^[a-z]{4,}$/u.test(word) && word.length <= MAX_LETTERS) {
    const forms = new Set(latinEdits(word).map(stem));
    forms.delete(stem(word));
    return Array.from(forms, (form) => [form]);
  }
  if (/^[가-힣]{2,}$/u.test(word) && word.length <= MAX_SYLLABLES) {
    return hangulEdits(word).map((edit) => Array.from(edit.slice(1), (letter, at) => `${edit[at]}${letter}`));
  }
  return [];
}

function latinEdits(word: string): string[] {
  const edits: string[] = [];
  for (let at = 0; at <= word.length; at += 1) {
    const [head, tail] = [word.slice(0, at), word.slice(at)];
    for (const letter of LATIN) edits.push(head + letter + tail);
    if (tail.length > 1) edits.push(`${head}${tail[1]}${tail[0]}${tail.slice(2)}`);
    if (tail === '' || word.length < 5) continue;
    edits.push(head + tail.slice(1));
    for (const letter of LATIN) edits.push(head + letter + tail.slice(1));
  }
  return edits;
}

function hangulEdits(word: string): string[] {
  return Array.from(word).flatMap((syllable, at) => {
    const [head, tail] = [word.slice(0, at), word.slice(at + 1)];
    return syllableEdits(syllable).map((edit) => head + edit + tail);
  });
}

/** All syllables that differ from one in a single jamo. */
function syllableEdits(syllable: string): string[] {
  const code = (syllable.codePointAt(0) ?? 0) - FIRST_SYLLABLE;
  const final = code % FINALS;
  const vowel = Math.floor(code / FINALS) % VOWELS;
  const initial = Math.floor(code / FINALS / VOWELS);
  const compose = (i: number, v: number, f: number) =>
    String.fromCodePoint(FIRST_SYLLABLE + (i * VOWELS + v) * FINALS + f);
  return [
    ...Array.from({ length: INITIALS }, (_, other) => compose(other, vowel, final)),
    ...Array.from({ length: VOWELS }, (_, other) => compose(initial, other, final)),
    ...Array.from({ length: FINALS }, (_, other) => compose(initial, vowel, other)),
  ].filter((edit) => edit !== syllable);
}
