import { levelParts, MAX_LEVELS, type NumberedList, type NumberLevel } from './numbering.ts';
import type { OfficePackage } from './package.ts';
import { wordValue } from './word-attributes.ts';

type Abstract = {
  levels: Map<number, NumberLevel>;
  levelByStyle: Map<string, number>;
  styleLink: string | null;
};
type Instance = { abstract: string; levels: Map<number, NumberLevel>; starts: Map<number, number> };

/** The lists of a Word document, from `numbering.xml`: an abstract list has the levels, its instances change some. */
export class WordLists {
  readonly #abstracts = new Map<string, Abstract>();
  readonly #instances = new Map<string, Instance>();
  readonly #lists = new Map<string, NumberedList | null>();
  #abstract: Abstract | null = null;
  #instance: Instance | null = null;
  #level: NumberLevel | null = null;
  #index = 0;
  /** Alternative forms of a level's definition for old programs. */
  #fallbacks = 0;

  /** Lists are empty where the document has no such part. */
  static async read(file: OfficePackage, part: string | undefined): Promise<WordLists> {
    const lists = new WordLists();
    if (part === undefined || !file.has(part)) return lists;
    await file.read(part, {
      onOpenTag: (name, attributes) => lists.#open(name, attributes),
      onCloseTag: (name) => lists.#close(name),
    });
    return lists;
  }

  /**
   * The list of an id (`w:numId`); null for none. `numberingOf` gives the list of a numbering style, to which an
   * abstract list without levels refers.
   */
  find(id: string, numberingOf: (style: string) => string | null): NumberedList | null {
    const known = this.#lists.get(id);
    if (known !== undefined) return known;
    const instance = this.#instances.get(id);
    const found = instance ? this.#toList(id, instance, numberingOf) : null;
    this.#lists.set(id, found);
    return found;
  }

  /** The level of a list that is linked to a paragraph style; null for none. */
  levelOfStyle(list: NumberedList, style: string): number | null {
    return this.#abstracts.get(list.counters)?.levelByStyle.get(style) ?? null;
  }

  #toList(
    id: string,
    instance: Instance,
    numberingOf: (style: string) => string | null,
  ): NumberedList | null {
    let counters = instance.abstract;
    let abstract = this.#abstracts.get(counters);
    if (abstract?.levels.size === 0 && abstract.styleLink !== null) {
      counters = this.#instances.get(numberingOf(abstract.styleLink) ?? '')?.abstract ?? counters;
      abstract = this.#abstracts.get(counters);
    }
    if (!abstract) return null;
    const levels = new Map([...abstract.levels, ...instance.levels]);
    return { id, counters, levels, starts: instance.starts };
  }

  #open(name: string, attributes: Record<string, string>): void {
    if (name === 'Fallback') this.#fallbacks += 1;
    if (this.#fallbacks > 0) return;
    const value = wordValue(attributes);
    if (name === 'abstractNum') {
      this.#abstract = { levels: new Map(), levelByStyle: new Map(), styleLink: null };
      this.#abstracts.set(wordValue(attributes, 'abstractNumId'), this.#abstract);
    } else if (name === 'num') {
      this.#instance = { abstract: '', levels: new Map(), starts: new Map() };
      this.#instances.set(wordValue(attributes, 'numId'), this.#instance);
    } else if (name === 'abstractNumId' && this.#instance) this.#instance.abstract = value;
    else if (name === 'numStyleLink' && this.#abstract) this.#abstract.styleLink = value;
    else if (name === 'lvlOverride') this.#index = levelIndex(wordValue(attributes, 'ilvl'));
    else if (name === 'startOverride') this.#instance?.starts.set(this.#index, Number(value) || 0);
    else if (name === 'lvl') this.#openLevel(levelIndex(wordValue(attributes, 'ilvl')));
    else if (this.#level) this.#openInLevel(this.#level, name, { value, attributes });
  }

  #openLevel(index: number): void {
    this.#index = index;
    this.#level = { start: 0, format: 'decimal', parts: [], isLegal: false, restartAfter: null };
    (this.#instance ?? this.#abstract)?.levels.set(index, this.#level);
  }

  #openInLevel(
    level: NumberLevel,
    name: string,
    { value, attributes }: { value: string; attributes: Record<string, string> },
  ): void {
    if (name === 'start') level.start = Number(value) || 0;
    else if (name === 'numFmt') level.format = formatName(value, wordValue(attributes, 'format'));
    else if (name === 'lvlText') level.parts = levelParts(value, '%');
    else if (name === 'isLgl') level.isLegal = !/^(0|false|off)$/u.test(value);
    else if (name === 'lvlRestart') level.restartAfter = (Number(value) || 0) - 1;
    else if (name === 'pStyle') this.#abstract?.levelByStyle.set(value, this.#index);
  }

  #close(name: string): void {
    if (name === 'Fallback') this.#fallbacks -= 1;
    if (this.#fallbacks > 0) return;
    if (name === 'lvl') this.#level = null;
    else if (name === 'abstractNum') this.#abstract = null;
    else if (name === 'num') this.#instance = null;
  }
}

/** A custom format is described by an example: `001, 002, 003, ...`. */
function formatName(name: string, example: string): string {
  return name === 'custom' && /^0+1,/u.test(example) ? 'decimalZero' : name;
}

function levelIndex(text: string): number {
  return Math.min(MAX_LEVELS - 1, Math.max(0, Number(text) || 0));
}
