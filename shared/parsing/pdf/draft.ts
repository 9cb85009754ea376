import type { PlacedText } from '../placed-text.ts';

/** A block of a page whose lines are not joined yet, and of which it is not known yet whether it is a heading. */
export type Draft = {
  kind: 'text' | 'list' | 'table';
  /** The lines of one paragraph, or one item or row per entry. */
  lines: PlacedText[];
  /** Font size in points; 0 for tagged lists and for tables. */
  size: number;
  page: number;
  /** Heading level by the document's tags. */
  level?: number;
};
