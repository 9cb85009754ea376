import { AsyncLocalStorage } from 'node:async_hooks';
import { Readable } from 'node:stream';

/** A server-sent event with a name; `data` is sent as one line of JSON. */
export type NamedEvent = { event: string; data: unknown };

type SseOptions = {
  /** Longest silence before a `: ping` comment, in milliseconds. Proxies close idle connections. */
  pingMs?: number;
  /**
   * Must end the source when aborted. The stream aborts it when it is destroyed early (the client disconnected). On
   * abort the source is read to its end at once, with or without a reader, so that it can still save what it has.
   */
  controller: AbortController;
};

/** Called once at the end: with the whole text, or null if the answer failed or was cut off. Must not throw. */
type Keeper = (text: string | null) => Promise<void>;

/** A `text/event-stream` body. */
export type EventBody = Readable & {
  /**
   * Registers a callback for the streamed text. It runs after the source has ended and before the stream ends or
   * closes, even if the reader has left. Call this before the stream is read.
   */
  keep(keeper: Keeper): void;
};

/** Events. The generator returns true if they form a complete answer: not failed, not cut off. */
type Source<T> = AsyncIterable<T, boolean | void>;

const PING = ': ping\n\n';
const DEFAULT_PING_MS = 10_000;

/**
 * Named events as a `text/event-stream` body. Reads the source only as fast as the stream is read. A source reports
 * failures by an `error` event of its own; one that throws destroys the stream.
 */
export function sseStream(events: Source<NamedEvent>, options: SseOptions): EventBody {
  return new EventStream(events, options, {
    encode: ({ event, data }) => `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`,
    end: '',
  });
}

/** Events without names in OpenAI's format, closed by `data: [DONE]`. */
export function openAiSseStream(chunks: Source<unknown>, options: SseOptions): EventBody {
  return new EventStream(chunks, options, {
    encode: (chunk) => `data: ${JSON.stringify(chunk)}\n\n`,
    end: 'data: [DONE]\n\n',
  });
}

/** The text of an earlier stream, sent again at once. */
export function replayedStream(text: string, options: SseOptions): EventBody {
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
  /** Runs the source in the request that created it: the reader runs outside, where logs and traces lose the ids. */
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
    // No pings while the reader pauses: they would only fill the buffer.
    this.#timer ??= setInterval(() => this.#wanted && this.#send(PING), this.#pingMs);
    this.#start();
  }

  override _destroy(error: Error | null, callback: (error: Error | null) => void): void {
    clearInterval(this.#timer);
    if (this.#ended) return callback(error);
    this.#controller.abort();
    // `close` comes after the source has saved its answer: Lambda freezes the process once the stream is closed.
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

  /** The next event as text. Returns null at the end; safe to call again. */
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

  /** Reads the aborted source to its end, where it reports whether the answer is complete. */
  async #finishSource(finished: () => void): Promise<void> {
    try {
      await this.#inRequest(async () => {
        while ((await this.#take()) !== null);
      });
    } catch {
      // The reader has left, so the failure cannot be reported.
    } finally {
      finished();
    }
  }
}
