const FENCE = /^ {0,3}(?:```|~~~)/gm;

/**
 * Closes what the end of an unfinished text has left open, so that `**` and backquotes are not shown and hidden again
 * while an answer comes. A link or marker whose end has not come is left out.
 */
export function completeMarkdown(text: string): string {
  if ((text.match(FENCE) ?? []).length % 2 === 1) return text;
  const from = text.lastIndexOf('\n\n') + 1;
  const last = text.slice(from).replace(/!?\[[^\]\n]*(?:\]\([^)\n]*)?$/, '');
  const code = closing(last, '`');
  // Asterisks in code are text.
  const outside = `${last}${code}`.replace(/`[^`]*`/g, '');
  return `${text.slice(0, from)}${last}${code}${closing(outside, '**')}`;
}

/** The mark again when it stands an odd number of times; nothing when no text follows it, which would show it. */
function closing(text: string, mark: string): string {
  return text.split(mark).length % 2 === 0 && !text.endsWith(mark) ? mark : '';
}
