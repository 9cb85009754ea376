import { lambda } from '#shared/http/lambda.ts';
import { routes } from './routes.ts';

/** Also receives every path that no other function serves, and answers it with a 404. */
export const handler = lambda(Object.values(routes));
