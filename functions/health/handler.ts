import { lambda } from '#shared/http/lambda.ts';
import { routes } from './routes.ts';

/** Also answers every path that no other function has: a 404 in the contract's shape. */
export const handler = lambda(Object.values(routes));
