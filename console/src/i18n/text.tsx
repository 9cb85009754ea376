import { createContext, type ReactNode, use, useEffect, useState } from 'react';
import { usePreference } from '../preferences.ts';
import type { en } from './en.ts';
import { currentLanguage, type Language } from './language.ts';

/** The words of one language; `en` is the measure, `ko` does not compile when a key is missing. */
export type Text = {
  [Page in keyof typeof en]: { [Key in keyof (typeof en)[Page]]: Widened<(typeof en)[Page][Key]> };
};
type Widened<T> = T extends string
  ? string
  : T extends (...args: infer A) => string
    ? (...args: A) => string
    : { [K in keyof T]: Widened<T[K]> };

const load: Record<Language, () => Promise<Text>> = {
  ko: async () => (await import('./ko.ts')).ko,
  en: async () => (await import('./en.ts')).en,
};

const TextContext = createContext<{ text: Text; language: Language } | null>(null);

/** Loads the words of the chosen language; until then nothing is shown. Only that language is downloaded. */
export function TextProvider({ children }: { children: ReactNode }) {
  usePreference('language');
  const language = currentLanguage();
  const [loaded, setLoaded] = useState<{ text: Text; language: Language } | null>(null);
  useEffect(() => {
    let isCurrent = true;
    void load[language]().then((text) => isCurrent && setLoaded({ text, language }));
    document.documentElement.lang = language;
    return () => {
      isCurrent = false;
    };
  }, [language]);
  return loaded && <TextContext value={loaded}>{children}</TextContext>;
}

/** The console's words in the chosen language: `const t = useText(); t.chat.send`. */
export function useText(): Text {
  return useContextOrThrow().text;
}

/** The language of the words. */
export function useLanguage(): Language {
  return useContextOrThrow().language;
}

function useContextOrThrow() {
  const value = use(TextContext);
  if (!value) throw new Error('TextProvider is missing');
  return value;
}
