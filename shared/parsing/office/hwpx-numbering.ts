import { levelParts, MAX_LEVELS, type NumberedList, type NumberLevel } from './numbering.ts';
import type { XmlEvents } from './package.ts';

/** Names of number formats (OWPML, KS X 6101), each with that of `formatNumber`. */
const FORMATS: Readonly<Record<string, string>> = {
  DIGIT: 'decimal',
  CIRCLED_DIGIT: 'decimalEnclosedCircle',
  ROMAN_CAPITAL: 'upperRoman',
  ROMAN_SMALL: 'lowerRoman',
  LATIN_CAPITAL: 'upperLetter',
  LATIN_SMALL: 'lowerLetter',
  CIRCLED_LATIN_CAPITAL: 'enclosedUpperLetter',
  CIRCLED_LATIN_SMALL: 'enclosedLowerLetter',
  HANGUL_SYLLABLE: 'ganada',
  CIRCLED_HANGUL_SYLLABLE: 'enclosedGanada',
  HANGUL_JAMO: 'chosung',
  CIRCLED_HANGUL_JAMO: 'enclosedChosung',
  HANGUL_PHONETIC: 'koreanCounting',
  IDEOGRAPH: 'chineseCounting',
  CIRCLED_IDEOGRAPH: 'ideographEnclosedCircle',
  DECAGON_CIRCLE: 'koreanStems',
  DECAGON_CIRCLE_HANJA: 'ideographTraditional',
};

/** Collects the numberings (`hh:numbering`) of a document's header, by their ids. */
export class HwpxNumberings implements XmlEvents {
  readonly lists = new Map<string, NumberedList>();
  #levels: Map<number, NumberLevel> | null = null;
  #level: { index: number; definition: NumberLevel; text: string } | null = null;

  onOpenTag(name: string, attributes: Record<string, string>): void {
    if (name === 'numbering') {
      const id = attributes['id'] ?? '';
      this.#levels = new Map();
      this.lists.set(id, { id, counters: id, levels: this.#levels, starts: new Map() });
    } else if (name === 'paraHead' && this.#levels) {
      const { level, start, numFormat = '' } = attributes;
      const index = Math.min(MAX_LEVELS, Math.max(1, Number(level) || 1)) - 1;
      const format = Object.hasOwn(FORMATS, numFormat) ? (FORMATS[numFormat] ?? '') : 'decimal';
      const first = Number(start ?? 1);
      const definition = { format, parts: [], isLegal: false, restartAfter: null };
      this.#level = {
        index,
        text: '',
        definition: { ...definition, start: Number.isNaN(first) ? 1 : first },
      };
    }
  }

  onText(text: string): void {
    if (this.#level) this.#level.text += text;
  }

  onCloseTag(name: string): void {
    if (name === 'numbering') this.#levels = null;
    if (name !== 'paraHead' || !this.#level) return;
    const { index, definition, text } = this.#level;
    this.#level = null;
    definition.parts = levelParts(withPath(text, index), '^');
    this.#levels?.set(index, definition);
  }
}

/** `^n` stands for the numbers of all levels down to this one, `^N` for the same with a point behind. */
function withPath(text: string, index: number): string {
  const path = Array.from({ length: index + 1 }, (_, level) => `^${level + 1}`).join('.');
  return text.replaceAll('^n', path).replaceAll('^N', `${path}.`);
}
