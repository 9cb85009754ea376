import { LANGUAGES } from '../i18n/language.ts';
import { useLanguage, useText } from '../i18n/text.tsx';
import { writePreference } from '../preferences.ts';

/** Korean or English; on every page, the sign-in page too. */
export function LanguageSwitch() {
  const t = useText();
  return (
    <select
      aria-label={t.common.language}
      value={useLanguage()}
      onChange={({ target }) => writePreference('language', target.value)}
      className="min-h-8 rounded-md border border-transparent bg-transparent px-1 text-sm text-quiet hover:border-line hover:text-ink max-sm:min-h-11"
    >
      {Object.entries(LANGUAGES).map(([value, label]) => (
        <option key={value} value={value} className="bg-raised text-ink">
          {label}
        </option>
      ))}
    </select>
  );
}
