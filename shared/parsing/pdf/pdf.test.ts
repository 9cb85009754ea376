import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { deflateSync } from 'node:zlib';
import { buildPdf } from '#tests/fixtures/pdf-builder.ts';
import type { Block } from '../document.ts';
import { parseDocument } from '../parse.ts';
import { parsePdf } from './pdf.ts';

type Page = Parameters<typeof buildPdf>[0]['pages'][number];

async function blocksOf(...pages: Page[]): Promise<Block[]> {
  return (await parsePdf(buildPdf({ pages }))).blocks;
}

function texts(blocks: Block[]): string[] {
  return blocks.map((block) => block.text);
}

/** Lines of a column, 14 points apart. */
function lines(x: number, y: number, ...rows: string[]): Page {
  return rows.map((text, i) => ({ text, x, y: y - i * 14 }));
}

/** The same in Korean, in a font with a predefined CMap. */
function koreanLines(x: number, y: number, ...rows: string[]): Page {
  return lines(x, y, ...rows).map((line) => ({ ...line, font: 'unicode' as const }));
}

function column(name: string): string[] {
  return Array.from({ length: 8 }, (_, i) => `${name} line ${i} fills the column with words`);
}

function row(y: number, ...cells: string[]): Page {
  return cells.map((text, i) => ({ text, x: 50 + i * 150, y }));
}

function bomb(filters: string, data: Uint8Array): Uint8Array {
  const head = Buffer.from(`%PDF-1.5\n1 0 obj << /Filter ${filters} >> stream\n`);
  return new Uint8Array(Buffer.concat([head, data, Buffer.from('\nendstream endobj\n')]));
}

function replaced(pdf: Uint8Array, ...changes: [string, string][]): Uint8Array {
  const text = changes.reduce(
    (all, [from, to]) => all.replace(from, to),
    Buffer.from(pdf).toString('latin1'),
  );
  return new Uint8Array(Buffer.from(text, 'latin1'));
}

/** Runs a module in its own process: Jest handles unhandled rejections in its process. */
function runNode(script: string): Promise<{ exitCode: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    const args = ['--input-type=module', '--eval', script];
    const child = execFile(
      process.execPath,
      args,
      { timeout: 20_000, env: { PATH: '' } },
      (_, stdout, stderr) => resolve({ exitCode: child.exitCode ?? -1, stdout, stderr }),
    );
  });
}

describe('text that depends on predefined CMaps', () => {
  test('Korean in UniKS-UCS2-H is read', async () => {
    const [block] = await blocksOf([
      { text: '한빛로봇의 연차휴가는 15일입니다.', x: 50, y: 700, font: 'unicode' },
    ]);
    expect(block?.text).toBe('한빛로봇의 연차휴가는 15일입니다.');
  });

  test('Korean in KSCms-UHC-H is read', async () => {
    const [block] = await blocksOf([{ text: 'c7d1b1db20b9aeBcad', x: 50, y: 700, font: 'uhc' }]);
    expect(block?.text).toBe('한글 문서');
  });

  test('Japanese in 90ms-RKSJ-H is read', async () => {
    const [block] = await blocksOf([{ text: '93fa967b8cea', x: 50, y: 700, font: 'rksj' }]);
    expect(block?.text).toBe('日本語');
  });
});

