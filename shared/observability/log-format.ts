import { LogFormatter, LogItem } from '@aws-lambda-powertools/logger';
import type { LogAttributes, UnformattedAttributes } from '@aws-lambda-powertools/logger/types';
import { currentInvocation } from './invocation.ts';

/** Formats a log line: Powertools' own keys, the ids of the invocation, then the caller's fields. */
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

  /** Only these properties: PostgreSQL's errors may hold whole rows, LLM providers' errors requests and responses. */
  override formatError(error: Error): LogAttributes {
    const { code, status } = error as { code?: unknown; status?: unknown };
    return {
      name: error.name,
      message: mayQuoteData(error) ? undefined : error.message,
      code,
      status,
      stack: framesOf(error),
      cause: error.cause instanceof Error ? this.formatError(error.cause) : undefined,
    };
  }
}

/**
 * Whether an error's message may quote data: a JSON syntax error quotes the text, a PostgreSQL error of class 22 the
 * value, and an LLM provider's error the prompt or a part of the key.
 */
function mayQuoteData(error: Error): boolean {
  if (error instanceof SyntaxError) return true;
  if ('severity' in error && 'code' in error) return String(error.code).startsWith('22');
  return 'headers' in error && 'status' in error;
}

/** The frames of the stack, without the message at its beginning. */
function framesOf({ stack }: Error): string | undefined {
  return stack
    ?.split('\n')
    .filter((line) => /^\s+at /.test(line))
    .join('\n');
}
