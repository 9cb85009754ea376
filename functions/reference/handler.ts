import { lambda } from '#shared/http/lambda.ts';
import { routes } from './routes.ts';

/** The documentation is there to read even while the database is away. */
export const handler = lambda(Object.values(routes), { base: ['http'], settings: ['embedder'] });
