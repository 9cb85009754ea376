/**
 * Makes the sample documents that are not written by hand: `npm run samples`. The PDF is printed by Chromium
 * (Debian: chromium, fonts-nanum; another browser by CHROMIUM_PATH), the Word file built by docx. Both are
 * committed, so that neither `npm start` nor the tests need a browser for them.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import {
  AlignmentType,
  Document,
  Footer,
  HeadingLevel,
  type ISectionOptions,
  LevelFormat,
  Packer,
  PageNumber,
  Paragraph,
  Table,
  TableCell,
  TableRow,
  TextRun,
  WidthType,
} from 'docx';
import { chromium } from 'playwright-core';
import { MANUAL, MANUAL_TITLE, type Part } from './manual-content.ts';

type Child = NonNullable<ISectionOptions['children']>[number];

const here = (name: string) => fileURLToPath(new URL(name, import.meta.url));

async function printWorkRules(): Promise<void> {
  const browser = await chromium.launch({
    executablePath: process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium',
    args: ['--no-sandbox'],
  });
  try {
    const page = await browser.newPage();
    await page.setContent(await readFile(here('./work-rules.source.html'), 'utf8'));
    await page.pdf({ path: here('./work-rules.pdf'), preferCSSPageSize: true, tagged: true });
  } finally {
    await browser.close();
  }
}

function children(part: Part, index: number): Child[] {
  if ('heading' in part) {
    return [
      new Paragraph({
        text: part.heading,
        heading: part.level === 1 ? HeadingLevel.HEADING_1 : HeadingLevel.HEADING_2,
      }),
    ];
  }
  if ('steps' in part) {
    return part.steps.map(
      (text) => new Paragraph({ text, numbering: { reference: 'steps', level: 0, instance: index } }),
    );
  }
  if ('bullets' in part) return part.bullets.map((text) => new Paragraph({ text, bullet: { level: 0 } }));
  if ('rows' in part) return [table(part.rows), new Paragraph({ text: '' })];
  return [new Paragraph({ text: part.text, spacing: { after: 160, line: 300 } })];
}

function table(rows: string[][]): Table {
  return new Table({
    width: { size: 100, type: WidthType.PERCENTAGE },
    rows: rows.map(
      (cells, row) =>
        new TableRow({
          tableHeader: row === 0,
          children: cells.map(
            (text) =>
              new TableCell({
                margins: { top: 60, bottom: 60, left: 120, right: 120 },
                children: [new Paragraph({ children: [new TextRun({ text, bold: row === 0 })] })],
              }),
          ),
        }),
    ),
  });
}

async function writeManual(): Promise<void> {
  const footer = new Footer({
    children: [
      new Paragraph({
        alignment: AlignmentType.CENTER,
        children: [new TextRun({ children: ['HB-200 Operator Manual · ', PageNumber.CURRENT] })],
      }),
    ],
  });
  const manual = new Document({
    title: MANUAL_TITLE,
    creator: 'Hanbit Robotics Co., Ltd.',
    styles: { default: { document: { run: { font: 'Calibri', size: 22 } } } },
    numbering: {
      config: [
        {
          reference: 'steps',
          levels: [{ level: 0, format: LevelFormat.DECIMAL, text: '%1.', alignment: AlignmentType.START }],
        },
      ],
    },
    sections: [
      {
        footers: { default: footer },
        children: [
          new Paragraph({ text: MANUAL_TITLE, heading: HeadingLevel.TITLE }),
          ...MANUAL.flatMap(children),
        ],
      },
    ],
  });
  await writeFile(here('./operator-manual.docx'), await Packer.toBuffer(manual));
}

await Promise.all([printWorkRules(), writeManual()]);
