import { linkSuffix } from '../link-text.ts';
import { CHECKED, type FieldLink, linkTarget, startPiece, UNCHECKED, WordFields } from './docx-fields.ts';
import type { WordFlow, WordParagraph } from './docx-flow.ts';

/** A content control; `checked` is null where it is no check box. */
type Control = { checked: boolean | null; isWritten: boolean };
/** The piece before `end` is its suffix. */
type DoneLink = FieldLink & { end: number };

/** Pieces of one link, at most. Programs divide it at each change of its looks. */
const MAX_PIECES = 100;

/** Writes the text of runs into the open paragraph, as far as a reader sees it: no hidden text, no instructions. */
export class WordRuns {
  readonly fields = new WordFields();
  readonly #flow: WordFlow;
  readonly #styleHides: (paragraph: WordParagraph) => boolean;
  /** Whether each open run is hidden; null where its paragraph says so. */
  readonly #hidden: (boolean | null)[] = [];
  readonly #controls: Control[] = [];
  readonly #links: (FieldLink | null)[] = [];
  #lastLink: DoneLink | null = null;

  constructor(flow: WordFlow, styleHides: (paragraph: WordParagraph) => boolean) {
    this.#flow = flow;
    this.#styleHides = styleHides;
  }

  openRun(): void {
    this.#hidden.push(null);
  }

  closeRun(): void {
    this.#hidden.pop();
  }

  setHidden(hidden: boolean): void {
    if (this.#hidden.length > 0) this.#hidden[this.#hidden.length - 1] = hidden;
  }

  openControl(): void {
    this.#controls.push({ checked: null, isWritten: false });
  }

  closeControl(): void {
    this.#controls.pop();
  }

  setChecked(checked: boolean): void {
    const control = this.#controls.at(-1);
    if (control) control.checked = checked;
  }

  /** The sign of a check box whose control shows nothing. */
  closeControlContent(): void {
    const control = this.#controls.at(-1);
    if (control && control.checked !== null && !control.isWritten) this.write(' ');
  }

  /** Whether a reader sees what stands here. */
  get isShown(): boolean {
    const paragraph = this.#flow.paragraph;
    if (!paragraph || this.fields.isCode) return false;
    return !(this.#hidden.at(-1) ?? this.#styleHides(paragraph));
  }

  write(text: string): void {
    const paragraph = this.#flow.paragraph;
    if (!paragraph || text === '' || !this.isShown) return;
    const control = this.#controls.at(-1);
    if (!control || control.checked === null) {
      paragraph.text += text;
      return;
    }
    // The sign in the file may be one of a symbol font.
    if (!control.isWritten) paragraph.text += control.checked ? CHECKED : UNCHECKED;
    control.isWritten = true;
  }

  /** Begins a link. A link of the same target just before it is the same link, whose runs were divided. */
  openLink(target: string | null): void {
    const paragraph = this.#flow.paragraph;
    const last = this.#lastLink;
    this.#lastLink = null;
    if (!paragraph || target === null) {
      this.#links.push(null);
      return;
    }
    let start = startPiece(paragraph);
    if (last?.paragraph === paragraph && last.target === target && last.end === start) {
      const isShort = start - last.start < MAX_PIECES;
      if (isShort) paragraph.done[start - 1] = '';
      if (isShort) start = last.start;
    }
    this.#links.push({ paragraph, start, target });
  }

  closeLink(): void {
    this.#endLink(this.#links.pop() ?? null);
  }

  openSimpleField(code: string): void {
    this.openLink(linkTarget(code));
  }

  endField(): void {
    const { text, link } = this.fields.end();
    this.write(text);
    this.#endLink(link);
  }

  #endLink(link: FieldLink | null): void {
    if (!link || link.paragraph !== this.#flow.paragraph) return;
    const { paragraph, start, target } = link;
    startPiece(paragraph);
    if (paragraph.done.length - start > MAX_PIECES * 2) return;
    const suffix = linkSuffix(paragraph.done.slice(start).join(''), target);
    this.#lastLink = { ...link, end: paragraph.done.push(suffix) };
  }
}
