import { useFormat } from '../../i18n/format.ts';
import { useText } from '../../i18n/text.tsx';

/** Languages that are offered; the API takes every two-letter code. */
const OFFERED = ['auto', 'ko', 'en', 'ja', 'zh', 'de', 'es', 'fr', 'vi'];

/** Names of languages in the language of the page. @param current is offered too */
export function useLanguageNames(current: string) {
  const t = useText();
  const { locale } = useFormat();
  const names = new Intl.DisplayNames(locale, { type: 'language' });
  return {
    codes: OFFERED.includes(current) ? OFFERED : [...OFFERED, current],
    nameOf: (code: string) => (code === 'auto' ? t.bots.auto : (names.of(code) ?? code)),
  };
}
