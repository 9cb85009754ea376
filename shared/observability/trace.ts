import { AsyncLocalStorage } from 'node:async_hooks';
import { randomBytes } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { currentInvocation, type TraceParent } from './invocation.ts';

/**
 * Subsegments of AWS X-Ray, sent to the daemon that Lambda runs beside the function. In place of Powertools' Tracer
 * with aws-xray-sdk-core, which gets security fixes only since February 2026: bundled alone they are 38 kB zipped and
 * take 45–70 ms to load on a whole core (aws-xray-sdk-core alone 34 kB and 23–38 ms), and 512 MB are a third of one.
 */

/** A call to be drawn in the trace. Nothing of what is sent or answered: no body, no query, no text. */
export type TracedCall = {
  name: string;
  /** None for what this process does by itself. */
  namespace?: 'aws' | 'remote';
  /** Its query, fragment and credentials are left out. */
  request?: { method: string; url: string };
  /** The AWS operation. */
  operation?: string;
  annotations?: Record<string, string>;
};

export type Span = {
  /** The value of `X-Amzn-Trace-Id` with which the callee goes on with this trace; null where nobody traces. */
  readonly header: string | null;
  /** The HTTP status of the answer, to be set by the caller. */
  status?: number;
};

type OpenSpan = Span & { call: TracedCall; at: TraceParent; id: string; startedAt: number };

const HEADER = 'Root=(1-[0-9a-f]{8}-[0-9a-f]{24})';
const DAEMON = /(?:^|\s|udp:)([\w.-]+):(\d+)/;
const PREAMBLE = '{"format":"json","version":1}\n';

const parents = new AsyncLocalStorage<TraceParent>();
let socket: Socket | undefined;

/** Reads what Lambda puts into `_X_AMZN_TRACE_ID` before each invocation. Null for anything else. */
export function readTraceHeader(value: string | undefined): TraceParent | null {
  const root = new RegExp(HEADER).exec(value ?? '')?.[1];
  const parent = /Parent=([0-9a-f]{16})/.exec(value ?? '')?.[1];
  return root && parent ? { root, parent, sampled: /Sampled=1/.test(value ?? '') } : null;
}

/** Does `work` and draws it as one call of the trace, below the one that it is part of. Its result is `work`'s own. */
export async function withTrace<T>(call: TracedCall, work: (span: Span) => Promise<T>): Promise<T> {
  const span = open(call);
  if (!span) return await work({ header: null });
  try {
    const result = await parents.run({ ...span.at, parent: span.id }, () => work(span));
    close(span);
    return result;
  } catch (error) {
    close(span, error);
    throw error;
  }
}

/** Passes a stream's events through and draws it as one call, from its opening to its end. */
export async function* traceStream<T>(
  call: TracedCall,
  start: () => AsyncIterable<T>,
): AsyncGenerator<T, void> {
  const span = open(call);
  let failure: unknown;
  try {
    yield* start();
  } catch (error) {
    failure = error;
    throw error;
  } finally {
    if (span) close(span, failure);
  }
}

type AwsClient = { middlewareStack: { add(middleware: never, options: object): void } };
type Send = (args: unknown) => Promise<{ response?: { statusCode?: number } }>;

/** Draws every request of an AWS client, each attempt for itself. @returns the client */
export function traceClient<C extends AwsClient>(name: string, client: C): C {
  const middleware =
    (next: Send, { commandName = '' }: { commandName?: string }): Send =>
    (args) =>
      withTrace({ name, namespace: 'aws', operation: commandName.replace(/Command$/, '') }, async (span) => {
        const result = await next(args);
        if (result.response?.statusCode) span.status = result.response.statusCode;
        return result;
      });
  // The last step before the request goes out: what is only signed, such as a link for a browser, never gets there.
  client.middlewareStack.add(middleware as never, { step: 'deserialize', priority: 'low', name: 'trace' });
  return client;
}

function open(call: TracedCall): OpenSpan | undefined {
  const invocation = currentInvocation();
  const at = parents.getStore() ?? invocation?.trace;
  if (!at || invocation?.ended) return undefined;
  const id = hexId();
  const header = `Root=${at.root};Parent=${id};Sampled=${at.sampled ? 1 : 0}`;
  return { call, at, id, header, startedAt: Date.now() };
}

/** Tracing never makes a request fail: what cannot be sent is lost. */
function close(span: OpenSpan, failure?: unknown): void {
  if (!span.at.sampled) return;
  try {
    send(JSON.stringify(documentOf(span, failure)));
  } catch {
    // Nobody to tell: the log would get a line for each call.
  }
}

function documentOf(span: OpenSpan, failure: unknown) {
  const { call, at, id, startedAt } = span;
  const status = span.status ?? statusOf(failure);
  return {
    trace_id: at.root,
    parent_id: at.parent,
    id,
    type: 'subsegment',
    name: call.name,
    ...(call.namespace && { namespace: call.namespace }),
    start_time: startedAt / 1_000,
    end_time: Date.now() / 1_000,
    ...(call.operation && { aws: { operation: call.operation } }),
    ...(call.annotations && { annotations: call.annotations }),
    ...((call.request || span.status) && {
      http: {
        ...(call.request && { request: { method: call.request.method, url: bare(call.request.url) } }),
        ...(span.status && { response: { status: span.status } }),
      },
    }),
    ...verdict(status, failure),
  };
}

/** X-Ray's words: `error` is the caller's, `fault` the callee's. Of an error only its kind: its text may quote. */
function verdict(status: number | undefined, failure: unknown) {
  const cause = failure ? { cause: { exceptions: [{ id: hexId(), type: kindOf(failure) }] } } : {};
  if (status === 429) return { error: true, throttle: true, ...cause };
  if (status !== undefined && status >= 400 && status < 500) return { error: true, ...cause };
  return failure || (status ?? 0) >= 500 ? { fault: true, ...cause } : {};
}

function statusOf(failure: unknown): number | undefined {
  return failure instanceof Error && 'status' in failure && typeof failure.status === 'number'
    ? failure.status
    : undefined;
}

function kindOf(failure: unknown): string {
  if (!(failure instanceof Error)) return typeof failure;
  return 'code' in failure && typeof failure.code === 'string' ? failure.code : failure.name;
}

function bare(url: string): string {
  const { origin, pathname } = new URL(url);
  return origin + pathname;
}

function hexId(): string {
  return randomBytes(8).toString('hex');
}

function send(document: string): void {
  const [, host, port] = DAEMON.exec(process.env.AWS_XRAY_DAEMON_ADDRESS ?? '') ?? [];
  if (!host || !port) return;
  if (!socket) {
    socket = createSocket('udp4');
    socket.on('error', () => {});
    socket.unref();
  }
  socket.send(PREAMBLE + document, Number(port), host, () => {});
}
