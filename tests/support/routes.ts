import { routes as keys } from '#functions/api-keys/routes.ts';
import { routes as auth } from '#functions/auth/routes.ts';
import { routes as bots } from '#functions/bots/routes.ts';
import { routes as chat } from '#functions/chat/routes.ts';
import { routes as documents } from '#functions/documents/routes.ts';
import { routes as meta } from '#functions/health/routes.ts';
import { routes as docs } from '#functions/reference/routes.ts';
import { routes as teams } from '#functions/teams/routes.ts';
import type { Route } from '#shared/http/route.ts';

/** Every route of every function. */
export const ALL_ROUTES: Route[] = [auth, bots, chat, docs, documents, keys, meta, teams].flatMap((each) =>
  Object.values<Route>(each),
);

/** `{name}` in a path template replaced by `values[name]`, or by `otherwise`. */
export function fillPath(template: string, values: Record<string, string>, otherwise: string): string {
  return template.replaceAll(/\{(\w+)\}/g, (_all, name: string) =>
    encodeURIComponent(values[name] ?? otherwise),
  );
}
