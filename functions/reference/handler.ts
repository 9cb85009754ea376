import { lambda } from '#shared/http/lambda.ts';
import { routes } from './routes.ts';

/** Loads no secrets: its role may read none, and the documentation stays readable while the database is down. */
export const handler = lambda(Object.values(routes), { sections: ['http', 'embedder'] });
