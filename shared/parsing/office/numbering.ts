import { formatNumber } from './number-formats.ts';

/** A piece of a level's text: words, or the number of a level (from 0). */
export type LevelPart = string | { level: number };

/** One level of a list, as a word processor defines it. */
export type NumberLevel = {
  start: number;
  /** A name of `formatNumber`, or `bullet`. */
  format: string;
  parts: LevelPart[];
  /** Numbers of all levels are shown as decimals (legal numbering). */
  isLegal: boolean;
  /** The deepest level (from 0) whose paragraphs restart this one: -1 for none, null for each level above it. */
  restartAfter: number | null;
};

/** `counters` names the list whose numbers are counted on; several lists of other looks may share them. */
export type NumberedList = {
  id: string;
  counters: string;
  levels: ReadonlyMap<number, NumberLevel>;
  /** Numbers from which this list begins anew where it first appears, and again below each level above, by level. */
  starts: ReadonlyMap<number, number>;
};

/** Levels of lists that are told apart; Word has nine, Hancom's word processor ten. */
export const MAX_LEVELS = 10;
/** It is repeated at each paragraph. */
const MAX_TEXT_CHARS = 100;

/** Parses a level's text, such as `제%1조` or `^1.^2.`, whose levels count from 1 behind `sign`. */
export function levelParts(text: string, sign: '%' | '^'): LevelPart[] {
  const parts = text.slice(0, MAX_TEXT_CHARS).split(sign === '%' ? /(%\d)/u : /(\^\d)/u);
  return parts
    .filter((part) => part !== '')
    .map((part) =>
      part.length === 2 && part.startsWith(sign) && part !== `${sign}0`
        ? { level: Number(part[1]) - 1 }
        : part,
    );
}

/**
 * Counts the paragraphs of automatic lists in the order of the document. A list goes on after other text; deeper levels
 * begin anew below each paragraph of a level above them.
 */
export class ListCounters {
  readonly #numbers = new Map<string, (number | undefined)[]>();
  readonly #started = new Set<string>();

  /** Counts a paragraph. @returns its number as shown, `-` for a bullet, empty where the level shows nothing */
  next(list: NumberedList, level: number): string {
    const definition = list.levels.get(level);
    if (!definition) return '';
    const numbers = this.#numbers.get(list.counters) ?? [];
    this.#numbers.set(list.counters, numbers);
    const before = numbers[level];
    const start = list.starts.get(level) ?? definition.start;
    numbers[level] = this.#restart(list, level) ?? (before === undefined ? start : before + 1);
    for (let deeper = level + 1; deeper < MAX_LEVELS; deeper += 1) {
      const restartAfter = list.levels.get(deeper)?.restartAfter ?? null;
      if (restartAfter === null || level <= restartAfter) numbers[deeper] = undefined;
    }
    if (definition.format === 'bullet') return '-';
    return definition.parts.map((part) => showPart(part, { list, numbers, definition })).join('');
  }

  /** The number from which a list begins anew, once; null where it counts on. */
  #restart({ id, starts }: NumberedList, level: number): number | null {
    const start = starts.get(level);
    const key = `${id} ${level}`;
    if (start === undefined || this.#started.has(key)) return null;
    this.#started.add(key);
    return start;
  }
}

type Shown = { list: NumberedList; numbers: (number | undefined)[]; definition: NumberLevel };

function showPart(part: LevelPart, { list, numbers, definition }: Shown): string {
  if (typeof part === 'string') return part;
  const level = list.levels.get(part.level);
  if (!level || level.format === 'bullet') return '';
  const number = numbers[part.level] ?? list.starts.get(part.level) ?? level.start;
  return formatNumber(number, definition.isLegal && level.format !== 'none' ? 'decimal' : level.format);
}
