import { type Block, finishDocument, type ParsedDocument } from '../document.ts';
import { builtInFormat, type CellFormat, cellFormat, type DateSystem } from './cell-format.ts';
import { OfficePackage, prefixedAttribute, type Relation } from './package.ts';
import { Sheet, unescapeText } from './sheet.ts';
import { sheetBlocks } from './sheet-tables.ts';

const KIND = { what: 'Excel workbook', program: 'Excel', extension: '.xlsx' };
/** Default names of sheets. */
const DEFAULT_NAME = /^(sheet|시트)\s?\d*$/iu;

type Workbook = { sheets: { name: string; part: string }[]; dateSystem: DateSystem; relations: Relation[] };

/**
 * An Excel workbook: the sheets in the order of their tabs, each under its name; every row repeats the names of its
 * columns. Numbers look as in Excel, dates as in ISO 8601, formulas give their last value. Leaves out hidden sheets,
 * rows (filtered ones too) and columns, charts and comments. Only the text limit bounds the number of rows.
 */
export async function parseXlsx(bytes: Uint8Array, signal?: AbortSignal): Promise<ParsedDocument> {
  const file = new OfficePackage(bytes, KIND, signal);
  const { sheets, dateSystem, relations } = await readWorkbook(file);
  const strings = await readSharedStrings(file, partOf(relations, 'sharedStrings'));
  const formats = await readCellFormats(file, partOf(relations, 'styles'), dateSystem);
  const blocks: Block[] = [];
  for (const { name, part } of sheets) {
    const sheet = new Sheet({ strings, formats });
    await file.read(part, sheet);
    const tables = sheetBlocks(sheet.rows, sheet.merges);
    if (tables.length > 0 && !DEFAULT_NAME.test(name.trim())) {
      blocks.push({ text: name, kind: 'heading', page: null, level: 1 });
    }
    for (const table of tables) blocks.push(table);
  }
  const title = await file.readTitle('docProps/core.xml');
  const parsed = finishDocument(
    { blocks, pages: null, title },
    'The workbook holds no values in its visible sheets. Show what is hidden, or upload a file with at least one value.',
  );
  // The first heading is the name of a sheet, not the title of the workbook.
  return { ...parsed, title: title && parsed.title };
}

async function readWorkbook(file: OfficePackage): Promise<Workbook> {
  const main = await file.mainPart('xl/workbook.xml');
  const relations = await file.relations(main);
  const targets = new Map(
    relations.filter(({ type }) => type === 'worksheet').map(({ id, target }) => [id, target]),
  );
  const sheets: Workbook['sheets'] = [];
  let isWorkbook = false;
  let dateSystem: DateSystem = 1900;
  await file.read(main, {
    onOpenTag: (name, attributes) => {
      if (name === 'workbook') isWorkbook = true;
      if (name === 'workbookPr') dateSystem = /^(1|true)$/u.test(attributes['date1904'] ?? '') ? 1904 : 1900;
      if (name !== 'sheet' || /hidden$/iu.test(attributes['state'] ?? '')) return;
      // Sheets of charts and macros have relations of another type, and no cells.
      const part = targets.get(prefixedAttribute(attributes, 'id') ?? '');
      if (part) sheets.push({ name: attributes['name'] ?? '', part });
    },
  });
  if (!isWorkbook) throw file.damaged();
  return { sheets, dateSystem, relations };
}

function partOf(relations: Relation[], type: string): string | undefined {
  return relations.find((relation) => relation.type === type)?.target;
}

/** The strings to which cells refer by index: plain or in runs, without phonetic readings (`rPh`). */
async function readSharedStrings(file: OfficePackage, part: string | undefined): Promise<string[]> {
  const strings: string[] = [];
  if (!part || !file.has(part)) return strings;
  let text = '';
  let isText = false;
  let isReading = false;
  await file.read(part, {
    onOpenTag: (name) => {
      if (name === 'si') text = '';
      else if (name === 'rPh') isReading = true;
      else if (name === 't') isText = !isReading;
    },
    onText: (piece) => {
      if (isText) text += piece;
    },
    onCloseTag: (name) => {
      if (name === 'si') strings.push(unescapeText(text));
      else if (name === 'rPh') isReading = false;
      else if (name === 't') isText = false;
    },
  });
  return strings;
}

/** The number format of each cell style. */
async function readCellFormats(
  file: OfficePackage,
  part: string | undefined,
  dateSystem: DateSystem,
): Promise<CellFormat[]> {
  const formats: CellFormat[] = [];
  if (!part || !file.has(part)) return formats;
  const byId = new Map<number, CellFormat>();
  const codes = new Map<number, string>();
  let isCellStyle = false;
  await file.read(part, {
    onOpenTag: (name, attributes) => {
      if (name === 'numFmt') codes.set(Number(attributes['numFmtId']), attributes['formatCode'] ?? '');
      else if (name === 'cellXfs') isCellStyle = true;
      else if (name === 'xf' && isCellStyle) {
        const id = Number(attributes['numFmtId'] ?? 0);
        const format = byId.get(id) ?? cellFormat(codes.get(id) ?? builtInFormat(id), dateSystem);
        byId.set(id, format);
        formats.push(format);
      }
    },
    onCloseTag: (name) => {
      if (name === 'cellXfs') isCellStyle = false;
    },
  });
  return formats;
}
