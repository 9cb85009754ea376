import { HwpxNumberings } from './hwpx-numbering.ts';
import type { NumberedList } from './numbering.ts';
import type { OfficePackage } from './package.ts';

/** Role of a paragraph by its style: a heading of a level from 1, a list item of a depth from 0, or null. */
export type ParagraphRole = { heading: number } | { listDepth: number } | null;

type ParagraphShape = { type: string; level: number; list: string };

/** Names of the heading styles in Hancom's programs, in Korean and English. */
const HEADING_STYLE = /^(?:개요|제목|큰제목|outline|heading|title)\s?(\d{1,2})?$/iu;

/**
 * Gives the role of paragraphs, from `Contents/header.xml`: by the outline level or bullet of their shape, else by
 * the name of their style.
 */
export class HwpxStyles {
  readonly #shapes = new Map<string, ParagraphShape>();
  readonly #styles = new Map<string, ParagraphRole>();
  readonly #numberings = new HwpxNumberings();

  static async read(file: OfficePackage, part: string): Promise<HwpxStyles> {
    const styles = new HwpxStyles();
    let shape = '';
    if (!file.has(part)) return styles;
    await file.read(part, {
      onText: (text) => styles.#numberings.onText(text),
      onCloseTag: (name) => styles.#numberings.onCloseTag(name),
      onOpenTag: (name, attributes) => {
        styles.#numberings.onOpenTag(name, attributes);
        if (name === 'paraPr') shape = attributes['id'] ?? '';
        else if (name === 'heading') {
          const { type = 'NONE', level, idRef: list = '' } = attributes;
          styles.#shapes.set(shape, { type, level: Math.max(0, Number(level) || 0), list });
        } else if (name === 'style') {
          styles.#styles.set(
            attributes['id'] ?? '',
            roleByName(attributes['name']) ?? roleByName(attributes['engName']),
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

  /**
   * The list that numbers a paragraph, and its level; null for none. `outline` is the numbering of the outline in its
   * section.
   */
  numberingOf(
    attributes: Record<string, string>,
    outline: string,
  ): { list: NumberedList; level: number } | null {
    const shape = this.#shapes.get(attributes['paraPrIDRef'] ?? '');
    if (shape?.type !== 'OUTLINE' && shape?.type !== 'NUMBER') return null;
    const list = this.#numberings.lists.get(shape.type === 'OUTLINE' ? outline : shape.list);
    return list ? { list, level: shape.level } : null;
  }
}

function roleByName(name: string | undefined): ParagraphRole {
  const found = HEADING_STYLE.exec(name?.trim() ?? '');
  return found && { heading: Math.min(6, Math.max(1, Number(found[1] ?? 1))) };
}
