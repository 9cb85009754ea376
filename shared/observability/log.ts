import { Logger } from '@aws-lambda-powertools/logger';
import { LogFormat } from './log-format.ts';

/**
 * The one JSON logger; inside an invocation every line carries its ids. Never pass it request bodies, document text,
 * tokens or keys: ids, counts, durations and causes only. The level is `POWERTOOLS_LOG_LEVEL` (default INFO).
 */
export const log = new Logger({ serviceName: 'rag-platform', logFormatter: new LogFormat() });
