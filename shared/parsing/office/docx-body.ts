import type { Block } from '../document.ts';
import { WordFlow, type WordLooks } from './docx-flow.ts';
import { WordRuns } from './docx-runs.ts';
import { LinearMath } from './math.ts';
import { prefixedAttribute, type XmlEvents } from './package.ts';
import { isOn, wordValue } from './word-attributes.ts';
import { symbolText } from './word-symbols.ts';

/**
 * What a part refers to, by the ids of its relations: addresses outside the file, and texts of other parts (charts,
 * diagrams, inserted documents). `markNote` gives the number of a note.
 */
export type WordReferences = {
  links: ReadonlyMap<string, string>;
  inserts: Map<string, readonly Block[]>;
  markNote: (kind: string, id: string) => number;
};

type Attributes = Record<string, string>;

/** Former properties, deleted text, readings above characters, sections, and data of programs. */
const SKIPPED = new Set(
  'pPrChange rPrChange tblPrChange tblPrExChange tblGridChange trPrChange tcPrChange sectPrChange numberingChange delText delInstrText sectPr rt rubyPr fldData binData'.split(
    ' ',
  ),
);
const CHARACTERS: Readonly<Record<string, string>> = {
  tab: '\t',
  ptab: '\t',
  cr: '\n',
  noBreakHyphen: '-',
};
const CELL_PROPERTIES = new Set(['gridSpan', 'vMerge', 'hMerge', 'cellDel']);

/**
 * Reads a part of a Word document, its body or its notes, from a stream of XML. Of tracked changes it keeps the text as
 * it is once they are accepted; of alternatives for old and new programs, the first.
 */
export class WordBody implements XmlEvents {
  /** The blocks of the notes of a part, by their ids. */
  readonly notes = new Map<string, Block[]>();
  hasBody = false;
  readonly #looks: WordLooks;
  readonly #references: WordReferences;
  readonly #flow: WordFlow;
  readonly #runs: WordRuns;
  readonly #math = new LinearMath();
  readonly #path: string[] = [];
  /** For each open set of alternatives, whether one was taken. */
  readonly #alternatives: boolean[] = [];
  #skipped = 0;
  #mathDepth = 0;
  #note = '';

  constructor(looks: WordLooks, references: WordReferences) {
    this.#looks = looks;
    this.#references = references;
    this.#flow = new WordFlow(looks);
    this.#runs = new WordRuns(this.#flow, ({ style }) => looks.styles.paragraph(style).hidden);
  }

  get blocks(): Block[] {
    return this.#flow.blocks;
  }

