import { AsyncLocalStorage } from 'node:async_hooks';
import { Readable } from 'node:stream';

/** One server-sent event with a name; `data` is sent as one line of JSON. */
export type NamedEvent = { event: string; data: unknown };

type SseOptions = {
  /** Longest silence before a `: ping` comment, milliseconds. Idle proxies close silent connections. */
  pingMs?: number;
  /**
   * Aborted when the stream is destroyed before its end: the client went away. When somebody else aborts it, the
   * source is read to its end at once, whether or not anybody reads the stream.
   */
  controller: AbortController;
};

const PING = ': ping\n\n';
const DEFAULT_PING_MS = 10_000;

/**
 * Named events as a `text/event-stream` body. Events are taken from the source only as fast as they are
 * read. The source should end in an `error` event of its own; one that throws destroys the stream.
 */
export function sseStream(events: AsyncIterable<NamedEvent>, options: SseOptions): Readable {
  return new EventStream(events, options, {
    encode: ({ event, data }) => `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`,
    end: '',
  });
}

/** Data-only events in OpenAI's manner, closed by `data: [DONE]`. */
export function openAiSseStream(chunks: AsyncIterable<unknown>, options: SseOptions): Readable {
  return new EventStream(chunks, options, {
    encode: (chunk) => `data: ${JSON.stringify(chunk)}\n\n`,
    end: 'data: [DONE]\n\n',
  });
}

type Format<T> = { encode: (item: T) => string; end: string };

class EventStream<T> extends Readable {
  readonly #source: AsyncIterator<T>;
  readonly #controller: AbortController;
  readonly #pingMs: number;
  readonly #format: Format<T>;
  /** Whoever reads the stream runs outside the request that made it; its source is to know which that was. */
  readonly #inRequest = AsyncLocalStorage.snapshot();
  #wanted = false;
  #pumping = false;
  #ended = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(source: AsyncIterable<T>, options: SseOptions, format: Format<T>) {
    super();
    this.#source = source[Symbol.asyncIterator]();
    this.#controller = options.controller;
    this.#pingMs = options.pingMs ?? DEFAULT_PING_MS;
    this.#format = format;
    this.#controller.signal.addEventListener('abort', () => !this.destroyed && this.#start());
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
    void this.#closeSource(() => callback(error));
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
    const { value, done } = await this.#inRequest(() => this.#source.next());
    if (this.destroyed) return;
    if (done) {
      this.#ended = true;
      clearInterval(this.#timer);
      if (this.#format.end) this.push(this.#format.end);
      this.push(null);
    } else this.#send(this.#format.encode(value));
  }

  /** Ends a source that stands between two events; one that is waiting ends by the signal. */
  async #closeSource(closed: () => void): Promise<void> {
    try {
      await this.#inRequest(async () => this.#source.return?.());
    } catch {
      // Nobody reads any more: there is nobody to tell.
    } finally {
      closed();
    }
  }
}
