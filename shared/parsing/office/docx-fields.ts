import type { WordParagraph } from './docx-flow.ts';
import { isOn, wordValue } from './word-attributes.ts';

/** A field while it is read: its instruction, then its result. `start` is as in `FieldLink`. */
type Field = {
  code: string;
  isCode: boolean;
  paragraph: WordParagraph | undefined;
  start: number;
  checked: boolean | null;
  entries: string[];
  entry: number;
};

/** A link: the text of the paragraph from the piece `start` on leads to `target`. */
export type FieldLink = { paragraph: WordParagraph; start: number; target: string };

export const CHECKED = '☒';
export const UNCHECKED = '☐';

const MAX_CODE_CHARS = 4_000;

/** The fields around the text (`w:fldChar`), the innermost last. Their results are shown, their instructions are not. */
export class WordFields {
  readonly #fields: Field[] = [];
  /** The number of fields whose instruction is open. */
  #codes = 0;

  /** Whether the text at this place belongs to an instruction. */
  get isCode(): boolean {
    return this.#codes > 0;
  }

  begin(): void {
    const state = { checked: null, entries: [], entry: 0 };
    this.#codes += 1;
    this.#fields.push({ code: '', isCode: true, paragraph: undefined, start: 0, ...state });
  }

  addCode(text: string): void {
    const field = this.#fields.at(-1);
    if (field && field.code.length < MAX_CODE_CHARS) field.code += text;
  }

  separate(paragraph: WordParagraph | undefined): void {
    const field = this.#fields.at(-1);
    if (!field) return;
    this.#endCode(field);
    field.paragraph = paragraph;
    field.start = paragraph ? startPiece(paragraph) : 0;
  }

  /** A property of a form field (`w:ffData`). `parent` is `checkBox` or `ddList`. */
  setFormProperty(parent: string, name: string, attributes: Record<string, string>): void {
    const field = this.#fields.at(-1);
    if (!field) return;
    if (parent === 'ffData' && name === 'checkBox') field.checked = false;
    else if (parent === 'checkBox' && (name === 'default' || name === 'checked')) {
      field.checked = isOn(attributes);
    } else if (parent !== 'ddList') return;
    else if (name === 'listEntry') field.entries.push(wordValue(attributes));
    else if (name === 'result') field.entry = Number(wordValue(attributes)) || 0;
  }

  /** @returns the text that stands for the field where its result is no text, and its link */
  end(): { text: string; link: FieldLink | null } {
    const field = this.#fields.pop();
    if (!field) return { text: '', link: null };
    this.#endCode(field);
    const { paragraph, start } = field;
    const target = linkTarget(field.code);
    const link = paragraph && target !== null ? { paragraph, start, target } : null;
    return { text: this.isCode ? '' : formText(field), link };
  }

  /** An instruction ends with its paragraph: in damaged files it would hide all text that follows. */
  endParagraph(): void {
    if (this.#codes > 0) for (const field of this.#fields) this.#endCode(field);
  }

  #endCode(field: Field): void {
    if (field.isCode) this.#codes -= 1;
    field.isCode = false;
  }
}

/** Begins a new piece of a paragraph's text. @returns its index */
export function startPiece(paragraph: WordParagraph): number {
  if (paragraph.text !== '') paragraph.done.push(paragraph.text);
  paragraph.text = '';
  return paragraph.done.length;
}

/** The address of a `HYPERLINK` field; null for other fields, and for places in the document. */
export function linkTarget(code: string): string | null {
  return /^\s*HYPERLINK\s+(?:"([^"]*)"|([^\s"\\]\S*))/iu.exec(code)?.slice(1).join('') ?? null;
}

/** What Word shows of a check box, a list of choices or a button, whose text is not in the file's text. */
function formText({ code, checked, entries, entry }: Field): string {
  if (checked !== null) return checked ? CHECKED : UNCHECKED;
  if (entries.length > 0) return entries[entry] ?? '';
  return /^\s*(?:MACROBUTTON|GOTOBUTTON)\s+\S+\s+(.*)$/isu.exec(code)?.[1]?.trim() ?? '';
}