  onOpenTag(name: string, attributes: Attributes): void {
    if (this.#skipped > 0 || this.#isSkipped(name)) {
      this.#skipped += 1;
      return;
    }
    const parent = this.#path.at(-1) ?? '';
    this.#path.push(name);
    if (name === 'AlternateContent') this.#alternatives.push(false);
    if (this.#mathDepth > 0) {
      if (name === 'oMath') this.#mathDepth += 1;
      this.#math.open(name, attributes);
    } else if (parent === 'rPr' || parent === 'pPr' || parent === 'numPr') {
      this.#setProperty(name, attributes);
    } else if (!this.#openBlock(name, attributes)) this.#openInline(name, parent, attributes);
  }

  onText(text: string): void {
    if (this.#skipped > 0) return;
    if (this.#mathDepth > 0) this.#math.write(text);
    else if (this.#path.at(-1) === 't') this.#runs.write(text);
    else if (this.#path.at(-1) === 'instrText') this.#runs.fields.addCode(text);
  }

  onCloseTag(name: string): void {
    if (this.#skipped > 0) {
      this.#skipped -= 1;
      return;
    }
    this.#path.pop();
    if (name === 'AlternateContent') this.#alternatives.pop();
    if (this.#mathDepth > 0) this.#closeMath(name);
    else this.#close(name);
  }

  #isSkipped(name: string): boolean {
    if (SKIPPED.has(name)) return true;
    const parent = this.#path.at(-1);
    // In properties it marks a deleted row, or the deleted end of a paragraph.
    if (name === 'del' || name === 'moveFrom') return parent !== 'rPr' && parent !== 'trPr';
    if (parent !== 'AlternateContent') return false;
    const taken = this.#alternatives.at(-1) ?? false;
    this.#alternatives[this.#alternatives.length - 1] = true;
    return taken;
  }

  /** Properties of the open paragraph, of its end, or of the open run. */
  #setProperty(name: string, attributes: Attributes): void {
    const paragraph = this.#flow.paragraph;
    if (!paragraph) return;
    if (name === 'pStyle') paragraph.style = wordValue(attributes);
    else if (name === 'outlineLvl') paragraph.outline = Number(wordValue(attributes)) || 0;
    else if (name === 'numId') paragraph.list = wordValue(attributes);
    else if (name === 'ilvl') paragraph.level = Number(wordValue(attributes)) || 0;
    else if (this.#path.at(-3) === 'r') this.#setRunProperty(name, attributes);
    else if (this.#path.at(-3) !== 'pPr') return;
    else if (name === 'del' || name === 'moveFrom') paragraph.endDeleted = true;
    else if (name === 'vanish') paragraph.endHidden = isOn(attributes);
  }

  #setRunProperty(name: string, attributes: Attributes): void {
    if (name === 'vanish') this.#runs.setHidden(isOn(attributes));
    else if (name === 'rStyle' && this.#looks.styles.hides(wordValue(attributes))) this.#runs.setHidden(true);
  }

  /** @returns whether the element is one of those that make blocks */
  #openBlock(name: string, attributes: Attributes): boolean {
    const { table } = this.#flow;
    if (name === 'p') this.#flow.openParagraph();
    else if (name === 'tbl') this.#flow.openTable();
    else if (name === 'tr') table?.openRow();
    else if (name === 'tc') {
      table?.openCell();
      this.#flow.openFlow();
    } else if (name === 'txbxContent' || name === 'txBody') this.#flow.openFlow();
    else if (name === 'footnote' || name === 'endnote') this.#openNote(attributes);
    else if (name === 'altChunk' || name === 'chart') this.#insert(prefixedAttribute(attributes, 'id'));
    else if (name === 'relIds') this.#insert(prefixedAttribute(attributes, 'dm'));
    else if (name === 'body') this.hasBody = true;
    else return false;
    return true;
  }

  #openInline(name: string, parent: string, attributes: Attributes): void {
    const runs = this.#runs;
    if (name === 'r') runs.openRun();
    else if (parent === 'r' || name === 'br') this.#writeElement(name, attributes);
    else if (name === 'hyperlink') runs.openLink(this.#targetOf(attributes));
    else if (name === 'fldSimple') runs.openSimpleField(wordValue(attributes, 'instr'));
    else if (parent === 'ffData' || parent === 'checkBox' || parent === 'ddList') {
      runs.fields.setFormProperty(parent, name, attributes);
    } else if (name === 'sdt') runs.openControl();
    else if (name === 'oMath') this.#mathDepth = 1;
    else this.#setOuterProperty(name, parent, attributes);
  }

  /** Properties of the open content control, row or cell. */
  #setOuterProperty(name: string, parent: string, attributes: Attributes): void {
    if (parent === 'sdtPr' && name === 'checkbox') this.#runs.setChecked(false);
    else if (parent === 'checkbox' && name === 'checked') this.#runs.setChecked(isOn(attributes));
    // Of a cell, the flow is open already: its table is that of the flow around it.
    else if (parent === 'trPr') this.#flow.table?.setProperty(name, wordValue(attributes));
    else if (parent === 'tcPr' && CELL_PROPERTIES.has(name)) {
      this.#flow.outerTable?.setProperty(name, wordValue(attributes));
    }
  }

  /** Elements of a run that stand for characters. */
  #writeElement(name: string, attributes: Attributes): void {
    const runs = this.#runs;
    if (name === 'br') runs.write(/^(page|column)$/u.test(wordValue(attributes, 'type')) ? ' ' : '\n');
    else if (name === 'sym')
      runs.write(symbolText(wordValue(attributes, 'font'), wordValue(attributes, 'char')));
    else if (name === 'fldChar') this.#readFieldCharacter(wordValue(attributes, 'fldCharType'));
    else if (name === 'footnoteReference' || name === 'endnoteReference') {
      const kind = name.replace('Reference', '');
      if (runs.isShown) runs.write(`[${this.#references.markNote(kind, wordValue(attributes, 'id'))}]`);
    } else runs.write(CHARACTERS[name] ?? '');
  }

  #readFieldCharacter(type: string): void {
    if (type === 'begin') this.#runs.fields.begin();
    else if (type === 'separate') this.#runs.fields.separate(this.#flow.paragraph);
    else if (type === 'end') this.#runs.endField();
  }

  #targetOf(attributes: Attributes): string | null {
    const address = this.#references.links.get(prefixedAttribute(attributes, 'id') ?? '');
    const anchor = wordValue(attributes, 'anchor');
    if (address === undefined) return null;
    return anchor === '' || address.includes('#') ? address : `${address}#${anchor}`;
  }

  #insert(id: string | undefined): void {
    const blocks = this.#references.inserts.get(id ?? '');
    if (!blocks) return;
    this.#flow.attach(blocks);
    // A part stands in one place. Small files could repeat it without end.
    this.#references.inserts.delete(id ?? '');
  }

  #openNote(attributes: Attributes): void {
    this.#note = wordValue(attributes, 'id');
    this.#flow.openFlow();
  }

  #closeMath(name: string): void {
    if (name === 'oMath') this.#mathDepth -= 1;
    if (this.#mathDepth > 0) this.#math.close(name);
    else this.#runs.write(this.#math.take());
  }

  #close(name: string): void {
    const flow = this.#flow;
    if (name === 'p') {
      this.#runs.fields.endParagraph();
      flow.closeParagraph();
    } else if (name === 'tc') {
      const blocks = flow.closeFlow();
      flow.table?.closeCell(blocks);
    } else if (name === 'tr') flow.table?.closeRow();
    else if (name === 'tbl') flow.closeTable();
    else if (name === 'txbxContent' || name === 'txBody') flow.attach(flow.closeFlow());
    else if (name === 'footnote' || name === 'endnote') this.notes.set(this.#note, flow.closeFlow());
    else this.#closeInline(name);
  }

  #closeInline(name: string): void {
    if (name === 'r') this.#runs.closeRun();
    else if (name === 'hyperlink' || name === 'fldSimple') this.#runs.closeLink();
    else if (name === 'sdtContent') this.#runs.closeControlContent();
    else if (name === 'sdt') this.#runs.closeControl();
  }
}
