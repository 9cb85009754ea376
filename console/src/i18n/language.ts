import { readPreference } from '../preferences.ts';

export const LANGUAGES = { ko: '한국어', en: 'English' } as const;
export type Language = keyof typeof LANGUAGES;

function isLanguage(value: string | null | undefined): value is Language {
  return value === 'ko' || value === 'en';
}

/** The chosen language, else the first of the browser's that the console speaks, else Korean. */
export function currentLanguage(): Language {
  const chosen = readPreference('language');
  if (isLanguage(chosen)) return chosen;
  return navigator.languages.map((each) => each.slice(0, 2).toLowerCase()).find(isLanguage) ?? 'ko';
}
