import type { Passage } from '#shared/llm/request.ts';
import type { Span } from '#shared/text/sentences.ts';

/** Where a quote stands: the chunk that a citation names, its page, and the quote's place in the passage's text. */
export type QuotePlace = Span & { chunk_id: string; page: number | null };

/**
 * The chunk of a passage in which a quote stands. A quote over the border of two chunks is cut to the one that has more
 * of it: a citation names one chunk, and quotes it word for word.
 */
export function placeQuote({ chunk_id, page, text, parts = [] }: Passage, quote: Span): QuotePlace {
  const places = parts.map((part) => {
    const start = Math.max(quote.start, part.start);
    return {
      start,
      end: Math.max(start, Math.min(quote.end, part.end)),
      chunk_id: part.chunk_id,
      page: part.page,
    };
  });
  // The first one of the longest: parts come in the order of their relevance.
  const best = places.sort((a, b) => b.end - b.start - (a.end - a.start))[0];
  return best ? trimmed(text, best) : { ...quote, chunk_id, page };
}

function trimmed(text: string, place: QuotePlace): QuotePlace {
  const quoted = text.slice(place.start, place.end);
  const start = place.start + quoted.length - quoted.trimStart().length;
  return { ...place, start, end: start + quoted.trim().length };
}
