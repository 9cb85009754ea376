import type { QueryConfig, QueryResult } from 'pg';
import { unscoped } from './scope.ts';

/** The client that the rate limiter's library asks for; its statements are its own and touch `rate_limits` only. */
export const rateLimitStore = {
  query: (statement: QueryConfig): Promise<QueryResult> => unscoped((db) => db.query(statement)),
};
