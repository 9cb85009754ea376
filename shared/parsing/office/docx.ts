import { type Block, DocumentError, finishDocument, type ParsedDocument } from '../document.ts';
import { splitNumberedHeadings } from '../numbered-headings.ts';
import { readAltChunk } from './alt-chunk.ts';
import { WordBody } from './docx-body.ts';
import type { WordLooks } from './docx-flow.ts';
import { WordLists } from './docx-numbering.ts';
import { WordStyles } from './docx-styles.ts';
import { readChart, readDiagram } from './graphics.ts';
import { ListCounters } from './numbering.ts';
import { OfficePackage, type Relation } from './package.ts';

const KIND = { what: 'Word document', program: 'Word', extension: '.docx' };

/** Documents inserted into documents inserted into the document. */
const MAX_INSERTION_DEPTH = 2;

/**
 * A Word document: headings, numbered as Word shows them, lists, tables, text boxes, charts, equations, and at its end the
 * notes, whose marks stand in the text. Of tracked changes, the text as it is once they are accepted. Leaves out hidden
 * text, comments and running headers. The format stores no pages.
 */
export async function parseDocx(bytes: Uint8Array, signal?: AbortSignal): Promise<ParsedDocument> {
  const file = new OfficePackage(bytes, KIND, signal);
  const title = await file.readTitle('docProps/core.xml');
  const blocks = await new WordDocument(file, { signal, depth: 0 }).read();
  return finishDocument(
    { blocks: splitNumberedHeadings(blocks), pages: null, title },
    'The Word document holds no text. If it holds pictures of pages, run text recognition (OCR) on them first.',
  );
}

type Reading = { signal: AbortSignal | undefined; depth: number };

class WordDocument {
  readonly #file: OfficePackage;
  readonly #reading: Reading;
  /** The notes in the order of their first marks, as `footnote 2`. */
  readonly #marked = new Map<string, number>();

  constructor(file: OfficePackage, reading: Reading) {
    this.#file = file;
    this.#reading = reading;
  }

  async read(): Promise<Block[]> {
    const file = this.#file;
    const main = await file.mainPart('word/document.xml');
    const relations = await file.relations(main);
    const partOf = (type: string) =>
      relations.find((relation) => relation.type === type)?.target ??
      `${main.slice(0, main.lastIndexOf('/') + 1)}${type}.xml`;
    const looks = {
      styles: await WordStyles.read(file, partOf('styles')),
      lists: await WordLists.read(file, partOf('numbering')),
      counters: new ListCounters(),
    };
    const body = await this.#readPart(main, looks);
    if (!body.hasBody) throw file.damaged();
    return [...body.blocks, ...(await this.#readNotes(looks, partOf))];
  }

  async #readPart(part: string, looks: WordLooks): Promise<WordBody> {
    const body = new WordBody(looks, {
      links: await this.#file.links(part),
      inserts: await this.#readInserts(await this.#file.relations(part)),
      markNote: (kind, id) => this.#markNote(`${kind} ${id}`),
    });
    await this.#file.read(part, body).catch((cause: unknown) => {
      throw cause instanceof RangeError ? this.#file.damaged(cause) : cause;
    });
    return body;
  }

  #markNote(note: string): number {
    const number = this.#marked.get(note) ?? this.#marked.size + 1;
    this.#marked.set(note, number);
    return number;
  }

  /** The notes that the text refers to, each with its mark. */
  async #readNotes(looks: WordLooks, partOf: (type: string) => string): Promise<Block[]> {
    if (this.#marked.size === 0) return [];
    const notes = new Map<string, Block[]>();
    for (const kind of ['footnote', 'endnote']) {
      const part = partOf(`${kind}s`);
      if (!this.#file.has(part)) continue;
      for (const [id, blocks] of (await this.#readPart(part, looks)).notes)
        notes.set(`${kind} ${id}`, blocks);
    }
    const lines = [...this.#marked].flatMap(([note, number]) => {
      const text = (notes.get(note) ?? []).map((block) => block.text.replace(/\s+/gu, ' ').trim()).join(' ');
      return text === '' ? [] : [`[${number}] ${text}`];
    });
    return lines.length === 0 ? [] : [{ text: lines.join('\n'), kind: 'list', page: null }];
  }

  /** The texts of the charts, diagrams and inserted documents of a part, by the ids of their relations. */
  async #readInserts(relations: Relation[]): Promise<Map<string, Block[]>> {
    const inserts = new Map<string, Block[]>();
    for (const relation of relations) {
      if (!this.#file.has(relation.target)) continue;
      const blocks = await this.#readInsert(relation).catch((error: unknown): Block[] => {
        // A damaged chart costs its own text, not the document's.
        if (error instanceof DocumentError && error.code === 'corrupt_document') return [];
        throw error;
      });
      if (blocks.length > 0) inserts.set(relation.id, blocks);
    }
    return inserts;
  }

  async #readInsert({ type, target }: Relation): Promise<Block[]> {
    if (type === 'chart' || type === 'chartEx') return await readChart(this.#file, target);
    if (type === 'diagramData') {
      const text = await readDiagram(this.#file, target);
      return text === '' ? [] : [{ text, kind: 'list', page: null }];
    }
    const { signal, depth } = this.#reading;
    if (type.toLowerCase() !== 'afchunk' || depth >= MAX_INSERTION_DEPTH) return [];
    const readWord = (bytes: Uint8Array) =>
      new WordDocument(new OfficePackage(bytes, KIND, signal), { signal, depth: depth + 1 }).read();
    return await readAltChunk(target, { bytes: this.#file.readBytes(target), readWord });
  }
}
