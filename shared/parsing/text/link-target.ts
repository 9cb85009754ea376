/** Deeper parentheses in a target are refused, as CommonMark allows: searching further would be quadratic. */
const MAX_PARENTHESES = 32;
const BLANKS = /[^\S\n]*\n?[^\S\n]*/uy;
const ANGLED = /<(?:[^<>\n\\]|\\.)*>/uy;
const TITLE = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\((?:[^()\\]|\\.)*\)/suy;

/**
 * The length of `(target "title")` at an offset of Markdown source, the part of an inline link behind its text; 0 where
 * there is none.
 */
export function readLinkTarget(source: string, start: number): number {
  if (source[start] !== '(') return 0;
  let at = skip(BLANKS, source, start + 1);
  const target = source[at] === '<' ? skip(ANGLED, source, at) : skipPlainTarget(source, at);
  if (source[at] === '<' && target === at) return 0;
  at = skip(BLANKS, source, target);
  if (at > target) at = skip(BLANKS, source, skip(TITLE, source, at));
  return source[at] === ')' ? at + 1 - start : 0;
}

/** The address in `(target "title")`, without escapes. */
export function linkTargetText(link: string): string {
  const inside = link.slice(1, -1).trimStart();
  const angled = inside.startsWith('<');
  const end = angled ? skip(ANGLED, inside, 0) : skipPlainTarget(inside, 0);
  const target = angled ? inside.slice(1, end - 1) : inside.slice(0, end);
  return target.replace(/\\([!-/:-@[-`{-~])/gu, '$1');
}

/** @returns the offset behind a match of `pattern` at `at`; `at` where it does not match */
function skip(pattern: RegExp, source: string, at: number): number {
  pattern.lastIndex = at;
  return at + (pattern.exec(source)?.[0].length ?? 0);
}

/** Skips a target without blanks, whose parentheses are balanced. */
function skipPlainTarget(source: string, start: number): number {
  let depth = 0;
  let at = start;
  for (; at < source.length; at += 1) {
    const char = source[at] ?? '';
    if (/\s/u.test(char)) break;
    if (char === '\\') at += 1;
    else if (char === '(') depth += 1;
    else if (char === ')') depth -= 1;
    if (depth < 0 || depth > MAX_PARENTHESES) break;
  }
  return at;
}
