import { type Block, finishDocument, type ParsedDocument } from '../document.ts';
import { splitNumberedHeadings } from '../numbered-headings.ts';
import { HwpxSection } from './hwpx-section.ts';
import { HwpxStyles } from './hwpx-styles.ts';
import { ListCounters } from './numbering.ts';
import { OfficePackage } from './package.ts';

const KIND = { what: 'Hancom document', program: 'Hancom Office', extension: '.hwpx' };
const CONTENT = 'Contents/content.hpf';
const HEADER = 'Contents/header.xml';
const SECTION = /(^|\/)section(\d+)\.xml$/iu;

/**
 * A document of Hancom's word processor (OWPML, KS X 6101): headings by outline or style and lists, with their automatic
 * numbers, tables and text boxes in place, footnotes and endnotes after their paragraph. Leaves out running headers and
 * footers, comments and text that a revision deleted. The format stores no pages.
 */
export async function parseHwpx(bytes: Uint8Array, signal?: AbortSignal): Promise<ParsedDocument> {
  const file = new OfficePackage(bytes, KIND, signal);
  await assertNotEncrypted(file);
  const styles = await HwpxStyles.read(file, HEADER);
  const counters = new ListCounters();
  const blocks: Block[] = [];
  for (const part of await findSections(file)) {
    const section = new HwpxSection(styles, counters);
    await file.read(part, section).catch((cause: unknown) => {
      throw cause instanceof RangeError ? file.damaged(cause) : cause;
    });
    for (const block of section.blocks) blocks.push(block);
  }
  return finishDocument(
    { blocks: splitNumberedHeadings(blocks), pages: null, title: await file.readTitle(CONTENT) },
    'The Hancom document holds no text. If it holds pictures of pages, run text recognition (OCR) on them first.',
  );
}

/** The manifest of an encrypted file describes the encryption of each part, as in OpenDocument. */
async function assertNotEncrypted(file: OfficePackage): Promise<void> {
  const manifest = 'META-INF/manifest.xml';
  if (!file.has(manifest)) return;
  let encrypted = false;
  await file.read(manifest, {
    onOpenTag: (name) => {
      encrypted ||= name === 'encryption-data';
    },
  });
  if (encrypted) throw file.encrypted();
}

/** The section parts in the order of the package's spine; without a spine, by their numbers. */
async function findSections(file: OfficePackage): Promise<string[]> {
  const hrefs = new Map<string, string>();
  const spine: string[] = [];
  if (!file.has(CONTENT)) throw file.damaged();
  await file.read(CONTENT, {
    onOpenTag: (name, attributes) => {
      if (name === 'item') hrefs.set(attributes['id'] ?? '', attributes['href'] ?? '');
      else if (name === 'itemref') spine.push(attributes['idref'] ?? '');
    },
  });
  const named = spine.map((id) => hrefs.get(id) ?? '').filter((href) => SECTION.test(href));
  const found = named.map((href) => (file.has(href) ? href : `Contents/${href}`));
  const sections =
    found.length > 0
      ? found
      : file
          .names()
          .filter((name) => SECTION.test(name))
          .sort(bySectionNumber);
  if (sections.length === 0) throw file.damaged();
  return sections;
}

function bySectionNumber(a: string, b: string): number {
  return Number(SECTION.exec(a)?.[2] ?? 0) - Number(SECTION.exec(b)?.[2] ?? 0);
}
