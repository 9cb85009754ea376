import { lambda } from '#shared/http/lambda.ts';
import { routes } from './routes.ts';

export const handler = lambda(Object.values(routes));
