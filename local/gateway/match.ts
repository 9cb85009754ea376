import type { Endpoint } from './service.ts';

export type Match = { endpoint: Endpoint; pathParameters: Record<string, string> | null };

const LITERAL = '0';
const PARAMETER = '1';
const GREEDY = '2';

/**
 * Finds the endpoint for a request as API Gateway does. The most specific resource is chosen first, segment by segment:
 * a literal before `{name}` before `{name+}`. Then its method is chosen, `ANY` last. When that resource lacks the method,
 * there is no endpoint, even if a less specific resource has it.
 * @param path of the request, percent-encoded, without the query
 * @returns null when no endpoint matches
 * @throws URIError when the path is not valid percent-encoding
 */
export function matchEndpoint(endpoints: Endpoint[], method: string, path: string): Match | null {
  const segments = split(path);
  let best: { resource: string; rank: string; parameters: Record<string, string> } | null = null;
  for (const resource of new Set(endpoints.map((endpoint) => endpoint.resource))) {
    const found = matchResource(split(resource), segments);
    if (found && (!best || found.rank < best.rank)) best = { resource, ...found };
  }
  if (!best) return null;
  const { resource, parameters } = best;
  const methods = endpoints.filter((endpoint) => endpoint.resource === resource);
  const endpoint =
    methods.find((each) => each.method === method) ?? methods.find((each) => each.method === 'ANY');
  if (!endpoint) return null;
  return { endpoint, pathParameters: Object.keys(parameters).length > 0 ? parameters : null };
}

function matchResource(pattern: string[], segments: string[]) {
  const parameters: Record<string, string> = {};
  let rank = '';
  for (const [index, expected] of pattern.entries()) {
    const [, name, greedy] = /^\{([^+}]+)(\+?)\}$/.exec(expected) ?? [];
    const actual = segments[index];
    if (actual === undefined) return null;
    if (name && greedy) {
      parameters[name] = segments.slice(index).map(decodeURIComponent).join('/');
      return { rank: rank + GREEDY, parameters };
    }
    if (name) parameters[name] = decodeURIComponent(actual);
    else if (expected !== decodeURIComponent(actual)) return null;
    rank += name ? PARAMETER : LITERAL;
  }
  return segments.length === pattern.length ? { rank, parameters } : null;
}

function split(path: string): string[] {
  return path.split('/').filter((segment) => segment !== '');
}
