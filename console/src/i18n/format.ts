import { useMemo } from 'react';
import type { Language } from './language.ts';
import { useLanguage } from './text.tsx';

const UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const;
const STEPS: [Intl.RelativeTimeFormatUnit, seconds: number][] = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
];

/** Numbers, money, sizes and times as the chosen language writes them. */
export function useFormat() {
  const language = useLanguage();
  return useMemo(() => formatters(language), [language]);
}

function formatters(language: Language) {
  const locale = language === 'ko' ? 'ko-KR' : 'en-GB';
  const date = new Intl.DateTimeFormat(locale, { dateStyle: 'medium' });
  const time = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' });
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
  const number = new Intl.NumberFormat(locale);
  const percent = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 1 });
  return {
    locale,
    date: (value: string | Date) => date.format(new Date(value)),
    /** Date and time of day. */
    time: (value: string | Date) => time.format(new Date(value)),
    /** "3 minutes ago". */
    ago(value: string | Date): string {
      const seconds = (new Date(value).getTime() - Date.now()) / 1_000;
      const [unit, size] = STEPS.find(([, each]) => Math.abs(seconds) >= each) ?? ['second', 1];
      return relative.format(unit === 'second' ? 0 : Math.round(seconds / size), unit);
    },
    number: (value: number) => number.format(value),
    /** A share from 0 to 1. */
    percent: (value: number) => percent.format(value),
    /** US dollars; small amounts keep the digits that tell them from zero. */
    usd(value: number): string {
      const digits = value !== 0 && Math.abs(value) < 0.01 ? 6 : 2;
      return new Intl.NumberFormat(locale, {
        style: 'currency',
        currency: 'USD',
        maximumFractionDigits: digits,
      }).format(value);
    },
    /** A size in bytes as "1.2 MB". */
    bytes(value: number): string {
      const step = Math.min(Math.floor(Math.log10(Math.max(value, 1)) / 3), UNITS.length - 1);
      return new Intl.NumberFormat(locale, {
        style: 'unit',
        unit: UNITS[step] ?? 'byte',
        unitDisplay: step === 0 ? 'long' : 'short',
        maximumFractionDigits: 1,
      }).format(value / 1_000 ** step);
    },
  };
}
