import type { OfficePackage } from './package.ts';
import { isOn, wordValue } from './word-attributes.ts';

type Style = {
  id: string;
  name: string;
  basedOn: string | null;
  /** From 0; 9 is body text. */
  outline: number | null;
  list: string | null;
  level: number | null;
  hidden: boolean | null;
};

/** What the styles of a paragraph say. `listStyle` is the style that names the list, `hiding` whether its text is hidden. */
export type ParagraphStyle = {
  heading: number | null;
  list: string | null;
  level: number | null;
  listStyle: string | null;
  hidden: boolean;
};

/** Names of heading styles in Word (English in each language), Hancom's programs and LibreOffice. */
const HEADING_STYLE = /^(?:heading|제목|개요|outline|title|見出し|标题|標題)\s?(\d{1,2})?$/iu;
/** Styles that a style is based on, at most. Circles end here too. */
const MAX_CHAIN = 32;
const BODY_TEXT = 9;
const PLAIN: ParagraphStyle = { heading: null, list: null, level: null, listStyle: null, hidden: false };

/** The styles of a Word document, from `styles.xml`, each with what it takes from the styles that it is based on. */
export class WordStyles {
  readonly #styles = new Map<string, Style>();
  readonly #paragraphs = new Map<string, ParagraphStyle>();
  #default = '';
  #open: Style | null = null;

  /** A document without the part has no styles. */
  static async read(file: OfficePackage, part: string | undefined): Promise<WordStyles> {
    const styles = new WordStyles();
    if (part === undefined || !file.has(part)) return styles;
    await file.read(part, {
      onOpenTag: (name, attributes) => styles.#openTag(name, attributes),
      onCloseTag: (name) => {
        if (name === 'style') styles.#open = null;
      },
    });
    return styles;
  }

  /** The style of a paragraph; null for the default one. */
  paragraph(id: string | null): ParagraphStyle {
    const key = id ?? this.#default;
    const known = this.#paragraphs.get(key);
    if (known) return known;
    const found = this.#resolve(key);
    this.#paragraphs.set(key, found);
    return found;
  }

  /** Whether a character style hides its text. */
  hides(id: string): boolean {
    return this.#chain(id).find(({ hidden }) => hidden !== null)?.hidden ?? false;
  }

  /** The list of a numbering style. */
  numberingOf(id: string): string | null {
    return this.#styles.get(id)?.list ?? null;
  }

  #openTag(name: string, attributes: Record<string, string>): void {
    const value = wordValue(attributes);
    const style = this.#open;
    if (name === 'style') this.#openStyle(attributes);
    else if (!style) return;
    else if (name === 'name') style.name = value;
    else if (name === 'basedOn') style.basedOn = value;
    else if (name === 'outlineLvl') style.outline = Number(value) || 0;
    else if (name === 'numId') style.list = value;
    else if (name === 'ilvl') style.level = Number(value) || 0;
    else if (name === 'vanish') style.hidden = isOn(attributes);
  }

  #openStyle(attributes: Record<string, string>): void {
    const id = wordValue(attributes, 'styleId');
    this.#open = { id, name: '', basedOn: null, outline: null, list: null, level: null, hidden: null };
    this.#styles.set(id, this.#open);
    const isDefault = /^(1|true|on)$/u.test(wordValue(attributes, 'default'));
    if (isDefault && wordValue(attributes, 'type') === 'paragraph') this.#default = id;
  }

  /** A style and those that it is based on, itself first. */
  #chain(id: string): Style[] {
    const chain: Style[] = [];
    let style = this.#styles.get(id);
    while (style && chain.length < MAX_CHAIN) {
      chain.push(style);
      style = style.basedOn === null ? undefined : this.#styles.get(style.basedOn);
    }
    return chain;
  }

  #resolve(id: string): ParagraphStyle {
    const chain = this.#chain(id);
    if (chain.length === 0) return { ...PLAIN, heading: headingByName(id) };
    const listed = chain.find(({ list }) => list !== null);
    return {
      heading: headingOf(chain),
      list: listed?.list ?? null,
      level: chain.find(({ level }) => level !== null)?.level ?? null,
      listStyle: listed?.id ?? null,
      hidden: chain.find(({ hidden }) => hidden !== null)?.hidden ?? false,
    };
  }
}

/** The heading level (1–6) of the nearest style that has one by its outline level or its name. */
function headingOf(chain: Style[]): number | null {
  for (const { name, outline } of chain) {
    if (outline !== null) return headingByOutline(outline);
    const level = headingByName(name);
    if (level !== null) return level;
  }
  return null;
}

/** The heading level (1–6) of an outline level (0–8); null for body text. */
export function headingByOutline(outline: number): number | null {
  return outline >= BODY_TEXT ? null : Math.min(6, outline + 1);
}

function headingByName(name: string): number | null {
  const found = HEADING_STYLE.exec(name.trim());
  return found && Math.min(6, Math.max(1, Number(found[1] ?? 1)));
}
