import {
  type Block,
  DocumentError,
  finishDocument,
  MAX_DOCUMENT_PAGES,
  type ParsedDocument,
} from '../document.ts';
import { readDiagram } from './graphics.ts';
import { OfficePackage, prefixedAttribute, type Relation } from './package.ts';
import { type Shape, SlideShapes, sortForReading } from './slide-shapes.ts';

const KIND = { what: 'PowerPoint presentation', program: 'PowerPoint', extension: '.pptx' };

/** Placeholders that repeat on every slide: date, footer, number, header, and the slide's image in its notes. */
const REPEATED = new Set(['dt', 'ftr', 'sldNum', 'hdr', 'sldImg']);

/**
 * A PowerPoint presentation, one page per slide: the title, then text, tables and diagrams from top to bottom, then
 * the speaker notes. Hidden slides are left out, since the audience does not see them, but are counted, so that
 * page numbers match PowerPoint's. The title of a title slide is a heading above those of all other slides.
 */
export async function parsePptx(bytes: Uint8Array, signal?: AbortSignal): Promise<ParsedDocument> {
  const file = new OfficePackage(bytes, KIND, signal);
  const slides = await findSlides(file);
  if (slides.length > MAX_DOCUMENT_PAGES) {
    throw new DocumentError(
      'document_too_large',
      `The presentation has more than ${MAX_DOCUMENT_PAGES.toLocaleString('en')} slides. Split it into smaller files.`,
    );
  }
  const blocks: Block[] = [];
  for (const [i, slide] of slides.entries()) blocks.push(...(await readSlide(file, slide, i + 1)));
  return finishDocument(
    { blocks, pages: slides.length, title: await file.readTitle('docProps/core.xml') },
    'The presentation holds no text. If its slides are pictures, run text recognition (OCR) on them first.',
  );
}

/** The parts of the slides, in the order of the presentation. */
async function findSlides(file: OfficePackage): Promise<string[]> {
  const main = await file.mainPart('ppt/presentation.xml');
  const targets = new Map((await file.relations(main)).map(({ id, target }) => [id, target]));
  const slides: string[] = [];
  let isPresentation = false;
  await file.read(main, {
    onOpenTag: (name, attributes) => {
      if (name === 'presentation') isPresentation = true;
      if (name !== 'sldId') return;
      const target = targets.get(prefixedAttribute(attributes, 'id') ?? '');
      if (!target) throw file.damaged();
      slides.push(target);
    },
  });
  if (!isPresentation) throw file.damaged();
  return slides;
}

async function readSlide(file: OfficePackage, part: string, page: number): Promise<Block[]> {
  const slide = new SlideShapes(page);
  await file.read(part, slide);
  if (slide.hidden) return [];
  const relations = await file.relations(part);
  const blocks: Block[] = [];
  for (const shape of sortForReading(slide.shapes)) {
    if (REPEATED.has(shape.placeholder ?? '')) continue;
    blocks.push(...shape.blocks, ...(await readDiagramOf(file, shape, { relations, page })));
  }
  const notes = relations.find(({ type }) => type === 'notesSlide');
  return notes ? [...blocks, ...(await readNotes(file, notes.target, page))] : blocks;
}

type SlideContext = { relations: Relation[]; page: number };

/** The texts of a diagram (SmartArt), in the order in which they were entered. */
async function readDiagramOf(
  file: OfficePackage,
  shape: Shape,
  { relations, page }: SlideContext,
): Promise<Block[]> {
  const data = relations.find(({ id }) => id === shape.diagram);
  if (!data || !file.has(data.target)) return [];
  const text = await readDiagram(file, data.target);
  return text === '' ? [] : [{ text, kind: 'list', page }];
}

async function readNotes(file: OfficePackage, part: string, page: number): Promise<Block[]> {
  if (!file.has(part)) return [];
  const notes = new SlideShapes(page);
  await file.read(part, notes);
  const text = notes.shapes
    .filter(({ placeholder }) => placeholder === 'body')
    .flatMap(({ blocks }) => blocks.map((block) => block.text))
    .join('\n');
  return text === '' ? [] : [{ text: `Speaker notes: ${text}`, kind: 'paragraph', page }];
}
