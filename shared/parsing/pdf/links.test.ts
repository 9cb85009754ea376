import { boxesOf } from '#shared/core/box.ts';
import { buildPdf, measureText } from '#tests/fixtures/pdf-builder.ts';
import type { Block } from '../document.ts';
import { parsePdf } from './pdf.ts';

const URL = 'https://hr.example.com/apply';
const LEFT = 60;
const TOP = 700;

type Link = { word: string; line?: number; url?: string };

/** A page of these lines, on which the last occurrence of each word is a link. */
async function blocks(lines: string[], links: Link[], rotate = 0): Promise<Block[]> {
  const page = lines.map((text, i) => ({ text, x: LEFT, y: TOP - 14 * i, font: 'unicode' as const }));
  const areas = links.map(({ word, line = 0, url = URL }) => {
    const text = lines[line] ?? '';
    const x = LEFT + measureText(text.slice(0, text.lastIndexOf(word)));
    const y = TOP - 14 * line;
    const area: [number, number, number, number] = [x - 1, y - 3, x + measureText(word) + 1, y + 10];
    return { area, url };
  });
  return (await parsePdf(buildPdf({ pages: [page], links: areas, rotate }))).blocks;
}

async function text(lines: string[], links: Link[]): Promise<string> {
  return (await blocks(lines, links)).map((block) => block.text).join('\n');
}

describe('links of a PDF', () => {
  test('the address follows the words that the link covers', async () => {
    expect(await text(['Apply at the HR portal before Friday, or ask.'], [{ word: 'HR portal' }])).toBe(
      `Apply at the HR portal (${URL}) before Friday, or ask.`,
    );
    expect(await text(['휴가는 인사 포털에서 신청한다.'], [{ word: '인사 포털' }])).toContain(`(${URL})`);
  });

  test('a link over the end of a line is one', async () => {
    const lines = ['All of the forms for leave and travel are found in the HR', 'portal of the company.'];
    const links = [{ word: 'HR' }, { word: 'portal', line: 1 }];
    expect(await text(lines, links)).toBe(
      `All of the forms for leave and travel are found in the HR portal (${URL}) of the company.`,
    );
  });

  test('several links keep their own addresses, and an address is not repeated', async () => {
    const line = 'Ask Kim or see www.example.com for more.';
    const links = [
      { word: 'Kim', url: 'mailto:kim@example.com' },
      { word: 'www.example.com', url: 'https://www.example.com/' },
    ];
    expect(await text([line], links)).toBe(
      'Ask Kim (mailto:kim@example.com) or see www.example.com for more.',
    );
  });

  test('scripts are no addresses, and areas without text say nothing', async () => {
    const line = 'Press here to go on.';
    expect(await text([line], [{ word: 'here', url: 'javascript:x' }])).toBe(line);
    expect(await text([line, ''], [{ word: '', line: 1 }])).toBe(line);
  });

  test('the places of the words around a link stay', async () => {
    const line = 'Apply at the HR portal before Friday.';
    const [plain] = await blocks([line], []);
    const [linked] = await blocks([line], [{ word: 'HR portal' }]);
    const boxOf = (block: Block | undefined) => {
      const start = block?.text.indexOf('Friday') ?? 0;
      return boxesOf(block?.lines ?? [], start, start + 'Friday'.length)[0];
    };
    expect(boxOf(linked)?.left).toBeCloseTo(boxOf(plain)?.left ?? 0, 2);
    expect(boxOf(linked)?.width).toBeCloseTo(boxOf(plain)?.width ?? 0, 2);
  });

  test('in text that runs down the page, the address follows the line', async () => {
    const line = 'Apply at the HR portal before Friday.';
    const [block] = await blocks([line], [{ word: 'HR portal' }], 90);
    expect(block?.text).toBe(`${line} (${URL})`);
  });
});
