/** A block of a page before its headings are known and its lines are joined. */
export type Draft = {
  kind: 'text' | 'list' | 'table';
  /** Lines of one paragraph; or items, or rows, one each. */
  lines: string[];
  /** Font size in points, 0 where it does not matter. */
  size: number;
  page: number;
  /** Heading level that the document itself declares. */
  level?: number;
};
