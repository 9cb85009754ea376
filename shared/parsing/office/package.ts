import { Parser } from 'htmlparser2';
import { DocumentError, throwIfAborted } from '../document.ts';
import { decodeText } from '../text/decode.ts';
import { exceedsLimit, readEntry, type ZipEntry, zipEntries } from '../zip.ts';

/** One part may inflate to this much, all that are read together to the second: a part may be named many times. */
const MAX_PART_BYTES = 64 * 1024 * 1024;
const MAX_TOTAL_BYTES = 256 * 1024 * 1024;
/** Characters of XML between two looks at the clock. */
const SLICE_CHARS = 1024 * 1024;

/** Names that programs give to every new file: they say nothing. */
const GENERIC_TITLE =
  /^((powerpoint|pptxgenjs) (presentation|프레젠테이션)|presentation\s?\d*|프레젠테이션\s?\d*|untitled|제목 없음|빈 문서\s?\d*)$|\.(pptx?|xlsx?|hwpx?)$/iu;

/** What a stream of XML is told of: names come without their namespace prefix. */
export type XmlEvents = {
  open?: (name: string, attributes: Record<string, string>) => void;
  text?: (text: string) => void;
  close?: (name: string) => void;
};

/** A link from one part to another inside the package; `type` is the last word of its address (`slide`, `styles`). */
export type Relation = { id: string; type: string; target: string };

/** How a format is called in messages: `a PowerPoint presentation`, opened in `PowerPoint`, ending in `.pptx`. */
export type PackageKind = { what: string; program: string; extension: string };

/**
 * A ZIP of XML parts (OPC, ISO/IEC 29500-2; OWPML, KS X 6101). Only the parts that are asked for are inflated, each and together
 * under a limit, whatever sizes the archive declares. Whatever is wrong comes out as a DocumentError.
 */
export class OfficePackage {
  private readonly bytes: Uint8Array;
  private readonly kind: PackageKind;
  private readonly signal: AbortSignal | undefined;
  private readonly entries = new Map<string, ZipEntry>();
  private bytesLeft = MAX_TOTAL_BYTES;

  constructor(bytes: Uint8Array, kind: PackageKind, signal?: AbortSignal) {
    this.bytes = bytes;
    this.kind = kind;
    this.signal = signal;
    const entries = zipEntries(bytes);
    if (entries === null) throw this.damaged();
    for (const entry of entries) this.entries.set(keyOf(entry.name), entry);
  }

  /** The names of all parts, as stored. */
  names(): string[] {
    return [...this.entries.values()].map(({ name }) => name.replaceAll('\\', '/'));
  }

  has(part: string): boolean {
    return this.entries.has(keyOf(part));
  }

  /** Reads a part as XML, with pauses in which a time limit can take effect. */
  async read(part: string, events: XmlEvents): Promise<void> {
    const xml = decodeText(this.inflate(part), 'utf-8');
    let depth = 0;
    let elements = 0;
    const parser = new Parser(
      {
        onopentag: (name, attributes) => {
          depth += 1;
          elements += 1;
          events.open?.(local(name), attributes);
        },
        ontext: (text) => events.text?.(text),
        onclosetag: (name) => {
          depth -= 1;
          events.close?.(local(name));
        },
      },
      { xmlMode: true, decodeEntities: true },
    );
    for (let at = 0; at < xml.length; at += SLICE_CHARS) {
      parser.write(xml.slice(at, at + SLICE_CHARS));
      await new Promise((resolve) => setImmediate(resolve));
      throwIfAborted(this.signal);
    }
    // The reader forgives everything: what is left open was cut off.
    if (elements === 0 || depth !== 0) throw this.damaged();
  }

  /** The parts that a part points to (`''`: the package itself); without those outside the file. */
  async relations(part: string): Promise<Relation[]> {
    const cut = part.lastIndexOf('/') + 1;
    const folder = part.slice(0, cut);
    const list = `${folder}_rels/${part.slice(cut)}.rels`;
    const found: Relation[] = [];
    if (!this.has(list)) return found;
    const open = (name: string, { Id: id, Type: type, Target: target, ...rest }: Record<string, string>) => {
      if (name !== 'Relationship' || rest['TargetMode'] === 'External') return;
      if (id === undefined || type === undefined || target === undefined) return;
      found.push({ id, type: type.slice(type.lastIndexOf('/') + 1), target: resolve(folder, target) });
    };
    await this.read(list, { open });
    return found;
  }

  /** The part that an OPC package is about, by its own relations, else `usual`. */
  async mainPart(usual: string): Promise<string> {
    const main = (await this.relations('')).find(({ type }) => type === 'officeDocument')?.target ?? usual;
    if (!this.has(main)) throw this.damaged();
    return main;
  }

  /** The title in the document's properties, unless it is one that programs give; `part` holds it in a `title` element. */
  async title(part: string): Promise<string | null> {
    if (!this.has(part)) return null;
    let title = '';
    let open = false;
    await this.read(part, {
      open: (name) => {
        open = name === 'title';
      },
      text: (text) => {
        if (open) title += text;
      },
      close: () => {
        open = false;
      },
    });
    return title.trim() === '' || GENERIC_TITLE.test(title.trim()) ? null : title.trim();
  }

  damaged(cause?: unknown): DocumentError {
    const { what, program, extension } = this.kind;
    return new DocumentError(
      'corrupt_document',
      `The ${what} is damaged or incomplete. Open it in ${program}, save it again as ${extension} and upload that.`,
      { cause },
    );
  }

  encrypted(): DocumentError {
    const { what, program } = this.kind;
    return new DocumentError(
      'encrypted_document',
      `The ${what} is protected by a password. Remove the password in ${program} and upload it again.`,
    );
  }

  private inflate(part: string): Uint8Array {
    const entry = this.entries.get(keyOf(part));
    if (entry === undefined) throw this.damaged();
    if (entry.encrypted) throw this.encrypted();
    const limit = Math.min(MAX_PART_BYTES, this.bytesLeft);
    if (limit <= 0) throw this.tooLarge();
    try {
      const data = readEntry(this.bytes, entry, limit);
      this.bytesLeft -= data.length;
      return data;
    } catch (cause) {
      throw exceedsLimit(cause) ? this.tooLarge() : this.damaged(cause);
    }
  }

  private tooLarge(): DocumentError {
    return new DocumentError(
      'document_too_large',
      `The ${this.kind.what} unpacks to more than can be read. Split it into smaller files.`,
    );
  }
}

/** The value of an attribute that is written with some namespace prefix, such as `r:id`. */
export function prefixed(attributes: Record<string, string>, name: string): string | undefined {
  const key = Object.keys(attributes).find((one) => one.endsWith(`:${name}`));
  return key === undefined ? undefined : attributes[key];
}

function local(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}

/** Part names are compared without regard to case; some writers use backslashes. */
function keyOf(part: string): string {
  return part.replaceAll('\\', '/').replace(/^\/+/u, '').toLowerCase();
}

function resolve(folder: string, target: string): string {
  const path = target.startsWith('/') ? target : folder + target;
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return parts.join('/');
}
