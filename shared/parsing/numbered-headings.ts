import type { Block } from './document.ts';

/** `제2장 휴가`, `제1절 총칙`, `부칙`: divisions of Korean statutes and company rules, on a line of their own. */
const DIVISION = /^제\s?\d{1,3}\s?(편|장|절|관)(?:의\s?\d+)?(?:[\s.:(].{0,60})?$/u;
const ADDENDUM = /^(부\s?칙|별\s?표\s?\d*|별\s?지\s?\d*)(?:\s?[(<〈[].{1,40}[)>〉\]])?$/u;
/** `제15조(연차휴가)`, with or without the text of the article after it. */
const ARTICLE = /^(제\s?\d{1,4}\s?조(?:의\s?\d{1,3})?\s?[([【〔][^)\]】〕]{1,40}[)\]】〕])(\s*)(.*)$/su;
/** Text after an article's number where the article is only cited: "제5조(연차)에 따라", "제5조(연차) 및 …". */
const ATTACHED_PARTICLE = /^(의|에|를|을|은|는|이|가|와|과|로|으로|부터|까지|[,.·ㆍ])/u;
const ENUMERATION = /^(및|또는|내지|제\s?\d)/u;

const LEVEL_BY_DIVISION: Record<string, number> = { 편: 1, 장: 1, 절: 2, 관: 3 };

export type NumberedHeading = { heading: string; level: number; rest: string };

/**
 * Recognises the numbered headings of Korean rules by their wording, for text without heading styles.
 * @returns null for other lines; `rest` is the text of an article after its heading on the same line
 */
export function parseNumberedHeading(line: string): NumberedHeading | null {
  const division = DIVISION.exec(line);
  if (division && !/[.다]$/u.test(line)) {
    return { heading: line, level: LEVEL_BY_DIVISION[division[1] ?? ''] ?? 1, rest: '' };
  }
  if (ADDENDUM.test(line)) return { heading: line, level: 1, rest: '' };
  const article = ARTICLE.exec(line);
  if (!article) return null;
  const [, heading = '', gap = '', rest = ''] = article;
  if (ENUMERATION.test(rest) || (gap === '' && ATTACHED_PARTICLE.test(rest))) return null;
  return { heading, level: 3, rest };
}

/** Turns paragraphs that are numbered headings into headings, below the levels of the document's own headings. */
export function splitNumberedHeadings(blocks: Block[]): Block[] {
  const deepest = blocks.reduce((most, { level = 0 }) => Math.max(most, level), 0);
  return blocks.flatMap((block): Block[] => {
    const found = block.kind === 'paragraph' ? parseNumberedHeading(block.text.trim()) : null;
    if (!found) return [block];
    const { page } = block;
    const heading: Block = {
      text: found.heading,
      kind: 'heading',
      page,
      level: Math.min(6, deepest + found.level),
    };
    return found.rest === '' ? [heading] : [heading, { text: found.rest, kind: 'paragraph', page }];
  });
}
