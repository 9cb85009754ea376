import { getDocumentProxy, getResolvedPDFJS } from 'unpdf';
import { CMapFactory } from '#shared/parsing/pdf/cmaps.ts';

/** A visible character of a page: where its middle is, in fractions of the page as a reader sees it. */
export type Glyph = { char: string; page: number; x: number; y: number };

type Matrix = [number, number, number, number, number, number];
type FontGlyph = { unicode: string; width: number; isSpace?: boolean };
type TextState = {
  size: number;
  charSpace: number;
  wordSpace: number;
  scale: number;
  rise: number;
  leading: number;
};
type State = { ctm: Matrix; text: TextState };

const NO_TEXT: TextState = { size: 0, charSpace: 0, wordSpace: 0, scale: 1, rise: 0, leading: 0 };
const IDENTITY: Matrix = [1, 0, 0, 1, 0, 0];
/** The middle of a letter above its baseline, in ems. */
const MIDDLE = 0.33;

/**
 * The characters of a PDF as it draws them, in drawing order: by the widths of its own fonts, which pdf.js does not give
 * with a text. It is the measure of the boxes, and knows nothing of how they are made.
 */
export async function glyphsOf(bytes: Uint8Array): Promise<Glyph[]> {
  const { OPS } = await getResolvedPDFJS();
  const names = new Map(Object.entries(OPS).map(([name, code]) => [code, name]));
  const pdf = await getDocumentProxy(bytes.slice(), {
    BinaryDataFactory: CMapFactory,
    cMapPacked: true,
    useSystemFonts: true,
    disableFontFace: true,
    verbosity: 0,
  });
  const glyphs: Glyph[] = [];
  for (let number = 1; number <= pdf.numPages; number += 1) {
    const page = await pdf.getPage(number);
    const view = page.getViewport({ scale: 1 });
    const { fnArray, argsArray } = await page.getOperatorList();
    const pen = new Pen((char, x, y) => {
      const [px, py] = apply(view.transform as Matrix, x, y);
      if (/\S/u.test(char) && !/\p{Cc}/u.test(char))
        glyphs.push({ char, page: number, x: px / view.width, y: py / view.height });
    });
    for (const [i, code] of fnArray.entries())
      pen.take(names.get(code) ?? '', argsArray[i] as unknown[] | null);
  }
  await pdf.loadingTask.destroy();
  return glyphs;
}

/** Follows the operators that place text. */
class Pen {
  #state: State = { ctm: IDENTITY, text: NO_TEXT };
  readonly #saved: State[] = [];
  #line: Matrix = IDENTITY;
  #at: Matrix = IDENTITY;
  readonly #emit: (char: string, x: number, y: number) => void;

  constructor(emit: (char: string, x: number, y: number) => void) {
    this.#emit = emit;
  }

  take(name: string, args: unknown[] | null): void {
    const numbers = toNumbers(args);
    const [first = 0, second = 0] = numbers;
    const actions: Record<string, () => void> = {
      save: () => this.#saved.push(this.#state),
      restore: () => this.#restore(),
      transform: () => this.#transform(numbers as Matrix),
      paintFormXObjectBegin: () => this.#enterForm(args?.[0] ? (toNumbers([args[0]]) as Matrix) : null),
      paintFormXObjectEnd: () => this.#restore(),
      beginText: () => this.#moveTo(IDENTITY),
      setTextMatrix: () => this.#moveTo(numbers as Matrix),
      moveText: () => this.#move(first, second),
      setLeadingMoveText: () => {
        this.#set({ leading: second });
        this.#move(first, second);
      },
      nextLine: () => this.#move(0, this.#state.text.leading),
      setFont: () => this.#set({ size: Number(args?.[1]) }),
      setCharSpacing: () => this.#set({ charSpace: first }),
      setWordSpacing: () => this.#set({ wordSpace: first }),
      setHScale: () => this.#set({ scale: first / 100 }),
      setLeading: () => this.#set({ leading: -first }),
      setTextRise: () => this.#set({ rise: first }),
      showText: () => this.#show(args?.[0] as (FontGlyph | number)[]),
    };
    actions[name]?.();
  }

  #restore(): void {
    this.#state = this.#saved.pop() ?? this.#state;
  }

  #set(changes: Partial<TextState>): void {
    this.#state = { ...this.#state, text: { ...this.#state.text, ...changes } };
  }

  #transform(matrix: Matrix): void {
    this.#state = { ...this.#state, ctm: multiply(this.#state.ctm, matrix) };
  }

  #enterForm(matrix: Matrix | null): void {
    this.#saved.push(this.#state);
    if (matrix) this.#transform(matrix);
  }

  #moveTo(matrix: Matrix): void {
    this.#line = matrix;
    this.#at = matrix;
  }

  #move(x: number, y: number): void {
    this.#moveTo(multiply(this.#line, [1, 0, 0, 1, x, y]));
  }

  #show(glyphs: (FontGlyph | number)[]): void {
    const { size, charSpace, wordSpace, scale, rise } = this.#state.text;
    for (const glyph of glyphs) {
      if (typeof glyph === 'number') {
        this.#advance((-glyph / 1000) * size * scale);
        continue;
      }
      const width = (glyph.width / 1000) * size;
      const chars = Array.from(glyph.unicode.normalize('NFKC'));
      for (const [i, char] of chars.entries()) {
        const share = (i + 0.5) / chars.length;
        const [x, y] = apply(this.#at, width * scale * share, rise + size * MIDDLE);
        this.#emit(char, ...apply(this.#state.ctm, x, y));
      }
      this.#advance((width + charSpace + (glyph.isSpace === true ? wordSpace : 0)) * scale);
    }
  }

  #advance(x: number): void {
    this.#at = multiply(this.#at, [1, 0, 0, 1, x, 0]);
  }
}

/** Matrices come as arrays within the arguments, or as typed arrays. */
function toNumbers(args: unknown[] | null): number[] {
  return (args ?? []).flatMap((arg) =>
    typeof arg === 'object' && arg !== null ? Array.from(arg as ArrayLike<number>) : [Number(arg)],
  );
}

function multiply([a, b, c, d, e, f]: Matrix, [g, h, i, j, k, l]: Matrix): Matrix {
  return [a * g + c * h, b * g + d * h, a * i + c * j, b * i + d * j, a * k + c * l + e, b * k + d * l + f];
}

function apply([a, b, c, d, e, f]: Matrix, x: number, y: number): [number, number] {
  return [a * x + c * y + e, b * x + d * y + f];
}
