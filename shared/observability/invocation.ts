import { AsyncLocalStorage } from 'node:async_hooks';

/** Values of metrics that share their dimensions. */
export type Measurement = { dimensions: Record<string, string>; values: Record<string, number> };

/** The place in a trace below which calls are drawn. */
export type TraceParent = { root: string; parent: string; sampled: boolean };

/** One call of a function by Lambda, as log lines, metrics and traces need to know it. */
export type Invocation = {
  stage: string;
  /** As serverless.yml names it, such as `chat`. */
  function: string;
  /** For every log line: the ids of the request, the team, the user or key. Never anything that a person wrote. */
  fields: Record<string, string>;
  /** Kept until the invocation ends. */
  measurements: Measurement[];
  /** Null where nobody traces: outside Lambda, and between its invocations. */
  trace: TraceParent | null;
  /** Connections outlive the invocation that opened them, and what befalls them later is none of its doing. */
  ended: boolean;
};

const storage = new AsyncLocalStorage<Invocation>();

/** The invocation in which the caller runs. */
export function currentInvocation(): Invocation | undefined {
  return storage.getStore();
}

/** Runs `work` and all that it starts as part of an invocation. */
export function runInvocation<T>(invocation: Invocation, work: () => T): T {
  return storage.run(invocation, work);
}

/** Adds ids to the log lines that follow in this invocation; null ones are left out. */
export function addLogFields(fields: Record<string, string | null>): void {
  const known = storage.getStore()?.fields;
  if (!known) return;
  for (const [name, value] of Object.entries(fields)) if (value !== null) known[name] = value;
}
