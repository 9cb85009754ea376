import type { XmlEvents } from './package.ts';

/** A paragraph of DrawingML. `depth` in a list counts from 0; `marker` is null where the layout decides it. */
export type FrameParagraph = { text: string; depth: number; marker: 'bullet' | 'number' | 'none' | null };

/**
 * Reads the paragraphs (`a:p`) of DrawingML text from a stream of XML. Fields that show the slide's number or
 * today's date are left out.
 */
export class FrameParagraphs implements XmlEvents {
  #paragraph: FrameParagraph | null = null;
  #inText = false;
  #inField = false;
  #done: FrameParagraph[] = [];

  onOpenTag(name: string, attributes: Record<string, string>): void {
    if (name === 'p') this.#paragraph = { text: '', depth: 0, marker: null };
    const paragraph = this.#paragraph;
    if (!paragraph) return;
    if (name === 't') this.#inText = true;
    else if (name === 'br') paragraph.text += '\n';
    else if (name === 'fld') this.#inField = /^(slidenum|datetime)/u.test(attributes['type'] ?? '');
    else if (name === 'pPr') paragraph.depth = Math.min(8, Math.max(0, Number(attributes['lvl'] ?? 0) || 0));
    else if (name === 'buChar' || name === 'buBlip') paragraph.marker = 'bullet';
    else if (name === 'buAutoNum') paragraph.marker = 'number';
    else if (name === 'buNone') paragraph.marker = 'none';
  }

  onText(text: string): void {
    if (this.#paragraph && this.#inText && !this.#inField) this.#paragraph.text += text;
  }

  onCloseTag(name: string): void {
    if (name === 't') this.#inText = false;
    else if (name === 'fld') this.#inField = false;
    else if (name === 'p' && this.#paragraph) {
      this.#done.push(this.#paragraph);
      this.#paragraph = null;
    }
  }

  /** Returns and forgets the paragraphs since the last call, without blank ones. */
  take(): FrameParagraph[] {
    const paragraphs = this.#done.filter(({ text }) => text.trim() !== '');
    this.#done = [];
    return paragraphs;
  }
}

/** The lines of a frame with their markers (`- `, `1. `). `fallback` marks paragraphs without a marker. */
export function frameLines(
  paragraphs: FrameParagraph[],
  fallback: 'bullet' | 'none',
): { text: string; isList: boolean } {
  const numbers: number[] = [];
  let isList = false;
  const lines = paragraphs.map(({ text, depth, marker }) => {
    const kind = marker ?? fallback;
    numbers.length = Math.min(numbers.length, depth + 1);
    const line = kind === 'none' ? text.trim() : text.replace(/\s+/gu, ' ').trim();
    if (kind === 'number') numbers[depth] = (numbers[depth] ?? 0) + 1;
    else numbers.length = Math.min(numbers.length, depth);
    if (kind === 'none') return line;
    isList = true;
    return `${'  '.repeat(depth)}${kind === 'number' ? `${numbers[depth] ?? 1}.` : '-'} ${line}`;
  });
  return { text: lines.join('\n'), isList };
}
