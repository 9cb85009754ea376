import { Logger } from '@aws-lambda-powertools/logger';
import { LogFormat } from './log-format.ts';

/**
 * The process-wide JSON logger. Inside an invocation every line carries its ids. Log ids, counts, durations and causes
 * only: never request bodies, document text, tokens or keys. `POWERTOOLS_LOG_LEVEL` sets the level (default: INFO).
 */
export const log = new Logger({ serviceName: 'rag-platform', logFormatter: new LogFormat() });
