import { type Handler, Parser, type ParserOptions } from 'htmlparser2';
import { tooComplex } from '../document.ts';

/** Levels of nesting that the library manages. Generated pages have a hundred. */
const MAX_DEPTH = 1_000;
/** A report of 20 MB has about 500,000. */
const MAX_ELEMENTS = 2_000_000;

type HtmlEvents = {
  onOpenTag(name: string, attributes: Record<string, string>): void;
  onText(text: string): void;
  onCloseTag(name: string): void;
};

/**
 * `depth`: open elements in the library's stack. `flattened`: open elements below them, which it does not know. `isFlat`:
 * the element whose start tag is being read is one of those.
 */
type Open = { depth: number; flattened: number; elements: number; isFlat: boolean };

/**
 * A parser of HTML that takes time in proportion to the page. The library searches and moves its stack of open elements
 * for each tag, so 200,000 nested elements took 4.5 s. Elements below 1,000 levels never enter that stack, as if they had
 * no end tag; their end tags are reported all the same.
 * @throws DocumentError `document_too_complex` above two million elements
 */
class FlatParser extends Parser {
  readonly #events: HtmlEvents;
  readonly #open: Open;
  /** The tag of which the library has not asked yet. */
  #unasked: 'start' | 'end' | null = null;

  constructor(events: HtmlEvents, options: ParserOptions) {
    const open: Open = { depth: 0, flattened: 0, elements: 0, isFlat: false };
    super({ ...handlersOf(events, open), ontext: (text) => events.onText(text) }, options);
    this.#events = events;
    this.#open = open;
  }

  /** The library asks this before it uses its stack: twice for a start tag, once for an end tag. */
  override isVoidElement(name: string): boolean {
    if (super.isVoidElement(name)) return true;
    const open = this.#open;
    const tag = this.#unasked;
    this.#unasked = null;
    if (tag === 'start') open.isFlat = open.depth >= MAX_DEPTH;
    if (tag !== 'end') return open.isFlat;
    if (open.flattened === 0) return false;
    open.flattened -= 1;
    this.#events.onCloseTag(name);
    return true;
  }

  override onopentagname(start: number, endIndex: number): void {
    this.#unasked = 'start';
    super.onopentagname(start, endIndex);
  }

  override onclosetag(start: number, endIndex: number): void {
    this.#unasked = 'end';
    super.onclosetag(start, endIndex);
    this.#unasked = null;
  }
}

function handlersOf(events: HtmlEvents, open: Open): Partial<Handler> {
  return {
    onopentag: (name, attributes) => {
      open.elements += 1;
      if (open.elements > MAX_ELEMENTS) throw tooComplex();
      if (open.isFlat) open.flattened += 1;
      else open.depth += 1;
      events.onOpenTag(name, attributes);
    },
    onclosetag: (name) => {
      // Of a flat element the library reports an end at once; the true one follows from its end tag.
      if (open.isFlat) open.isFlat = false;
      else {
        open.depth -= 1;
        events.onCloseTag(name);
      }
    },
  };
}

/** Reads HTML source as a stream of tags. Nothing is fetched, no script runs. @throws as FlatParser */
export function readHtml(source: string, events: HtmlEvents): void {
  const parser = new FlatParser(events, { decodeEntities: true });
  parser.write(source);
  parser.end();
}
