import type { Operation } from '#shared/http/openapi/operation.ts';
import { routes as auth } from '../auth/routes.ts';
import { routes as bots } from '../bots/routes.ts';
import { routes as chat } from '../chat/routes.ts';
import { routes as documents } from '../documents/routes.ts';
import { routes as keys } from '../keys/routes.ts';
import { routes as meta } from '../meta/routes.ts';
import { routes as teams } from '../teams/routes.ts';
import { createEmbeddings } from './create-embeddings.ts';
import { routes as docs } from './routes.ts';

/** Everything that the API's hosts serve; a route's name is its `operationId`. */
export const OPERATIONS: Record<string, Operation> = {
  ...meta,
  ...docs,
  ...auth,
  ...teams,
  ...keys,
  ...documents,
  ...bots,
  ...chat,
  createEmbeddings,
};
