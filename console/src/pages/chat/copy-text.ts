import type { Citation } from './markers.ts';

type Words = { sources: string; page(page: number): string };
type Cited = Pick<Citation, 'index' | 'filename' | 'page' | 'quote' | 'url'>;

/** An answer as text that stands alone: what it says, and below it each source with its quote and address. */
export function copyText(content: string, citations: Cited[], words: Words): string {
  const lines = citations.map(({ index, filename, page, quote, url }) => {
    const place = page === null ? filename : `${filename}, ${words.page(page)}`;
    return `[${index}] ${place}: “${quote.replace(/\s+/g, ' ').trim()}” ${url}`;
  });
  const unique = [...new Set(lines)];
  return unique.length > 0 ? `${content.trim()}\n\n${words.sources}\n${unique.join('\n')}` : content.trim();
}
