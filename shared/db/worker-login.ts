import { workerConnection } from './connection.ts';
import type { DatabaseLogin } from './pool.ts';

/**
 * Sees due documents and tasks of all teams, and nothing else. In a file of its own, so that the bundle of a function
 * that never sweeps does not contain it.
 */
export const WORKER_LOGIN: DatabaseLogin = {
  role: 'rag_worker',
  settings: 'database_worker',
  secret: 'database-worker',
  connection: workerConnection,
};
