import type { Route } from './route.ts';

/** What a method and a path stand for. Without a route: a 405 when methods are allowed on the path, else a 404. */
export type RouteMatch = {
  route: Route | undefined;
  params: Record<string, string>;
  /** The methods of every route on this path. */
  allowed: string[];
  errorFormat: 'openai' | 'problem';
};

/** Compiles routes into a function that finds the one for a request; the first that matches wins. */
export function routeMatcher(routes: Route[]): (method: string, path: string) => RouteMatch {
  const compiled = routes.map((route) => ({ route, pattern: patternOf(route.path) }));
  return (method, path) => {
    const onPath = compiled.flatMap(({ route, pattern }) => {
      const found = pattern.exec(path);
      return found ? [{ route, params: found.groups ?? {} }] : [];
    });
    const match = onPath.find(({ route }) => route.method === method);
    return {
      route: match?.route,
      params: match?.params ?? {},
      allowed: onPath.map(({ route }) => route.method),
      errorFormat: onPath.some(({ route }) => route.errorFormat === 'openai') ? 'openai' : 'problem',
    };
  };
}

/** `/v1/teams/{team_id}` as an expression that captures `team_id`. */
function patternOf(template: string): RegExp {
  const escaped = template.replaceAll('.', '\\.');
  return new RegExp(`^${escaped.replaceAll(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`);
}
