import { Lexer, type Token, Tokenizer, type Tokens, type TokensList } from 'marked';

/** Levels of lists and quotations that are told apart. People write up to five. */
const MAX_NESTING = 16;

/** Leaves the marks of deeper lists and quotations in the text. */
class FlatTokenizer extends Tokenizer {
  override blockquote(source: string): Tokens.Blockquote | undefined {
    return this.#isTooDeep() ? undefined : super.blockquote(source);
  }

  override list(source: string): Tokens.List | undefined {
    return this.#isTooDeep() ? undefined : super.list(source);
  }

  #isTooDeep(): boolean {
    return this.lexer instanceof BlockLexer && this.lexer.nesting > MAX_NESTING;
  }
}

/**
 * Divides Markdown into blocks, and leaves the text inside them as it is. The library reads the content of a list or a
 * quotation anew for each level around it, so the time of `3. 3. 3. …` grew with the square of its length.
 */
export class BlockLexer extends Lexer {
  nesting = 0;

  constructor() {
    super({ gfm: true, tokenizer: new FlatTokenizer() });
  }

  override blockTokens(source: string, tokens?: Token[], lastParagraphClipped?: boolean): Token[];
  override blockTokens(source: string, tokens?: TokensList, lastParagraphClipped?: boolean): TokensList;
  override blockTokens(source: string, tokens?: TokensList, lastParagraphClipped?: boolean): TokensList {
    this.nesting += 1;
    try {
      return super.blockTokens(source, tokens, lastParagraphClipped) as TokensList;
    } finally {
      this.nesting -= 1;
    }
  }
}
