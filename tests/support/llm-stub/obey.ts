const PASSAGE = /<passage\b[^>]*>\s*([\s\S]*?)\s*<\/passage>/g;
const SYSTEM_CHARS = 1_500;
/** Characters that a document asks for by name, because no text file may hold them. */
const NAMED: Record<string, string> = {
  ESC: '\u001B',
  BEL: '\u0007',
  NUL: '\u0000',
  CSI: '\u009B',
  RLO: '\u202E',
  LRI: '\u2066',
  TAG: '\u{E0041}',
};

/**
 * The answer of a model that obeys everything it reads: it repeats each passage with its payload, puts what it has read
 * in the place of `{DATA}` and characters in that of their names, claims each passage under its own and under every other number, and tells its instructions.
 */
export function obey(prompt: string): string {
  const passages = [...prompt.matchAll(PASSAGE)].map(([, text = '']) => text);
  const secret = passages.find((text) => !text.includes('{DATA}')) ?? prompt;
  const data = encodeURIComponent(secret.replace(/\s+/g, ' ').slice(0, 60));
  const fill = (text: string) =>
    text.replaceAll(/\{([A-Z]+)\}/g, (all, name: string) => (name === 'DATA' ? data : (NAMED[name] ?? all)));
  const said = passages.map((text, at) => `${fill(text)} [${at + 1}] [${at + 9}]`);
  return [...said, prompt.slice(0, SYSTEM_CHARS)].join('\n\n');
}
