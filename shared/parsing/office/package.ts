import { Parser } from 'htmlparser2';
import { DocumentError, throwIfAborted, tooComplex } from '../document.ts';
import { decodeText } from '../text/decode.ts';
import { exceedsLimit, readEntry, type ZipEntry, zipEntries } from '../zip.ts';

/**
 * Limits of one inflated part and of all parts that are read, repeated reads included. A thousand pages of Word
 * take 50 MB of XML.
 */
const MAX_PART_BYTES = 64 * 1024 * 1024;
const MAX_TOTAL_BYTES = 256 * 1024 * 1024;
/**
 * Limits of elements in all parts that are read, and of their nesting. Eight million empty paragraphs pack to 70 kB and
 * take gigabytes as objects. A workbook of a million cells has three million elements; real files nest sixty levels.
 */
const MAX_ELEMENTS = 5_000_000;
const MAX_DEPTH = 1_000;
/** Characters of XML between two checks of the time limit. */
const SLICE_CHARS = 1024 * 1024;

/** Titles that programs give to every new file. */
const GENERIC_TITLE =
  /^((powerpoint|pptxgenjs) (presentation|프레젠테이션)|presentation\s?\d*|프레젠테이션\s?\d*|untitled|제목 없음|빈 문서\s?\d*)$|\.(docx?|pptx?|xlsx?|hwpx?)$/iu;

/** Handlers of a stream of XML. Names come without their namespace prefix. */
export type XmlEvents = {
  onOpenTag?: (name: string, attributes: Record<string, string>) => void;
  onText?: (text: string) => void;
  onCloseTag?: (name: string) => void;
};

/** A link between two parts of the package. `type` is the last word of its address (`slide`, `styles`). */
export type Relation = { id: string; type: string; target: string };

/** Words for error messages: a `PowerPoint presentation`, opened in `PowerPoint`, ending in `.pptx`. */
export type PackageKind = { what: string; program: string; extension: string };

/**
 * A ZIP of XML parts (OPC, ISO/IEC 29500-2; OWPML, KS X 6101). Inflates only the parts that are read, under the
 * limits above and not by the sizes that the archive declares.
 * @throws DocumentError for anything wrong with the file
 */
export class OfficePackage {
  readonly #bytes: Uint8Array;
  readonly #kind: PackageKind;
  readonly #signal: AbortSignal | undefined;
  readonly #entryByPart: Map<string, ZipEntry>;
  #bytesLeft = MAX_TOTAL_BYTES;
  #elementsLeft = MAX_ELEMENTS;

  constructor(bytes: Uint8Array, kind: PackageKind, signal?: AbortSignal) {
    this.#bytes = bytes;
    this.#kind = kind;
    this.#signal = signal;
    const entries = zipEntries(bytes);
    if (!entries) throw this.damaged();
    this.#entryByPart = new Map(entries.map((entry) => [normalizePart(entry.name), entry]));
  }

