import { Worker } from 'node:worker_threads';

/** What a worker sends back: once ready or failed to start, then one answer per request. */
export type WorkerMessage<Result> =
  | { type: 'ready' }
  | { type: 'failed'; message: string }
  | { type: 'result'; id: number; result: Result }
  | { type: 'error'; id: number; message: string };

/** The thread ended over a request, or none could be started for it; another one takes its place. */
export class WorkerCrashed extends Error {
  override readonly name = 'WorkerCrashed';
}

/** The thread ended before it came to this request. */
class NeverBegun extends WorkerCrashed {}

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

type Waiting<Result> = PromiseWithResolvers<Result>;

/** Deaths that a request may wait through. Those before it in line die of something; its turn must come. */
const MAX_MOVES = 8;

/**
 * Requests to a worker thread, answered by promises. One thread is kept running: after a crash the request it was at
 * fails at once with `WorkerCrashed`, a new thread starts, and those behind go on there. When that one cannot
 * start, the next request tries again.
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

  /** @throws Error with the worker's own message, or WorkerCrashed when the thread ended over this request */
  async call(request: Request): Promise<Result> {
    for (let moves = 0; ; moves += 1) {
      if (this.#closed) throw new Error(`The ${this.#options.name} is closed.`);
      const thread = await (this.#thread ?? this.#start()).catch((cause: unknown) => {
        throw this.#notRestarted(cause);
      });
      try {
        return await thread.call(request);
      } catch (error) {
        if (!(error instanceof NeverBegun) || moves === MAX_MOVES) throw error;
      }
    }
  }

  /** Takes nothing new, lets the thread finish what it has, and ends it. */
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
      this.#options.onCrash?.(this.#notRestarted(cause));
    }
  }

  #notRestarted(cause: unknown): WorkerCrashed {
    return new WorkerCrashed(`The ${this.#options.name} could not be restarted.`, { cause });
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

  call(request: Request): Promise<Result> {
    // A message to a thread that has ended is dropped without a word: nobody would ever answer.
    if (this.#ended) return Promise.reject(neverBegun(this.#ended));
    const waiting = Promise.withResolvers<Result>();
    this.#waiting.set(this.#nextId, waiting);
    this.#worker.postMessage({ id: this.#nextId, request }, []);
    this.#nextId += 1;
    return waiting.promise;
  }

  /** A thread ended in the middle of a run takes the process along: onnxruntime throws where nobody can catch it. */
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
    // A thread takes one request after the other: it died over the oldest, if over any.
    const [running, ...behind] = this.#waiting.values();
    running?.reject(error);
    for (const { reject } of behind) reject(neverBegun(error));
    this.#waiting.clear();
  }
}

function neverBegun(cause: WorkerCrashed): NeverBegun {
  return new NeverBegun(cause.message, { cause });
}
