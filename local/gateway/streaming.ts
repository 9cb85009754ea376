import type { ServerResponse } from 'node:http';
import { Writable } from 'node:stream';
import { checkProxyResponse, setHead } from './response.ts';

const STREAMING = Symbol.for('aws.lambda.runtime.handler.streaming');
const HIGH_WATER_MARK = Symbol.for('aws.lambda.runtime.handler.streaming.highWaterMark');
const PRELUDE_TYPE = 'application/vnd.awslambda.http-integration-response';
/** Eight zero bytes end the prelude. */
const DELIMITER = Buffer.alloc(8);
const MAX_PRELUDE_BYTES = 65_536;

type Write = (chunk: string | Uint8Array) => void;
type Marked = { [STREAMING]?: string; [HIGH_WATER_MARK]?: number };

/** The members of the Lambda runtime's response stream. A streaming handler gets exactly these. */
const METHODS = [
  'cork',
  'uncork',
  'write',
  'end',
  'destroy',
  'on',
  'once',
  'off',
  'addListener',
  'removeListener',
  'removeAllListeners',
  'prependListener',
  'prependOnceListener',
  'setMaxListeners',
  'getMaxListeners',
  'listeners',
  'rawListeners',
  'listenerCount',
  'eventNames',
  'emit',
  'setContentType',
] as const;
const PROPERTIES = [
  'destroyed',
  'writable',
  'writableEnded',
  'writableFinished',
  'writableNeedDrain',
  'writableLength',
  'writableCorked',
  'writableHighWaterMark',
  'writableObjectMode',
] as const;

export type ResponseStream = Pick<LambdaResponse, (typeof METHODS)[number] | (typeof PROPERTIES)[number]> & {
  _onBeforeFirstWrite?: ((write: Write) => void) | undefined;
};

/**
 * Defines the global `awslambda` of the Lambda runtime. Call it before a handler is imported: wrappers such as middy's
 * streamifyResponse read it while their module loads.
 */
export function installAwsLambda(): void {
  const awslambda = {
    streamifyResponse: (handler: Marked, options?: { highWaterMark?: number }) => {
      handler[STREAMING] = 'response';
      if (options?.highWaterMark) handler[HIGH_WATER_MARK] = options.highWaterMark;
      return handler;
    },
    HttpResponseStream: {
      from(stream: ResponseStream, prelude: unknown) {
        stream.setContentType(PRELUDE_TYPE);
        stream._onBeforeFirstWrite = (write) => {
          write(JSON.stringify(prelude));
          write(DELIMITER);
        };
        return stream;
      },
    },
  };
  Object.assign(globalThis, { awslambda });
}

/** Whether `awslambda.streamifyResponse` wrapped this handler. */
export function isStreaming(handler: object): boolean {
  return (handler as Marked)[STREAMING] === 'response';
}

/**
 * Opens a Lambda response stream over an HTTP response. The handler's prelude becomes status and headers; each further
 * chunk is sent at once. A slow client slows the handler down (backpressure). When the client disconnects, the stream is
 * destroyed, at the latest at the handler's first write, so the handler's next write fails.
 * @returns `stream` for the handler; `settled` resolves at the end of the stream and rejects when it was cut
 */
export function openResponseStream(response: ServerResponse, handler: object, requestId: string) {
  const highWaterMark = (handler as Marked)[HIGH_WATER_MARK];
  const inner = new LambdaResponse(response, requestId, highWaterMark);
  const settled = new Promise<void>((resolve, reject) => {
    inner.once('finish', resolve);
    inner.on('error', reject);
    inner.once('close', () => reject(new Error('the response stream was closed before its end')));
  });
  settled.catch(() => {});
  response.once('close', () => {
    // A stream that is destroyed before the first write emits its error before the handler listens for it.
    if (!response.writableFinished && inner.begun) inner.destroy(clientDisconnected());
  });
  return { stream: toRuntimeStream(inner), settled, abort: (error: Error) => inner.destroy(error) };
}

function clientDisconnected(): Error {
  return new Error('the client disconnected');
}

/** Hides all other members of the stream: code that uses them would fail only once it is deployed. */
function toRuntimeStream(inner: LambdaResponse): ResponseStream {
  const stream: Record<string, unknown> = {};
  for (const method of METHODS) stream[method] = (inner[method] as () => unknown).bind(inner);
  for (const property of PROPERTIES) {
    Object.defineProperty(stream, property, { get: () => inner[property], enumerable: true });
  }
  Object.defineProperty(stream, '_onBeforeFirstWrite', {
    get: () => inner.onBeforeFirstWrite,
    set: (hook: (write: Write) => void) => {
      inner.onBeforeFirstWrite = hook;
    },
  });
  return stream as ResponseStream;
}

class LambdaResponse extends Writable {
  onBeforeFirstWrite: ((write: Write) => void) | undefined;
  readonly #response: ServerResponse;
  readonly #requestId: string;
  #contentType = 'application/octet-stream';
  begun = false;
  #prelude: Buffer | null = Buffer.alloc(0);

  constructor(response: ServerResponse, requestId: string, highWaterMark: number | undefined) {
    super(highWaterMark ? { highWaterMark } : {});
    this.#response = response;
    this.#requestId = requestId;
  }

  setContentType(type: string): void {
    if (this.begun) throw new Error('Cannot set content-type, too late.');
    this.#contentType = type;
  }

  override write(chunk: unknown, ...rest: unknown[]): boolean {
    const write = super.write.bind(this) as (chunk: unknown, ...rest: unknown[]) => boolean;
    if (!this.begun) {
      this.begun = true;
      this.onBeforeFirstWrite?.((part) => write(part));
    }
    const plain = typeof chunk === 'string' || chunk instanceof Uint8Array;
    return write(plain ? chunk : JSON.stringify(chunk), ...rest);
  }

  override _write(chunk: Buffer, _encoding: string, done: (error?: Error) => void): void {
    if (this.#response.destroyed) return done(clientDisconnected());
    try {
      const body = this.#takePrelude(chunk);
      if (body.length === 0 || this.#response.write(body)) done();
      else this.#response.once('drain', () => done());
    } catch (error) {
      done(error instanceof Error ? error : new Error(String(error)));
    }
  }

  override _final(done: (error?: Error) => void): void {
    if (this.#prelude !== null) return done(new Error('the stream ended before its prelude'));
    this.#response.end(() => done());
  }

  /** Collects bytes until the prelude is complete, then sends it as the head. @returns the bytes of the body */
  #takePrelude(chunk: Buffer): Buffer {
    if (this.#prelude === null) return chunk;
    if (this.#contentType !== PRELUDE_TYPE) throw new Error('the stream has no HTTP prelude');
    const bytes = Buffer.concat([this.#prelude, chunk]);
    const end = bytes.indexOf(DELIMITER);
    if (end < 0 && bytes.length > MAX_PRELUDE_BYTES) throw new Error('the prelude is too long');
    this.#prelude = end < 0 ? bytes : null;
    if (end < 0) return Buffer.alloc(0);
    const prelude: unknown = JSON.parse(bytes.subarray(0, end).toString());
    setHead(this.#response, checkProxyResponse(prelude), this.#requestId);
    this.#response.flushHeaders();
    return bytes.subarray(end + DELIMITER.length);
  }
}
