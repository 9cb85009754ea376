import { randomUUID } from 'node:crypto';
import type { Answer, Client, Json } from '#tests/support/api.ts';
import { BODIES } from './bodies.ts';
import type { IdPosition, Operation } from './operations.ts';
import type { Ids } from './world.ts';

/** One id in one place of one route: the requests with another's id and with an unknown one must look the same. */
export type Probe = { operation: Operation; positions: IdPosition[]; stream: boolean };

/** The id that stands for a kind at a route; the exports of a person and of a team are different things. */
function idFor(ids: Ids, { kind }: IdPosition, { path }: Operation): string | undefined {
  return ids[kind === 'export' && path.startsWith('/v1/me') ? 'my_export' : kind];
}

/**
 * Sends the request of a probe: `at` the probed positions stand the ids of `probed`, and in the path otherwise those
 * of `own`. A kind that `probed` lacks gets an unknown id.
 */
export async function sendProbe(
  client: Client,
  { operation, positions, stream }: Probe,
  { own, probed }: { own: Ids; probed: Ids },
): Promise<Answer> {
  const isProbed = (place: string, name: string) =>
    positions.find((each) => each.in === place && each.at.join('.') === name);
  const path = operation.path.replaceAll(/\{(\w+)\}/g, (_all, name: string) => {
    const position = isProbed('path', name);
    const ids = position ? probed : own;
    const kind = name.replace(/_id$/, '');
    return idFor(ids, { in: 'path', at: [name], kind, many: false }, operation) ?? randomUUID();
  });
  const query = new URLSearchParams();
  let body = structuredClone(BODIES[operation.name]);
  for (const position of positions) {
    const id = idFor(probed, position, operation) ?? randomUUID();
    if (position.in === 'query') query.set(position.at.join('.'), id);
    if (position.in === 'body') body = withValue(body ?? {}, position.at, position.many ? [id] : id);
  }
  if (body && operation.streams) body = { ...body, stream };
  const url = query.size > 0 ? `${path}?${query.toString()}` : path;
  return await client.request(operation.method, url, body === undefined ? {} : { body });
}

function withValue(body: Json, [first = '', ...rest]: string[], value: unknown): Json {
  const inner = body[first];
  return {
    ...body,
    [first]: rest.length === 0 ? value : withValue((inner ?? {}) as Json, rest, value),
  };
}

/** What a caller can tell from an answer: status, names of headers, and the body without ids, times and numbers. */
export function appearance({ status, headers, text }: Answer): string {
  const names = [...headers.keys()].filter((name) => name !== 'content-length').sort();
  const body = text
    .replace(/[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}/g, '<id>')
    .replace(/chatcmpl-\w+/g, '<id>')
    .replace(/rag_[\da-f_]+/g, '<key>')
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<time>')
    .replace(/\d+(\.\d+)?(e-?\d+)?/g, '<number>');
  return `${status} ${names.join(' ')}\n${body}`;
}