  /** The names of all parts, as stored. */
  names(): string[] {
    return [...this.#entryByPart.values()].map(({ name }) => name.replaceAll('\\', '/'));
  }

  has(part: string): boolean {
    return this.#entryByPart.has(normalizePart(part));
  }

  /** The bytes of a part that is not XML. */
  readBytes(part: string): Uint8Array {
    const entry = this.#entryByPart.get(normalizePart(part));
    if (!entry) throw this.damaged();
    return this.#inflate(entry);
  }

  /** Reads a part as XML, with pauses in which a time limit can take effect. */
  async read(part: string, events: XmlEvents): Promise<void> {
    const entry = this.#entryByPart.get(normalizePart(part));
    if (!entry) throw this.damaged();
    const xml = decodeText(this.#inflate(entry), 'utf-8');
    let depth = 0;
    let elements = 0;
    const parser = new Parser(
      {
        onopentag: (name, attributes) => {
          depth += 1;
          elements += 1;
          this.#count(1);
          if (depth > MAX_DEPTH) throw tooComplex();
          events.onOpenTag?.(withoutPrefix(name), attributes);
        },
        ontext: (text) => events.onText?.(text),
        onclosetag: (name) => {
          depth -= 1;
          events.onCloseTag?.(withoutPrefix(name));
        },
      },
      { xmlMode: true, decodeEntities: true },
    );
    for (let at = 0; at < xml.length; at += SLICE_CHARS) {
      parser.write(xml.slice(at, at + SLICE_CHARS));
      await new Promise((resolve) => setImmediate(resolve));
      throwIfAborted(this.#signal);
    }
    // The parser reports no errors: an element left open means that the file was cut off.
    if (elements === 0 || depth !== 0) throw this.damaged();
  }

  /** The relations of a part inside the file; `''` is the package itself. */
  async relations(part: string): Promise<Relation[]> {
    const folder = part.slice(0, part.lastIndexOf('/') + 1);
    const all = await this.#readRelations(part);
    return all
      .filter(({ isExternal }) => !isExternal)
      .map(({ id, type, target }) => ({ id, type, target: resolveTarget(folder, target) }));
  }

  /** The addresses outside the file to which a part links, by the ids of their relations. */
  async links(part: string): Promise<Map<string, string>> {
    const all = await this.#readRelations(part);
    return new Map(all.filter(({ isExternal }) => isExternal).map(({ id, target }) => [id, target]));
  }

  async #readRelations(part: string): Promise<(Relation & { isExternal: boolean })[]> {
    const cut = part.lastIndexOf('/') + 1;
    const list = `${part.slice(0, cut)}_rels/${part.slice(cut)}.rels`;
    const found: (Relation & { isExternal: boolean })[] = [];
    if (!this.has(list)) return found;
    await this.read(list, {
      onOpenTag: (name, { Id: id, Type: type, Target: target, TargetMode: mode }) => {
        if (name !== 'Relationship' || !id || !type || !target) return;
        found.push({
          id,
          type: type.slice(type.lastIndexOf('/') + 1),
          target,
          isExternal: mode === 'External',
        });
      },
    });
    return found;
  }

  /** The main part of an OPC package, by the package's relations, else `fallback`. */
  async mainPart(fallback: string): Promise<string> {
    const relations = await this.relations('');
    const main = relations.find(({ type }) => type === 'officeDocument')?.target ?? fallback;
    if (!this.has(main)) throw this.damaged();
    return main;
  }

  /** The text of the `title` element of a part; null where it is missing, empty or a program's own. */
  async readTitle(part: string): Promise<string | null> {
    if (!this.has(part)) return null;
    let title = '';
    let isTitle = false;
    await this.read(part, {
      onOpenTag: (name) => {
        isTitle = name === 'title';
      },
      onText: (text) => {
        if (isTitle) title += text;
      },
      onCloseTag: () => {
        isTitle = false;
      },
    });
    return title.trim() === '' || GENERIC_TITLE.test(title.trim()) ? null : title.trim();
  }

  damaged(cause?: unknown): DocumentError {
    const { what, program, extension } = this.#kind;
    return new DocumentError(
      'corrupt_document',
      `The ${what} is damaged or incomplete. Open it in ${program}, save it again as ${extension} and upload that.`,
      { cause },
    );
  }

  encrypted(): DocumentError {
    const { what, program } = this.#kind;
    return new DocumentError(
      'encrypted_document',
      `The ${what} is protected by a password. Remove the password in ${program} and upload it again.`,
    );
  }

  #count(elements: number): void {
    this.#elementsLeft -= elements;
    if (this.#elementsLeft < 0) throw tooComplex();
  }

  #inflate(entry: ZipEntry): Uint8Array {
    if (entry.encrypted) throw this.encrypted();
    const limit = Math.min(MAX_PART_BYTES, this.#bytesLeft);
    if (limit <= 0) throw this.#tooLarge();
    try {
      const data = readEntry(this.#bytes, entry, limit);
      this.#bytesLeft -= data.length;
      return data;
    } catch (cause) {
      throw exceedsLimit(cause) ? this.#tooLarge() : this.damaged(cause);
    }
  }

  #tooLarge(): DocumentError {
    return new DocumentError(
      'document_too_large',
      `The ${this.#kind.what} unpacks to more than can be read. Split it into smaller files.`,
    );
  }
}

/** The value of an attribute that is written with a namespace prefix, such as `r:id`. */
export function prefixedAttribute(attributes: Record<string, string>, name: string): string | undefined {
  const key = Object.keys(attributes).find((one) => one.endsWith(`:${name}`));
  return key && attributes[key];
}

function withoutPrefix(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}

/** Part names are compared without regard to case; some writers use backslashes. */
function normalizePart(part: string): string {
  return part.replaceAll('\\', '/').replace(/^\/+/u, '').toLowerCase();
}

function resolveTarget(folder: string, target: string): string {
  const path = target.startsWith('/') ? target : folder + target;
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return parts.join('/');
}
