import { AsyncLocalStorage } from 'node:async_hooks';
import { randomBytes } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { currentInvocation, type TraceParent } from './invocation.ts';

/**
 * Sends subsegments to the AWS X-Ray daemon that Lambda runs beside the function. Replaces Powertools' Tracer with
 * aws-xray-sdk-core, which has only received security fixes since February 2026. Bundled alone they are 38 kB zipped
 * and take 45–70 ms to load on a whole core (aws-xray-sdk-core alone: 34 kB, 23–38 ms); 512 MB get a third of a core.
 */

/** A call to record in the trace, without any content: no body, no query, no text. */
export type TracedCall = {
  name: string;
  /** Absent for work inside this process. */
  namespace?: 'aws' | 'remote';
  /** The URL is recorded without query, fragment and credentials. */
  request?: { method: string; url: string };
  /** The AWS operation. */
  operation?: string;
  annotations?: Record<string, string>;
};

export type Span = {
  /** The `X-Amzn-Trace-Id` header by which the callee joins this trace; null without tracing. */
  readonly header: string | null;
  /** The HTTP status of the response; the caller sets it. */
  status?: number;
};

type OpenSpan = Span & { call: TracedCall; at: TraceParent; id: string; startedAt: number };

const HEADER = 'Root=(1-[0-9a-f]{8}-[0-9a-f]{24})';
const DAEMON = /(?:^|\s|udp:)([\w.-]+):(\d+)/;
const PREAMBLE = '{"format":"json","version":1}\n';

const parents = new AsyncLocalStorage<TraceParent>();
let socket: Socket | undefined;

/** Parses the value that Lambda puts into `_X_AMZN_TRACE_ID` before each invocation; null if it is malformed. */
export function readTraceHeader(value: string | undefined): TraceParent | null {
  const root = new RegExp(HEADER).exec(value ?? '')?.[1];
  const parent = /Parent=([0-9a-f]{16})/.exec(value ?? '')?.[1];
  return root && parent ? { root, parent, sampled: /Sampled=1/.test(value ?? '') } : null;
}

/** Runs `work` and records it as one call, as a child of the enclosing call. @returns the result of `work` */
export async function withTrace<T>(call: TracedCall, work: (span: Span) => Promise<T>): Promise<T> {
  const span = openSpan(call);
  if (!span) return await work({ header: null });
  try {
    const result = await parents.run({ ...span.at, parent: span.id }, () => work(span));
    closeSpan(span);
    return result;
  } catch (error) {
    closeSpan(span, error);
    throw error;
  }
}

/** Passes the events of a stream through and records it as one call, from its start to its end. */
export async function* traceStream<T>(
  call: TracedCall,
  start: () => AsyncIterable<T>,
): AsyncGenerator<T, void> {
  const span = openSpan(call);
  let failure: unknown;
  try {
    yield* start();
  } catch (error) {
    failure = error;
    throw error;
  } finally {
    if (span) closeSpan(span, failure);
  }
}

type AwsClient = { middlewareStack: { add(middleware: never, options: object): void } };
type Send = (args: unknown) => Promise<{ response?: { statusCode?: number } }>;

/** Records every request of an AWS client, each attempt separately. @returns the client */
export function traceClient<C extends AwsClient>(name: string, client: C): C {
  const middleware =
    (next: Send, { commandName = '' }: { commandName?: string }): Send =>
    (args) =>
      withTrace({ name, namespace: 'aws', operation: commandName.replace(/Command$/, '') }, async (span) => {
        const result = await next(args);
        if (result.response?.statusCode) span.status = result.response.statusCode;
        return result;
      });
  // The last step before a request is sent. Presigned links, which are signed only, do not reach it.
  client.middlewareStack.add(middleware as never, { step: 'deserialize', priority: 'low', name: 'trace' });
  return client;
}

function openSpan(call: TracedCall): OpenSpan | undefined {
  const invocation = currentInvocation();
  const at = parents.getStore() ?? invocation?.trace;
  if (!at || invocation?.ended) return undefined;
  const id = hexId();
  const header = `Root=${at.root};Parent=${id};Sampled=${at.sampled ? 1 : 0}`;
  return { call, at, id, header, startedAt: Date.now() };
}

/** Sends the span of a call. Tracing never fails a request: spans that cannot be sent are lost. */
function closeSpan(span: OpenSpan, failure?: unknown): void {
  if (!span.at.sampled) return;
  try {
    sendToDaemon(JSON.stringify(documentOf(span, failure)));
  } catch {
    // Not logged: that would write a line for each call.
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
        ...(call.request && {
          request: { method: call.request.method, url: withoutQuery(call.request.url) },
        }),
        ...(span.status && { response: { status: span.status } }),
      },
    }),
    ...outcomeOf(status, failure),
  };
}

/** X-Ray's flags: `error` for a 4xx, `fault` for any other failure. Of an error its kind only: messages may quote data. */
function outcomeOf(status: number | undefined, failure: unknown) {
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

function withoutQuery(url: string): string {
  const { origin, pathname } = new URL(url);
  return origin + pathname;
}

function hexId(): string {
  return randomBytes(8).toString('hex');
}

function sendToDaemon(document: string): void {
  const [, host, port] = DAEMON.exec(process.env.AWS_XRAY_DAEMON_ADDRESS ?? '') ?? [];
  if (!host || !port) return;
  if (!socket) {
    socket = createSocket('udp4');
    socket.on('error', () => {});
    socket.unref();
  }
  socket.send(PREAMBLE + document, Number(port), host, () => {});
}
