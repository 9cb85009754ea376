import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Document, HeadingLevel, Packer, Paragraph } from 'docx';
import { ROOT } from '#local/platform/options.ts';
import { buildPdf } from '#tests/fixtures/pdf-builder.ts';
import type { File } from './upload.ts';

export const PDF = 'application/pdf';
export const DOCX = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document';

/** A document of the demo. */
function sampleFile(filename: string, contentType: string): File {
  return { filename, contentType, bytes: readFileSync(path.join(ROOT, 'local/demo/samples', filename)) };
}

/** A question with the file, the page and the words that answer it. */
export type SampleQuestion = {
  language: 'ko' | 'en';
  question: string;
  file: string;
  page: number | null;
  answer: string;
};

/** Questions that the demo's documents answer. */
export function sampleQuestions(): SampleQuestion[] {
  const file = path.join(ROOT, 'local/demo/samples/questions.json');
  return JSON.parse(readFileSync(file, 'utf8')) as SampleQuestion[];
}

/** The demo's documents. */
export function sampleFiles(): File[] {
  return [
    sampleFile('work-rules.pdf', PDF),
    sampleFile('operator-manual.docx', DOCX),
    sampleFile('support-faq.md', 'text/markdown'),
    sampleFile('fleet-security.html', 'text/html'),
  ];
}

/** A Korean PDF with one line per page. */
export function pdfFile(filename: string, lines: string[]): File {
  const pages = lines.map((text) => [{ text, x: 60, y: 700, size: 12, font: 'unicode' as const }]);
  return { filename, contentType: PDF, bytes: buildPdf({ pages }) };
}

/** A Word document with a heading and paragraphs. */
export async function docxFile(filename: string, heading: string, paragraphs: string[]): Promise<File> {
  const children = [
    new Paragraph({ text: heading, heading: HeadingLevel.HEADING_1 }),
    ...paragraphs.map((text) => new Paragraph({ text })),
  ];
  const bytes = await Packer.toBuffer(new Document({ sections: [{ children }] }));
  return { filename, contentType: DOCX, bytes };
}

/** A text file. */
export function textFile(filename: string, text: string, contentType = 'text/plain'): File {
  return { filename, contentType, bytes: text };
}
