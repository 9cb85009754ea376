import { AsyncLocalStorage } from 'node:async_hooks';

/** Values of metrics with the same dimensions. */
export type Measurement = { dimensions: Record<string, string>; values: Record<string, number> };

/** The segment of a trace that becomes the parent of new calls. */
export type TraceParent = { root: string; parent: string; sampled: boolean };

/** The sender of an HTTP request, as the audit log names it. */
export type RequestClient = { requestId: string; ip: string; userAgent: string | null };

/** One invocation of a Lambda function: what log lines, metrics and traces record about it. */
export type Invocation = {
  stage: string;
  /** As serverless.yml names it, such as `chat`. */
  function: string;
  /** In every log line: the ids of the request, the team, the user or key. Never text that a person wrote. */
  fields: Record<string, string>;
  /** Written when the invocation ends. */
  measurements: Measurement[];
  /** Null without tracing: outside Lambda, and between invocations. */
  trace: TraceParent | null;
  /** Who sent the HTTP request; null for other invocations. */
  client: RequestClient | null;
  /** Set at the end: events of connections that outlive the invocation no longer count as part of it. */
  ended: boolean;
};

const storage = new AsyncLocalStorage<Invocation>();

/** The invocation that the caller runs in. */
export function currentInvocation(): Invocation | undefined {
  return storage.getStore();
}

/** Runs `work`, and everything asynchronous that it starts, as part of an invocation. */
export function runInvocation<T>(invocation: Invocation, work: () => T): T {
  return storage.run(invocation, work);
}

/** Adds ids to the log lines that follow in this invocation; null ones are left out. */
export function addLogFields(fields: Record<string, string | null>): void {
  const known = storage.getStore()?.fields;
  if (!known) return;
  for (const [name, value] of Object.entries(fields)) if (value !== null) known[name] = value;
}

/** Sets who sent the request that this invocation serves. */
export function setClient(client: RequestClient): void {
  const invocation = storage.getStore();
  if (invocation) invocation.client = client;
}

/** Who sent the request that is being served; null outside of requests. */
export function currentClient(): RequestClient | null {
  return storage.getStore()?.client ?? null;
}