describe('layout', () => {
  test('every block has its page', async () => {
    const blocks = await blocksOf(
      [{ text: 'First page.', x: 50, y: 700 }],
      [{ text: 'Second page.', x: 50, y: 700 }],
    );
    expect(blocks.map(({ text, page }) => [text, page])).toEqual([
      ['First page.', 1],
      ['Second page.', 2],
    ]);
  });

  test('columns are read one after the other, with the heading across both first', async () => {
    const blocks = await blocksOf([
      { text: 'A heading that runs across both of the columns of this page', x: 50, y: 780, size: 16 },
      ...lines(50, 740, ...column('left')),
      ...lines(310, 736, ...column('right')),
    ]);
    const text = texts(blocks).join('\n');
    expect(text.indexOf('left line 7')).toBeLessThan(text.indexOf('right line 0'));
    expect(blocks[0]?.kind).toBe('heading');
  });

  test('rows of aligned cells become table rows, wrapped cells stay in theirs', async () => {
    const blocks = await blocksOf([
      { text: 'The fees are as follows, and they hold for every site in the country.', x: 50, y: 760 },
      ...row(720, 'Item', 'Price', 'Remark'),
      ...row(696, 'Robot', '1,000', 'a remark that goes on'),
      { text: 'in a second line', x: 350, y: 684 },
      ...row(660, 'Dock', '200', 'none'),
    ]);
    expect(blocks.find(({ kind }) => kind === 'table')?.text).toBe(
      'Item | Price | Remark\nRobot | 1,000 | a remark that goes on in a second line\nDock | 200 | none',
    );
  });

  test('larger type makes headings, the largest the highest level', async () => {
    const body = lines(
      50,
      600,
      'Body text that is long enough to be the body of the text,',
      'and it goes on in a second line.',
    );
    const blocks = await blocksOf([
      { text: 'Title', x: 50, y: 700, size: 24 },
      { text: 'Section', x: 50, y: 650, size: 16 },
      ...body,
    ]);
    expect(blocks.map(({ kind, level }) => [kind, level])).toEqual([
      ['heading', 1],
      ['heading', 2],
      ['paragraph', undefined],
    ]);
  });

  test('list items stay separate and keep their continuation lines', async () => {
    const blocks = await blocksOf([
      ...lines(
        50,
        700,
        '1. The first item of the list is so long that it needs',
        '   a second line.',
        '2. The second item.',
      ),
    ]);
    expect(blocks.map(({ kind, page, text }) => ({ kind, page, text }))).toEqual([
      {
        kind: 'list',
        page: 1,
        text: '1. The first item of the list is so long that it needs a second line.\n2. The second item.',
      },
    ]);
  });

  test('articles of Korean rules become headings, their text follows', async () => {
    const blocks = await blocksOf(
      koreanLines(50, 700, '제1조(목적) 이 규정은 휴가를 정한다.', '제2조(정의) 휴가란 쉬는 날이다.'),
    );
    expect(blocks.map(({ kind, text }) => [kind, text])).toEqual([
      ['heading', '제1조(목적)'],
      ['paragraph', '이 규정은 휴가를 정한다.'],
      ['heading', '제2조(정의)'],
      ['paragraph', '휴가란 쉬는 날이다.'],
    ]);
  });

  test('running headers and page numbers are dropped, the text is not', async () => {
    const pages = Array.from(
      { length: 4 },
      (_, i): Page => [
        { text: 'Hanbit Robotics - confidential', x: 50, y: 815, size: 8 },
        { text: `This is the text of page ${i + 1}, and only of it.`, x: 50, y: 760 },
        { text: `- ${i + 1} -`, x: 290, y: 25, size: 8 },
      ],
    );
    expect(texts(await blocksOf(...pages))).toEqual(
      [1, 2, 3, 4].map((page) => `This is the text of page ${page}, and only of it.`),
    );
  });

  test('a slanted watermark is left out', async () => {
    const blocks = await blocksOf([
      { text: 'CONFIDENTIAL', x: 150, y: 300, size: 60, angle: 45 },
      { text: 'The text.', x: 50, y: 700 },
    ]);
    expect(texts(blocks)).toEqual(['The text.']);
  });

  test('a page turned on its side is read like any other', async () => {
    const page: Page = [
      { text: 'First line of it.', x: 100, y: 50, angle: 90 },
      { text: 'Second line of it.', x: 114, y: 50, angle: 90 },
    ];
    expect(texts(await blocksOf(page)).join(' ')).toBe('First line of it. Second line of it.');
    const turned = await parsePdf(buildPdf({ pages: [page], rotate: 90 }));
    expect(texts(turned.blocks).join(' ')).toBe('First line of it. Second line of it.');
  });

  test('bold type made by drawing text twice is read once', async () => {
    const blocks = await blocksOf([
      { text: 'Twice.', x: 50, y: 700 },
      { text: 'Twice.', x: 50.4, y: 700 },
    ]);
    expect(texts(blocks)).toEqual(['Twice.']);
  });
});

describe('divided words', () => {
  test('English hyphens at line ends are removed', async () => {
    const blocks = await blocksOf(
      lines(50, 700, 'The robot drives autono-', 'mously through the ware-', 'house and stops.'),
    );
    expect(texts(blocks)).toEqual(['The robot drives autonomously through the warehouse and stops.']);
  });

  test('Korean words divided at line ends are joined, spaces stay', async () => {
    const blocks = await blocksOf(
      koreanLines(
        50,
        700,
        '회사는 직원에게 휴가를 주고 직원은 휴가를 신청한다. 회사는 직',
        '원에게 급여를 지급한다. 모든 직원에게 같은 규정을 적용한다. 다른',
        '규정은 따로 정한다. 규정은 피플팀이 관리하고 다른 부서는 신청한',
        '다.',
      ),
    );
    expect(texts(blocks).join('\n')).toContain('회사는 직원에게 급여를');
    expect(texts(blocks).join('\n')).toContain('다른 규정은 따로');
    expect(texts(blocks).join('\n')).toMatch(/신청한다\.$/u);
  });
});

