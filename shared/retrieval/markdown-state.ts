const CLOSING: Record<string, string> = { '“': '”', '「': '」', '『': '』', '«': '»' };
const FORMULA_CLOSING: Record<string, string> = { '(': ')', '[': ']' };
const LONGEST_FORMULA = 120;
/** A word of a sentence; formulas have commands (`\alpha`) and names of one or two letters. */
const PROSE_WORD = /(?<![\\A-Za-z])[A-Za-z]{3,}|[가-힣]/u;

/**
 * What surrounds the next character of a Markdown text that streams in: code (spans in backticks, fences of backticks
 * or tildes, indented blocks), a formula, or a quotation. In code and formulas brackets are never citations.
 */
export class MarkdownState {
  /** The first characters of the line, as many as its kind depends on. */
  #lineStart = '';
  #fence: { char: string; length: number } | null = null;
  #backticks = { run: 0, open: 0 };
  #isAfterBlank = true;
  #isInList = false;
  #isIndented = false;
  #formula: { close: string; content: string } | null = null;
  #quote: { close: string; content: string } | null = null;
  #last = '';

  /** The text inside the open quotation mark, and the mark that closes it; null outside of quotations. */
  get quotation(): { close: string; content: string } | null {
    return this.#quote;
  }

  /** Whether `next`, the character after the text, is part of code or of a formula. */
  isVerbatim(next: string): boolean {
    if (next === '`') return false;
    this.#closeBackticks();
    return this.#isCode() || this.#isFormula(next);
  }

  write(char: string): void {
    if (char === '\n') this.#endLine();
    else {
      if (this.#lineStart.length < 12) this.#lineStart += char;
      this.#trackBackticks(char);
      if (!this.#isCode()) {
        this.#trackFormula(char);
        this.#trackQuotation(char);
      }
    }
    this.#last = char;
  }

  #isCode(): boolean {
    if (this.#fence || FENCE.test(this.#lineStart) || this.#backticks.open > 0) return true;
    return (
      /^(?: {4}|\t)/.test(this.#lineStart) && !this.#isInList && (this.#isAfterBlank || this.#isIndented)
    );
  }

  #trackBackticks(char: string): void {
    if (char === '`') this.#backticks.run += 1;
    else this.#closeBackticks();
  }

  #closeBackticks(): void {
    const { run, open } = this.#backticks;
    if (run === 0) return;
    this.#backticks = { run: 0, open: open === 0 ? run : open === run ? 0 : open };
  }

  /** Code spans, formulas in `$` and quotations end with their line: an unclosed one must not hide all that follows. */
  #endLine(): void {
    const line = this.#lineStart;
    const [, mark = ''] = FENCE.exec(line) ?? [];
    if (this.#fence) {
      if (mark.startsWith(this.#fence.char) && mark.length >= this.#fence.length) this.#fence = null;
    } else if (mark) this.#fence = { char: mark.slice(0, 1), length: mark.length };
    const isBlank = line.trim() === '';
    if (!isBlank) {
      this.#isIndented = this.#isCode();
      this.#isInList = /^\s*(?:[-*+]|\d{1,3}[.)])\s/.test(line) || (this.#isInList && /^\s/.test(line));
    }
    this.#isAfterBlank = isBlank;
    this.#backticks = { run: 0, open: 0 };
    this.#lineStart = '';
    this.#quote = null;
    if (this.#formula?.close === '$' || (isBlank && this.#formula)) this.#formula = null;
  }

  #isFormula(next: string): boolean {
    if (!this.#formula) return false;
    const { close, content } = this.#formula;
    if (close !== '$') return true;
    if (content === '') return /\S/u.test(next);
    return !/^[\s\d]/.test(content) && content.length <= LONGEST_FORMULA && !PROSE_WORD.test(content);
  }

  #trackFormula(char: string): void {
    const formula = this.#formula;
    const isEscaped = this.#last === '\\';
    if (!formula) {
      const close = char === '$' ? '$' : isEscaped ? FORMULA_CLOSING[char] : undefined;
      if (close) this.#formula = { close, content: '' };
    } else if (formula.close === '$' && char === '$') {
      this.#formula = formula.content ? null : { close: '$$', content: '' };
    } else if (
      char === formula.close.slice(-1) &&
      (formula.close === '$$' ? this.#last === '$' : isEscaped)
    ) {
      this.#formula = null;
    } else formula.content = (formula.content + char).slice(0, LONGEST_FORMULA + 1);
  }

  #trackQuotation(char: string): void {
    if (this.#quote) {
      if (char === this.#quote.close) this.#quote = null;
      else this.#quote.content += char;
      return;
    }
    const close = CLOSING[char] ?? (char === '"' && /^$|[\s(\n:,]/u.test(this.#last) ? '"' : null);
    if (close) this.#quote = { close, content: '' };
  }
}

const FENCE = /^ {0,3}(`{3,}|~{3,})/;
