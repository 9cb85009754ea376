import { Worker } from 'node:worker_threads';

/** Messages from a worker: `ready` or `failed` once, then one `result` or `error` per request. */
export type WorkerMessage<Result> =
  | { type: 'ready' }
  | { type: 'failed'; message: string }
  | { type: 'result'; id: number; result: Result }
  | { type: 'error'; id: number; message: string };

/** The thread ended while it ran a request, or no thread could be started. The channel replaces the thread. */
export class WorkerCrashed extends Error {
  override readonly name = 'WorkerCrashed';
}

/** The thread ended before it began this request. */
class NotBegun extends WorkerCrashed {}

type ChannelOptions = {
  /** Name of the thread in errors and logs, such as `model worker`. */
  name: string;
  url: URL;
  data: unknown;
  /** Called after a crash, before the replacement starts. */
  onCrash?: (error: WorkerCrashed) => void;
};

/**
 * A thread's allocations are short-lived. Measured: with V8's default young generation each thread keeps tens of MB of
 * garbage, with 8 MB still 5 MB.
 */
const RESOURCE_LIMITS = { maxYoungGenerationSizeMb: 2 };

type Waiting<Result> = PromiseWithResolvers<Result>;

/** How often a queued request is moved to a new thread after a crash; requests ahead of it cause the crashes. */
const MAX_MOVES = 8;

/**
 * Sends requests to a worker thread and answers each with a promise. The channel keeps one thread running. After a
 * crash the running request fails with `WorkerCrashed`, a new thread starts, and queued requests move there. If that
 * thread cannot start, the next request tries again.
 */
export class WorkerChannel<Request, Result> {
  readonly #options: ChannelOptions;
  #thread: Promise<Thread<Request, Result>> | undefined;
  #closed = false;

  private constructor(options: ChannelOptions) {
    this.#options = options;
  }

  /** Starts the first thread. @throws Error with the worker's message when it cannot start */
  static async open<Request, Result>(options: ChannelOptions): Promise<WorkerChannel<Request, Result>> {
    const channel = new WorkerChannel<Request, Result>(options);
    await channel.#start();
    return channel;
  }

  /** @throws Error with the worker's message, or WorkerCrashed when the thread ended during this request */
  async call(request: Request): Promise<Result> {
    for (let moves = 0; ; moves += 1) {
      if (this.#closed) throw new Error(`The ${this.#options.name} is closed.`);
      const thread = await (this.#thread ?? this.#start()).catch((cause: unknown) => {
        throw this.#toRestartError(cause);
      });
      try {
        return await thread.call(request);
      } catch (error) {
        if (!(error instanceof NotBegun) || moves === MAX_MOVES) throw error;
      }
    }
  }

  /** Refuses new requests, waits for those that the thread has, and ends it. */
  async close(): Promise<void> {
    this.#closed = true;
    const thread = await this.#thread?.catch(() => undefined);
    await thread?.end();
  }

  async #start(): Promise<Thread<Request, Result>> {
    const starting = Thread.start<Request, Result>(this.#options, (error) => void this.#replace(error));
    this.#thread = starting;
    // Forget a failed start, so that the next request tries again.
    starting.catch(() => {
      this.#thread = undefined;
    });
    return await starting;
  }

  async #replace(error: WorkerCrashed): Promise<void> {
    if (this.#closed) return;
    this.#options.onCrash?.(error);
    try {
      await this.#start();
    } catch (cause) {
      this.#options.onCrash?.(this.#toRestartError(cause));
    }
  }

  #toRestartError(cause: unknown): WorkerCrashed {
    return new WorkerCrashed(`The ${this.#options.name} could not be restarted.`, { cause });
  }
}

/** One worker thread, from its start to its end. */
class Thread<Request, Result> {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting<Result>>();
  #nextId = 0;
  #ended: WorkerCrashed | undefined;

  private constructor(worker: Worker) {
    this.#worker = worker;
  }

  /** @param onEnd called when the thread ends after it was ready, for any reason */
  static async start<Request, Result>(
    { name, url, data }: ChannelOptions,
    onEnd: (error: WorkerCrashed) => void,
  ): Promise<Thread<Request, Result>> {
    const worker = new Worker(url, { workerData: data, name, resourceLimits: RESOURCE_LIMITS });
    const thread = new Thread<Request, Result>(worker);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    let cause: unknown;
    let ready = false;
    worker.once('error', (error) => {
      cause = error;
    });
    worker.once('exit', (code) => {
      const error = new WorkerCrashed(`The ${name} stopped (exit code ${code}).`, { cause });
      thread.#finish(error);
      reject(error);
      if (ready) onEnd(error);
    });
    worker.on('message', (message: WorkerMessage<Result>) => {
      if (message.type === 'failed') reject(new Error(message.message));
      else if (message.type === 'ready') {
        ready = true;
        resolve();
      } else thread.#settle(message);
    });
    await promise;
    return thread;
  }

  call(request: Request): Promise<Result> {
    // Node drops messages to an ended thread silently: the promise would never settle.
    if (this.#ended) return Promise.reject(toNotBegun(this.#ended));
    const waiting = Promise.withResolvers<Result>();
    this.#waiting.set(this.#nextId, waiting);
    this.#worker.postMessage({ id: this.#nextId, request }, []);
    this.#nextId += 1;
    return waiting.promise;
  }

  /** Waits for running requests: terminating a thread inside onnxruntime aborts the process. */
  async end(): Promise<void> {
    await Promise.allSettled(Array.from(this.#waiting.values(), ({ promise }) => promise));
    await this.#worker.terminate();
  }

  #settle(message: Extract<WorkerMessage<Result>, { id: number }>): void {
    const found = this.#waiting.get(message.id);
    this.#waiting.delete(message.id);
    if (message.type === 'result') found?.resolve(message.result);
    else found?.reject(new Error(message.message));
  }

  #finish(error: WorkerCrashed): void {
    this.#ended = error;
    // A thread runs one request at a time, in order: the oldest one was running.
    const [running, ...behind] = this.#waiting.values();
    running?.reject(error);
    for (const { reject } of behind) reject(toNotBegun(error));
    this.#waiting.clear();
  }
}

function toNotBegun(cause: WorkerCrashed): NotBegun {
  return new NotBegun(cause.message, { cause });
}
