import { routes as keys } from '#functions/api-keys/routes.ts';
import { routes as auth } from '#functions/auth/routes.ts';
import { routes as bots } from '#functions/bots/routes.ts';
import { routes as chat } from '#functions/chat/routes.ts';
import { routes as documents } from '#functions/documents/routes.ts';
import { routes as embeddings } from '#functions/embeddings/routes.ts';
import { routes as meta } from '#functions/health/routes.ts';
import { routes as teams } from '#functions/teams/routes.ts';
import type { Operation } from './openapi/operation.ts';
import { routes as docs } from './routes.ts';

/** All operations of the API: `operationId` → operation. */
export const OPERATIONS: Record<string, Operation> = {
  ...meta,
  ...docs,
  ...auth,
  ...teams,
  ...keys,
  ...documents,
  ...bots,
  ...chat,
  ...embeddings,
};
