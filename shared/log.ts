import { Logger } from '@aws-lambda-powertools/logger';

/**
 * The one JSON logger. Never pass it request bodies, document text, tokens or keys:
 * ids, counts, durations and causes only. The level is `POWERTOOLS_LOG_LEVEL` (default INFO).
 */
export const log = new Logger({ serviceName: 'rag-platform' });
