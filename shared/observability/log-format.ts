import { LogFormatter, LogItem } from '@aws-lambda-powertools/logger';
import type { LogAttributes, UnformattedAttributes } from '@aws-lambda-powertools/logger/types';
import { currentInvocation } from './invocation.ts';

/** A line of the log: Powertools' own keys, the ids of the invocation, then what was passed. */
export class LogFormat extends LogFormatter {
  formatAttributes(attributes: UnformattedAttributes, additional: LogAttributes): LogItem {
    const invocation = currentInvocation();
    const line = {
      level: attributes.logLevel,
      message: attributes.message,
      timestamp: this.formatTimestamp(attributes.timestamp),
      service: attributes.serviceName,
      xray_trace_id: attributes.xRayTraceId,
      ...(invocation?.ended === false && { function: invocation.function, ...invocation.fields }),
    };
    return new LogItem({ attributes: line }).addAttributes(additional);
  }

  /** Of an error only these: Postgres adds the whole row to some of its own, providers the request and the answer. */
  override formatError(error: Error): LogAttributes {
    const { code, status } = error as { code?: unknown; status?: unknown };
    return {
      name: error.name,
      message: quotes(error) ? undefined : error.message,
      code,
      status,
      stack: framesOf(error),
      cause: error.cause instanceof Error ? this.formatError(error.cause) : undefined,
    };
  }
}

/**
 * Whether an error's own words quote what was sent or read: JSON that cannot be parsed, values that Postgres cannot
 * take (class 22), and whatever a provider of language models answers, which may be the prompt or part of a key.
 */
function quotes(error: Error): boolean {
  if (error instanceof SyntaxError) return true;
  if ('severity' in error && 'code' in error) return String(error.code).startsWith('22');
  return 'headers' in error && 'status' in error;
}

/** Where it happened, without the message that stacks begin with. */
function framesOf({ stack }: Error): string | undefined {
  return stack
    ?.split('\n')
    .filter((line) => /^\s+at /.test(line))
    .join('\n');
}
