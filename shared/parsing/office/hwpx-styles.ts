import type { OfficePackage } from './package.ts';

/** What a paragraph is by its style: a heading of a level from 1, a list item of a depth from 0, or neither. */
export type ParagraphRole = { heading: number } | { listDepth: number } | null;

type Shape = { type: string; level: number };

/** The styles that Hancom's programs bring, in both of their languages. */
const HEADING_STYLE = /^(?:개요|제목|큰제목|outline|heading|title)\s?(\d{1,2})?$/iu;

/** Tells what paragraphs are, from `Contents/header.xml`: by their shape's outline or bullets, else by their style's name. */
export class HwpxStyles {
  readonly #shapes = new Map<string, Shape>();
  readonly #styles = new Map<string, ParagraphRole>();

  static async read(file: OfficePackage, part: string): Promise<HwpxStyles> {
    const styles = new HwpxStyles();
    let shape = '';
    if (!file.has(part)) return styles;
    await file.read(part, {
      onOpenTag: (name, attributes) => {
        if (name === 'paraPr') shape = attributes['id'] ?? '';
        else if (name === 'heading') {
          const { type = 'NONE', level } = attributes;
          styles.#shapes.set(shape, { type, level: Math.max(0, Number(level) || 0) });
        } else if (name === 'style') {
          styles.#styles.set(
            attributes['id'] ?? '',
            byName(attributes['name']) ?? byName(attributes['engName']),
          );
        }
      },
    });
    return styles;
  }

  /** The role of a paragraph with these attributes (`paraPrIDRef`, `styleIDRef`). */
  roleOf(attributes: Record<string, string>): ParagraphRole {
    const shape = this.#shapes.get(attributes['paraPrIDRef'] ?? '');
    if (shape?.type === 'OUTLINE') return { heading: Math.min(6, shape.level + 1) };
    if (shape?.type === 'BULLET' || shape?.type === 'NUMBER') return { listDepth: Math.min(8, shape.level) };
    return this.#styles.get(attributes['styleIDRef'] ?? '') ?? null;
  }
}

function byName(name: string | undefined): ParagraphRole {
  const found = HEADING_STYLE.exec(name?.trim() ?? '');
  return found === null ? null : { heading: Math.min(6, Math.max(1, Number(found[1] ?? 1))) };
}
