import { type Transferable, Worker } from 'node:worker_threads';

/** What a worker sends back: once ready or failed to start, then one answer per request. */
export type WorkerMessage<Result> =
  | { type: 'ready' }
  | { type: 'failed'; message: string }
  | { type: 'result'; id: number; result: Result }
  | { type: 'error'; id: number; message: string };

/** The thread ended while it had work; another one takes its place. */
export class WorkerCrashed extends Error {
  override readonly name = 'WorkerCrashed';
}

type ChannelOptions = {
  /** For messages: `model worker`. */
  name: string;
  url: URL;
  data: unknown;
  /** Called after a crash, before the replacement starts. */
  onCrash?: (error: WorkerCrashed) => void;
};

/** What a thread allocates is short-lived; V8's default lets each of them pile up tens of MB of it, 8 MB still 5. */
const RESOURCE_LIMITS = { maxYoungGenerationSizeMb: 2 };

type Waiting<Result> = { resolve: (result: Result) => void; reject: (error: Error) => void };

/**
 * Requests to a worker thread, answered by promises. One thread is kept running: after a crash its waiting
 * requests fail at once with `WorkerCrashed`, and a new thread starts. When that one cannot start, the next
 * request tries again.
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

  /**
   * @param transfer buffers of the request that are handed over instead of copied
   * @throws Error with the worker's own message, or WorkerCrashed when the thread ended before it answered
   */
  async call(request: Request, transfer: Transferable[] = []): Promise<Result> {
    if (this.#closed) throw new Error(`The ${this.#options.name} is closed.`);
    const thread = await (this.#thread ?? this.#start());
    return await thread.call(request, transfer);
  }

  /** Ends the thread; requests under way fail. */
  async close(): Promise<void> {
    this.#closed = true;
    const thread = await this.#thread?.catch(() => undefined);
    await thread?.end();
  }

  async #start(): Promise<Thread<Request, Result>> {
    const starting = Thread.start<Request, Result>(this.#options, (error) => void this.#replace(error));
    this.#thread = starting;
    // A failed start is not kept: the next request begins anew.
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
      this.#options.onCrash?.(
        new WorkerCrashed(`The ${this.#options.name} could not be restarted.`, { cause }),
      );
    }
  }
}

/** One worker thread, from ready to its end. */
class Thread<Request, Result> {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting<Result>>();
  #nextId = 0;
  #ended: WorkerCrashed | undefined;

  private constructor(worker: Worker) {
    this.#worker = worker;
  }

  /** @param onEnd called when a thread that was ready has ended, for whatever reason */
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

  call(request: Request, transfer: Transferable[]): Promise<Result> {
    // A message to a thread that has ended is dropped without a word: nobody would ever answer.
    if (this.#ended) return Promise.reject(this.#ended);
    const { promise, resolve, reject } = Promise.withResolvers<Result>();
    this.#waiting.set(this.#nextId, { resolve, reject });
    this.#worker.postMessage({ id: this.#nextId, request }, transfer);
    this.#nextId += 1;
    return promise;
  }

  async end(): Promise<void> {
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
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}
