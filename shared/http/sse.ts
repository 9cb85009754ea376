import { AsyncLocalStorage } from 'node:async_hooks';
import { Readable } from 'node:stream';

/** One server-sent event with a name; `data` is sent as one line of JSON. */
export type NamedEvent = { event: string; data: unknown };

type SseOptions = {
  /** Longest silence before a `: ping` comment, milliseconds. Idle proxies close silent connections. */
  pingMs?: number;
  /** Aborted when the stream is destroyed before its end: the client went away. */
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
  }

  override _read(): void {
    this.#wanted = true;
    // A reader that has stopped gets no pings: they would only pile up.
    this.#timer ??= setInterval(() => this.#wanted && this.#send(PING), this.#pingMs);
    if (!this.#pumping) void this.#pump();
  }

  override _destroy(error: Error | null, callback: (error: Error | null) => void): void {
    clearInterval(this.#timer);
    if (!this.#ended) {
      this.#controller.abort();
      void this.#closeSource();
    }
    callback(error);
  }

  #send(text: string): void {
    this.#wanted = this.push(text);
    this.#timer?.refresh();
  }

  async #pump(): Promise<void> {
    this.#pumping = true;
    try {
      while (this.#wanted && !this.#ended) await this.#forward();
    } catch (error) {
      this.destroy(error instanceof Error ? error : new Error('The event source failed.', { cause: error }));
    }
    this.#pumping = false;
  }

  async #forward(): Promise<void> {
    const { value, done } = await this.#inRequest(() => this.#source.next());
    if (this.destroyed) {
      this.#wanted = false;
    } else if (done) {
      this.#ended = true;
      clearInterval(this.#timer);
      if (this.#format.end) this.push(this.#format.end);
      this.push(null);
    } else this.#send(this.#format.encode(value));
  }

  /** Ends a source that stands between two events; one that is waiting ends by the signal. */
  async #closeSource(): Promise<void> {
    try {
      await this.#inRequest(async () => this.#source.return?.());
    } catch {
      // Nobody reads any more: there is nobody to tell.
    }
  }
}
