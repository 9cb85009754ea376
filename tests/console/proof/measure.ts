import type { Glyph } from './glyphs.ts';

/** A rectangle that the viewer draws, in fractions of its page. */
export type Drawn = { page: number; left: number; top: number; width: number; height: number };

/** How well marks fit a quote. */
export type Fit = {
  /** The share of the quote's characters whose middle lies under a mark. */
  covered: number;
  /** Characters of other text whose middle lies under a mark, in drawing order. */
  strays: string;
};

/** Compares marks with the characters of a document. @returns null when the document does not draw the quote */
export function measureFit(glyphs: Glyph[], quote: string, marks: Drawn[]): Fit | null {
  const places = findGlyphs(glyphs, quote);
  if (places.length === 0) return null;
  const isUnder = (glyph: Glyph) => marks.some((mark) => lies(glyph, mark));
  // Of two equal sentences, the one that the marks mean.
  const fits = places.map((own) => {
    const under = own.filter((i) => isUnder(glyphs[i] as Glyph));
    const ownSet = new Set(own);
    const strays = glyphs.filter((glyph, i) => !ownSet.has(i) && isUnder(glyph)).map(({ char }) => char);
    return { covered: under.length / own.length, strays: strays.join('') };
  });
  return fits.toSorted((a, b) => b.covered - a.covered)[0] ?? null;
}

function lies({ page, x, y }: Glyph, mark: Drawn): boolean {
  return (
    page === mark.page &&
    x >= mark.left &&
    x <= mark.left + mark.width &&
    y >= mark.top &&
    y <= mark.top + mark.height
  );
}

/**
 * The places of a quote among the characters; ligatures count as their letters. Hyphens at the ends of lines are gone from the quote, and the bars between
 * the cells of a table are nowhere on the page.
 */
function findGlyphs(glyphs: Glyph[], quote: string): number[][] {
  const wanted = Array.from(quote.normalize('NFKC').replace(/[\s|]/gu, ''));
  const places: number[][] = [];
  for (let start = 0; start < glyphs.length; start += 1) {
    const place = followGlyphs(glyphs, start, wanted);
    if (place) places.push(place);
  }
  return places;
}

function followGlyphs(glyphs: Glyph[], start: number, wanted: string[]): number[] | null {
  const place: number[] = [];
  let at = start;
  for (const char of wanted) {
    if (glyphs[at]?.char !== char && glyphs[at]?.char === '-') at += 1;
    if (glyphs[at]?.char !== char) return null;
    place.push(at);
    at += 1;
  }
  return place;
}
