/** A paragraph of DrawingML: its depth in a list from 0, and how it is marked if that is written on it. */
export type FrameParagraph = { text: string; depth: number; marker: 'bullet' | 'number' | 'none' | null };

/**
 * Reads the paragraphs (`a:p`) of DrawingML text from a stream of XML. Fields that show the slide's number
 * or today's date are left out.
 */
export class FrameParagraphs {
  #paragraph: FrameParagraph | null = null;
  #inText = false;
  #inField = false;
  #done: FrameParagraph[] = [];

  onOpenTag(name: string, attributes: Record<string, string>): void {
    if (name === 'p') this.#paragraph = { text: '', depth: 0, marker: null };
    const paragraph = this.#paragraph;
    if (paragraph === null) return;
    if (name === 't') this.#inText = true;
    else if (name === 'br') paragraph.text += '\n';
    else if (name === 'fld') this.#inField = /^(slidenum|datetime)/u.test(attributes['type'] ?? '');
    else if (name === 'pPr') paragraph.depth = Math.min(8, Math.max(0, Number(attributes['lvl'] ?? 0) || 0));
    else if (name === 'buChar' || name === 'buBlip') paragraph.marker = 'bullet';
    else if (name === 'buAutoNum') paragraph.marker = 'number';
    else if (name === 'buNone') paragraph.marker = 'none';
  }

  onText(text: string): void {
    if (this.#paragraph !== null && this.#inText && !this.#inField) this.#paragraph.text += text;
  }

  onCloseTag(name: string): void {
    if (name === 't') this.#inText = false;
    else if (name === 'fld') this.#inField = false;
    else if (name === 'p' && this.#paragraph !== null) {
      this.#done.push(this.#paragraph);
      this.#paragraph = null;
    }
  }

  /** The paragraphs since the last call, without the blank ones. */
  take(): FrameParagraph[] {
    const paragraphs = this.#done.filter(({ text }) => text.trim() !== '');
    this.#done = [];
    return paragraphs;
  }
}

/** Lines of a frame with their marks (`- `, `1. `); `listed` frames mark paragraphs that do not say otherwise. */
export function frameLines(paragraphs: FrameParagraph[], listed: boolean): { text: string; isList: boolean } {
  const numbers: number[] = [];
  let isList = false;
  const lines = paragraphs.map(({ text, depth, marker }) => {
    const kind = marker ?? (listed ? 'bullet' : 'none');
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
