import type { Readable } from 'node:stream';
import type { Context } from 'aws-lambda';
import { type Invocation, runInvocation } from './invocation.ts';
import { measureColdStart, publishMetrics } from './metrics.ts';
import { readTraceHeader } from './trace.ts';

type LambdaContext = Pick<Context, 'functionName'>;

let cold = true;

/**
 * Runs `work` as one invocation: its log lines carry `fields`, its calls are traced, its metrics are written once at
 * the end. If `streamOf` finds a stream in the result, the invocation ends when that stream closes.
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
    // Not a setting of the configuration: Lambda changes it for every invocation.
    trace: readTraceHeader(process.env._X_AMZN_TRACE_ID),
    client: null,
    ended: false,
  };
}

function end(invocation: Invocation): void {
  invocation.ended = true;
  publishMetrics(invocation);
}

/** Splits a function's name in AWS, `rag-platform-<stage>-<function>`. */
function nameParts(functionName: string): { stage: string; function: string } {
  const [, stage, name] = /^rag-platform-(.+)-(\w+)$/.exec(functionName) ?? [];
  return { stage: stage ?? 'unknown', function: name ?? functionName };
}
