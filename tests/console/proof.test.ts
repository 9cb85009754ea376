import type { Page } from 'playwright-core';
import { newTeam, type Team } from '#tests/support/api.ts';
import { ask, type Citation, newBotPath } from '#tests/support/chat.ts';
import { PDF } from '#tests/support/files.ts';
import { addFile } from '#tests/support/upload.ts';
import { DRAWN } from './proof/drawn.ts';
import { type Glyph, glyphsOf } from './proof/glyphs.ts';
import { type Drawn, type Fit, measureFit } from './proof/measure.ts';
import { PRINTED, type PrintedSource } from './proof/printed.ts';
import { type ConsolePage, describeConsole } from './support.ts';

const QUESTIONS = 50;
/** So many of the proofs must be right; a mark may never lie on another sentence. */
const WANTED = 48;
/** A box ends at the estimated place of a letter, so that one letter at an end may be missed or added. */
const COVERED = 0.93;

type Result = { name: string; question: string; quote: string; fit: Fit | null; isInView: boolean };
type Source = { name: string; bytes: Uint8Array; questions: string[] };

/** Prints the documents in a page of Chromium. */
async function print(page: Page, sources: PrintedSource[]): Promise<Source[]> {
  // The console's security policy would refuse their styles.
  await page.goto('about:blank');
  const printed: Source[] = [];
  for (const { name, css, body, landscape = false, isTagged = true, questions } of sources) {
    const lang = /[가-힣]/u.test(body) ? 'ko' : 'en';
    await page.setContent(`<!doctype html><html lang="${lang}"><style>${css}</style>${body}`);
    const margin = { top: '20mm', bottom: '20mm', left: '20mm', right: '20mm' };
    const bytes = await page.pdf({ format: 'A4', landscape, margin, tagged: isTagged });
    printed.push({ name, bytes: new Uint8Array(bytes), questions });
  }
  return printed;
}

/** Opens the passage as the link of a citation does, and reads the marks off the page. */
async function marksOf(page: Page, citation: Citation): Promise<{ marks: Drawn[]; isInView: boolean }> {
  const query = new URLSearchParams({ chunk: citation.chunk_id, quote: citation.quote });
  await page.goto(new URL(`/documents/${citation.document_id}?${query}`, page.url()).href);
  await page.locator('[data-proof]').first().waitFor();
  await page.locator('[data-page]:has([data-proof]) canvas').first().waitFor();
  return await page.evaluate(() => {
    const proofs = [...document.querySelectorAll('[data-proof]')];
    const marks = proofs.map((proof) => {
      const frame = proof.closest<HTMLElement>('[data-page]');
      const whole = frame?.getBoundingClientRect() ?? new DOMRect();
      const part = proof.getBoundingClientRect();
      return {
        page: Number(frame?.dataset['page']),
        left: (part.left - whole.left) / whole.width,
        top: (part.top - whole.top) / whole.height,
        width: part.width / whole.width,
        height: part.height / whole.height,
      };
    });
    const first = proofs[0]?.getBoundingClientRect() ?? new DOMRect();
    return { marks, isInView: first.top >= 0 && first.bottom <= innerHeight };
  });
}

describeConsole('the mark of a proof', (console) => {
  let team: Team;
  let results: Result[];

  beforeAll(async () => {
    team = await newTeam();
    const printer = await console.open('/sign-in');
    const sources = [...(await print(printer, PRINTED)), ...DRAWN];
    const glyphs = new Map<string, Glyph[]>();
    for (const { name, bytes } of sources) {
      const file = { filename: `${name}.pdf`, contentType: PDF, bytes };
      const { id } = await addFile(team.owner, team.path, file);
      glyphs.set(id, await glyphsOf(bytes));
    }
    const bot = await newBotPath(team, { model: 'builtin/extractive' });
    const page = await console.openAs(team.owner, '/documents');
    results = [];
    for (const { name, questions } of sources)
      for (const question of questions) results.push(await prove(page, { name, question, bot, glyphs }));
  }, 300_000);

  type Asked = { name: string; question: string; bot: string; glyphs: Map<string, Glyph[]> };
  async function prove(page: ConsolePage, { name, question, bot, glyphs }: Asked): Promise<Result> {
    const { message } = await ask(team.owner, bot, question);
    const [citation] = message.citations;
    if (!citation) return { name, question, quote: '', fit: null, isInView: false };
    const { marks, isInView } = await marksOf(page, citation);
    const fit = measureFit(glyphs.get(citation.document_id) ?? [], citation.quote, marks);
    return { name, question, quote: citation.quote, fit, isInView };
  }

  test(`covers the quote for at least ${WANTED} of ${QUESTIONS} questions over ten PDFs`, () => {
    expect(results).toHaveLength(QUESTIONS);
    const right = results.filter(({ fit, isInView }) => isInView && (fit?.covered ?? 0) >= COVERED);
    const wrong = results.filter((result) => !right.includes(result));
    expect(wrong.slice(QUESTIONS - WANTED)).toEqual([]);
  });

  test('never lies on another sentence', () => {
    expect(results.filter(({ fit }) => fit !== null && fit.strays.length > 1)).toEqual([]);
  });
});