describe('files that cannot be read', () => {
  test('for a file without text the message suggests text recognition', async () => {
    for (const image of [false, true]) {
      await expect(parsePdf(buildPdf({ pages: [[]], image }))).rejects.toMatchObject({
        code: 'empty_document',
        retryable: false,
        message: expect.stringContaining('OCR') as string,
      });
    }
  });

  test('for a file under a user password the message asks to remove it', async () => {
    const bytes = new Uint8Array(
      await readFile(new URL('../../../tests/fixtures/user-password.pdf', import.meta.url)),
    );
    await expect(parsePdf(bytes)).rejects.toMatchObject({ code: 'encrypted_document' });
  });

  test('a file with an owner password only is read', async () => {
    const bytes = new Uint8Array(
      await readFile(new URL('../../../tests/fixtures/owner-password.pdf', import.meta.url)),
    );
    expect(texts((await parsePdf(bytes)).blocks)).toEqual(['한빛로봇의 비밀입니다.']);
  });

  test.each([
    ['a header alone', 20],
    ['a quarter', 0.25],
    ['half', 0.5],
  ])('%s of a file is corrupt', async (_, share) => {
    const whole = new Uint8Array(
      await readFile(new URL('../../../local/demo/samples/work-rules.pdf', import.meta.url)),
    );
    const bytes = whole.subarray(0, share > 1 ? share : Math.floor(whole.length * share));
    await expect(parsePdf(bytes)).rejects.toMatchObject({ code: 'corrupt_document' });
  });

  test('noise after a PDF header is corrupt', async () => {
    const noise = Uint8Array.from({ length: 5_000 }, (_, i) => (i * 7919 + (i >> 3)) & 0xff);
    noise.set(Buffer.from('%PDF-1.7\n'));
    await expect(parsePdf(noise)).rejects.toMatchObject({ code: 'corrupt_document' });
  });

  test('the message names the damaged page', async () => {
    const page: Page = [{ text: 'Text', x: 50, y: 700 }];
    const bytes = replaced(buildPdf({ pages: [page, page, page] }), ['22 0 obj', '29 0 obj']);
    await expect(parsePdf(bytes)).rejects.toMatchObject({
      code: 'corrupt_document',
      message: expect.stringContaining('Page 2') as string,
    });
  });

  test('an unhandled rejection of pdf.js does not end the process, others still do', async () => {
    const page: Page = [{ text: 'Text', x: 50, y: 700 }];
    const bytes = replaced(
      buildPdf({ pages: [page, page] }),
      ['22 0 obj', '29 0 obj'],
      ['/Count 2', '/Count 1'],
    );
    const { stdout, stderr, exitCode } = await runNode(`
      import { parsePdf } from './shared/parsing/pdf/pdf.ts';
      const parse = () => parsePdf(new Uint8Array(Buffer.from('${Buffer.from(bytes).toString('base64')}', 'base64')));
      for (const { blocks } of [await parse(), ...(await Promise.all([parse(), parse()]))]) console.log(blocks[0].text);
      console.log(process.listenerCount('unhandledRejection'));
      Promise.reject(new Error('not of the PDF'));`);
    expect(stdout).toBe('Text\nText\nText\n0\n');
    expect({ exitCode, thrown: stderr.includes('not of the PDF') }).toEqual({ exitCode: 1, thrown: true });
  });

  test('too many pages are refused', async () => {
    const pages = Array.from({ length: 2_001 }, (): Page => []);
    await expect(parsePdf(buildPdf({ pages }))).rejects.toMatchObject({ code: 'document_too_large' });
  });

  test('an aborted signal ends the work with a retryable error', async () => {
    const bytes = buildPdf({ pages: [[{ text: 'Text', x: 50, y: 700 }]] });
    await expect(
      parseDocument(bytes, {
        contentType: 'application/pdf',
        filename: 'a.pdf',
        signal: AbortSignal.abort(),
      }),
    ).rejects.toMatchObject({ code: 'parser_timeout', retryable: false });
  });
});

describe('the document itself', () => {
  const pages: Page[] = [[{ text: 'Some text.', x: 50, y: 700 }]];

  test('is titled by its properties, unless they hold a file name', async () => {
    expect((await parsePdf(buildPdf({ pages, title: '휴가 규정' }))).title).toBe('휴가 규정');
    expect((await parsePdf(buildPdf({ pages, title: 'draft3.docx' }))).title).toBeNull();
  });

  test('runs no script', async () => {
    const marker = 'parsedPdfRanItsScript';
    await parsePdf(buildPdf({ pages, script: `globalThis.${marker} = true` }));
    expect(marker in globalThis).toBe(false);
  });

  test('leaves the caller’s bytes unchanged', async () => {
    const bytes = buildPdf({ pages });
    await parsePdf(bytes);
    expect(bytes.length).toBeGreaterThan(0);
    expect((await parsePdf(bytes)).blocks).toHaveLength(1);
  });
});

describe('files made to exhaust memory', () => {
  test('a stream that inflates beyond the limit is refused', async () => {
    const huge = deflateSync(Buffer.alloc(140 * 1024 * 1024), { level: 9 });
    await expect(parsePdf(bomb('/FlateDecode', huge))).rejects.toMatchObject({ code: 'document_too_large' });
  });

  test('a stream that is deflated twice is refused too', async () => {
    const huge = deflateSync(deflateSync(Buffer.alloc(140 * 1024 * 1024), { level: 9 }));
    await expect(parsePdf(bomb('[/FlateDecode /FlateDecode]', huge))).rejects.toMatchObject({
      code: 'document_too_large',
    });
  });
});
