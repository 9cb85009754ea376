import type {
  RawMessageStreamEvent,
  SearchResultBlockParam,
  TextCitation,
} from '@anthropic-ai/sdk/resources/messages';
import { type Span, splitSentences } from '#shared/text/sentences.ts';
import { type AnswerPart, type Cite, type Passage, withoutForeignMarkers } from './request.ts';

/**
 * A passage as a search result. A text block is the smallest unit that Claude cites, so each sentence is one; together
 * they are the whole text.
 * @see https://platform.claude.com/docs/en/build-with-claude/search-results
 */
export function toSearchResult({ index, text }: Passage, title: string): SearchResultBlockParam {
  return {
    type: 'search_result',
    source: sourceOf(index),
    title,
    content: blocksOf(text).map(({ start, end }) => ({
      type: 'text',
      text: withoutForeignMarkers(text.slice(start, end)),
    })),
    // All search results of a request have citations, or none.
    citations: { enabled: true },
  };
}

function sourceOf(index: number): string {
  return `passage-${index}`;
}

/** The sentences with the white space behind them. */
function blocksOf(text: string): Span[] {
  const starts = splitSentences(text).map(({ start }) => start);
  return starts.map((start, at) => ({ start: at === 0 ? 0 : start, end: starts[at + 1] ?? text.length }));
}

/**
 * Reads the text blocks of an answer with their citations. A citation supports the whole block and may come before or
 * after its text, so that it is passed on at the block's end, before the white space there. The cited part is found by
 * the numbers of its blocks: `cited_text` is what was sent, which need not be the passage's text to the letter.
 */
export class CitedTextReader {
  readonly #passages: Map<string, Passage>;
  #hasText = false;
  #spaces = '';
  #cites = new Map<number, Cite>();

  constructor(passages: Passage[]) {
    this.#passages = new Map(passages.map((passage) => [sourceOf(passage.index), passage]));
  }

  *read(event: RawMessageStreamEvent): Generator<AnswerPart, void> {
    if (event.type === 'content_block_stop') yield* this.#endBlock();
    if (event.type !== 'content_block_delta') return;
    if (event.delta.type === 'citations_delta') this.#cite(event.delta.citation);
    if (event.delta.type === 'text_delta') yield* this.#write(event.delta.text);
  }

  *#write(more: string): Generator<AnswerPart, void> {
    const text = this.#spaces + more;
    const kept = text.trimEnd();
    this.#spaces = text.slice(kept.length);
    if (kept) yield { type: 'delta', text: kept };
    this.#hasText ||= kept !== '';
  }

  *#endBlock(): Generator<AnswerPart, void> {
    if (this.#hasText) yield* this.#cites.values();
    if (this.#spaces) yield { type: 'delta', text: this.#spaces };
    this.#hasText = false;
    this.#spaces = '';
    this.#cites.clear();
  }

  /** Blocks that no passage has are a mistake of the model or of its provider. */
  #cite(citation: TextCitation): void {
    if (citation.type !== 'search_result_location') return;
    const passage = this.#passages.get(citation.source);
    const blocks = passage ? blocksOf(passage.text) : [];
    const [first, last] = [blocks[citation.start_block_index], blocks[citation.end_block_index - 1]];
    if (!passage || !first || !last || last.end <= first.start) return;
    const { index } = passage;
    const known = this.#cites.get(index);
    this.#cites.set(index, {
      type: 'cite',
      index,
      start: Math.min(first.start, known?.start ?? first.start),
      end: Math.max(last.end, known?.end ?? last.end),
    });
  }
}
