import type { Readable } from 'node:stream';
import type { Context } from 'aws-lambda';
import { type Invocation, runInvocation } from './invocation.ts';
import { measureColdStart, publishMetrics } from './metrics.ts';
import { readTraceHeader } from './trace.ts';

type LambdaContext = Pick<Context, 'functionName'>;

let cold = true;

/**
 * Runs one invocation: its log lines carry `fields`, its calls are traced, and its metrics are written once, at its
 * end. When the result is a stream, which `streamOf` knows, that is when the stream has closed, however it came to.
 */
export async function withInvocation<T>(
  { functionName }: LambdaContext,
  fields: Record<string, string>,
  work: () => Promise<T>,
  streamOf: (result: T) => Readable | undefined = () => undefined,
): Promise<T> {
  const invocation = begin(functionName, fields);
  return await runInvocation(invocation, async () => {
    let stream: Readable | undefined;
    if (cold) measureColdStart();
    cold = false;
    try {
      const result = await work();
      stream = streamOf(result);
      return result;
    } finally {
      if (stream) stream.once('close', () => end(invocation));
      else end(invocation);
    }
  });
}

function begin(functionName: string, fields: Record<string, string>): Invocation {
  return {
    ...nameParts(functionName),
    fields: { ...fields },
    measurements: [],
    // Lambda sets it anew for every invocation: it is no setting.
    trace: readTraceHeader(process.env._X_AMZN_TRACE_ID),
    ended: false,
  };
}

function end(invocation: Invocation): void {
  invocation.ended = true;
  publishMetrics(invocation);
}

/** The parts of `rag-platform-<stage>-<function>`, as the framework names functions. */
function nameParts(functionName: string): { stage: string; function: string } {
  const [, stage, name] = /^rag-platform-(.+)-(\w+)$/.exec(functionName) ?? [];
  return { stage: stage ?? 'unknown', function: name ?? functionName };
}
