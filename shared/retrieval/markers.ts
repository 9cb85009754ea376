/** Numbers have at most three digits: `[2024]` is a year, not a citation. */
const NUMBER = String.raw`\d{1,3}`;
const LIST = String.raw`\^?${NUMBER}(?:\s*[,，、;]\s*\^?${NUMBER}|\s*[–-]\s*${NUMBER})*`;

/** `[1]`, `[1, 2]`, `[^1]`, `[1-3]`, `【1】`, `【1†source】`, with the spaces before it. */
const COMPLETE = new RegExp(String.raw`^[ \t]*(?:\[ ?(${LIST}) ?\]|【 ?(${LIST}) ?(?:[†:][^】\n]*)?】)$`);
const FORMING = /^[ \t]*(?:\[ ?\^?(?:\d[\d ,，、;^–-]{0,40})?|【 ?(?:\d[^】\n]{0,40})?)?$/;

const LONGEST_RANGE = 20;

/** Whether text may still become a marker as more of it arrives. Spaces before a marker are part of it. */
export function mayBecomeMarker(text: string): boolean {
  return FORMING.test(text);
}

/** The numbers of a complete marker in their order, each once; null for any other text. */
export function parseMarker(text: string): number[] | null {
  const match = COMPLETE.exec(text);
  const list = match?.[1] ?? match?.[2];
  if (!list) return null;
  return [...new Set(list.split(/[,，、;]/).flatMap(parseRange))];
}

function parseRange(part: string): number[] {
  const [from = 0, to = from] = part
    .replace('^', '')
    .split(/[–-]/)
    .map((number) => Number(number));
  if (to <= from || to - from > LONGEST_RANGE) return from === to ? [from] : [from, to];
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}

/** Tracks Markdown code in a stream: in fenced blocks and inline spans, brackets are indexes and not markers. */
export function trackCode(): { inCode: () => boolean; write: (char: string) => void } {
  let run = 0;
  let runAtLineStart = false;
  let blankLine = true;
  let fence = 0;
  let inline = 0;

  const closeRun = (): void => {
    const length = run;
    run = 0;
    if (length === 0) return;
    if (fence > 0) {
      if (runAtLineStart && length >= fence) fence = 0;
    } else if (inline > 0) {
      if (length === inline) inline = 0;
    } else if (length >= 3 && runAtLineStart) fence = length;
    else inline = length;
  };

  return {
    /** Whether the next character is code, unless it is a backtick. */
    inCode() {
      closeRun();
      return fence > 0 || inline > 0;
    },
    write(char) {
      if (char === '`') {
        if (run === 0) runAtLineStart = blankLine;
        run += 1;
        blankLine = false;
        return;
      }
      closeRun();
      // An unclosed span ends with its line: otherwise it would hide the markers of all following lines.
      if (char === '\n') inline = 0;
      blankLine = char === '\n' || (blankLine && (char === ' ' || char === '\t'));
    },
  };
}
