import type { QueryConfig, QueryResult } from 'pg';
import { unscoped } from './scope.ts';

/** The client for rate-limiter-flexible. The library writes its own statements, on the table `rate_limits` only. */
export const rateLimitStore = {
  query: (statement: QueryConfig): Promise<QueryResult> => unscoped((db) => db.query(statement)),
};
