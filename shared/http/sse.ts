import { AsyncLocalStorage } from 'node:async_hooks';
import { Readable } from 'node:stream';

/** One server-sent event with a name; `data` is sent as one line of JSON. */
export type NamedEvent = { event: string; data: unknown };

type SseOptions = {
  /** Longest silence before a `: ping` comment, milliseconds. Idle proxies close silent connections. */
  pingMs?: number;
  /**
   * Aborted when the stream is destroyed before its end: the client went away. Whoever aborts it, the source, which
   * is to end by this, is read to its end at once, whether or not anybody reads the stream.
   */
  controller: AbortController;
};

/** Told the text of a whole answer; null when it was none. Must not throw: the answer has been given. */
type Keeper = (text: string | null) => Promise<void>;

/** A `text/event-stream` body. */
export type EventBody = Readable & {
  /**
   * Has `keeper` told what was streamed, once the source has ended and before the stream ends or closes, however its
   * reader fared. To be called before anybody reads.
   */
  keep(keeper: Keeper): void;
};

/** Events, and at their end whether they are a whole answer, worth giving again: not failed, not broken off. */
type Source<T> = AsyncIterable<T, boolean | void>;

const PING = ': ping\n\n';
const DEFAULT_PING_MS = 10_000;

/**
 * Named events as a `text/event-stream` body. Events are taken from the source only as fast as they are
 * read. The source should end in an `error` event of its own; one that throws destroys the stream.
 */
export function sseStream(events: Source<NamedEvent>, options: SseOptions): EventBody {
  return new EventStream(events, options, {
    encode: ({ event, data }) => `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`,
    end: '',
  });
}

/** Data-only events in OpenAI's manner, closed by `data: [DONE]`. */
export function openAiSseStream(chunks: Source<unknown>, options: SseOptions): EventBody {
  return new EventStream(chunks, options, {
    encode: (chunk) => `data: ${JSON.stringify(chunk)}\n\n`,
    end: 'data: [DONE]\n\n',
  });
}

/** The text of an earlier stream again, at once. */
export function repeatedStream(text: string, options: SseOptions): EventBody {
  async function* whole(): AsyncGenerator<string, void> {
    yield text;
  }
  return new EventStream(whole(), options, { encode: String, end: '' });
}

type Format<T> = { encode: (item: T) => string; end: string };

class EventStream<T> extends Readable implements EventBody {
  readonly #source: AsyncIterator<T, boolean | void>;
  readonly #controller: AbortController;
  readonly #pingMs: number;
  readonly #format: Format<T>;
  /** Whoever reads the stream runs outside the request that made it; its source is to know which that was. */
  readonly #inRequest = AsyncLocalStorage.snapshot();
  #wanted = false;
  #pumping = false;
  #ended = false;
  #keeper: Keeper | undefined;
  #kept: Promise<void> | undefined;
  #text = '';
  #timer: NodeJS.Timeout | undefined;

  constructor(source: Source<T>, options: SseOptions, format: Format<T>) {
    super();
    this.#source = source[Symbol.asyncIterator]();
    this.#controller = options.controller;
    this.#pingMs = options.pingMs ?? DEFAULT_PING_MS;
    this.#format = format;
    this.#controller.signal.addEventListener('abort', () => !this.destroyed && this.#start());
  }

  keep(keeper: Keeper): void {
    this.#keeper = keeper;
  }

  override _read(): void {
    this.#wanted = true;
    // A reader that has stopped gets no pings: they would only pile up.
    this.#timer ??= setInterval(() => this.#wanted && this.#send(PING), this.#pingMs);
    this.#start();
  }

  override _destroy(error: Error | null, callback: (error: Error | null) => void): void {
    clearInterval(this.#timer);
    if (this.#ended) return callback(error);
    this.#controller.abort();
    // Whoever waits for the stream to close waits for what its source still saves: Lambda freezes the process then.
    void this.#finishSource(() => callback(error));
  }

  #send(text: string): void {
    this.#wanted = this.push(text);
    this.#timer?.refresh();
  }

  #start(): void {
    if (!this.#pumping) void this.#pump();
  }

  async #pump(): Promise<void> {
    const { signal } = this.#controller;
    this.#pumping = true;
    try {
      while ((this.#wanted || signal.aborted) && !this.#ended && !this.destroyed) await this.#forward();
    } catch (error) {
      this.destroy(error instanceof Error ? error : new Error('The event source failed.', { cause: error }));
    }
    this.#pumping = false;
  }

  async #forward(): Promise<void> {
    const text = await this.#inRequest(() => this.#take());
    if (this.destroyed) return;
    if (text === null) {
      this.#ended = true;
      clearInterval(this.#timer);
      if (this.#format.end) this.push(this.#format.end);
      this.push(null);
    } else this.#send(text);
  }

  /** The next event as text, null at the source's end, which may be met twice: by the reader's and the last reading. */
  async #take(): Promise<string | null> {
    const { encode, end } = this.#format;
    const { value, done } = await this.#source.next();
    if (done) {
      this.#kept ??= this.#keeper?.(value === true ? this.#text + end : null);
      await this.#kept;
      return null;
    }
    const text = encode(value);
    if (this.#keeper) this.#text += text;
    return text;
  }

  /** Reads on to the end that the signal brings: only there is known what became of the answer. */
  async #finishSource(finished: () => void): Promise<void> {
    try {
      await this.#inRequest(async () => {
        while ((await this.#take()) !== null);
      });
    } catch {
      // Nobody reads any more: there is nobody to tell.
    } finally {
      finished();
    }
  }
}
