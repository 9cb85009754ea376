import { readFileSync } from 'node:fs';

/** A JSON schema of `openapi.json`. */
export type Schema = {
  $ref?: string;
  type?: string | string[];
  format?: string;
  enum?: unknown[];
  const?: unknown;
  pattern?: string;
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: boolean | Schema;
  items?: Schema;
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
};

type Content = Record<string, { schema: Schema }>;
type Response = { $ref?: string; content?: Content; headers?: object };
type Parameter = { in: 'path' | 'query' | 'header'; name: string; schema: Schema; style?: string };
type Described = {
  parameters?: Parameter[];
  requestBody?: { required?: boolean; content: Content };
  responses: Record<string, Response>;
};
type Document = {
  paths: Record<string, Record<string, Described>>;
  components: Record<string, Record<string, unknown>>;
};

const document = JSON.parse(readFileSync('openapi.json', 'utf8')) as Document;

/** One operation of `openapi.json`. `name`: `METHOD /path`. */
export type Operation = {
  name: string;
  method: string;
  path: string;
  parameters: Parameter[];
  body: Schema | null;
  responses: Record<string, Response>;
  streams: boolean;
};

/** Every operation of `openapi.json`. */
export const OPERATIONS: Operation[] = Object.entries(document.paths).flatMap(([path, item]) =>
  Object.entries(item).map(([verb, described]) => {
    const method = verb.toUpperCase();
    const contents = Object.values(described.responses).map((each) => resolve<Response>(each).content ?? {});
    return {
      name: `${method} ${path}`,
      method,
      path,
      parameters: described.parameters ?? [],
      body: described.requestBody?.content['application/json']?.schema ?? null,
      responses: described.responses,
      streams: contents.some((content) => 'text/event-stream' in content),
    };
  }),
);

/** What a reference refers to, or the value itself. */
export function resolve<T extends { $ref?: string }>(value: T): T {
  if (value.$ref === undefined) return value;
  const steps = value.$ref.slice(2).split('/');
  const found = steps.reduce<unknown>((part, step) => (part as Record<string, unknown>)[step], document);
  return resolve(found as T);
}

/** The schemas to which references in `openapi.json` refer, for a validator. */
export const COMPONENTS = document.components;

/** Where a request names a thing by its id. `at`: the fields of a body that lead there. */
export type IdPosition = { in: 'path' | 'query' | 'body'; at: string[]; kind: string; many: boolean };

const ID_NAME = /^(.*?)_?ids?$/;

/** Every place of an operation's request that holds an id. */
export function idPositions({ parameters, body, path }: Operation): IdPosition[] {
  const named = parameters.flatMap((parameter): IdPosition[] => {
    const isId = parameter.schema.format === 'uuid' || parameter.name.endsWith('_id');
    const place = parameter.in;
    if (place === 'header' || !isId) return [];
    return [{ in: place, at: [parameter.name], kind: kindOf(parameter.name), many: false }];
  });
  const model: IdPosition[] =
    path === '/v1/chat/completions' ? [{ in: 'body', at: ['model'], kind: 'bot', many: false }] : [];
  return [...named, ...(body ? inBody(body, []) : []), ...model];
}

function inBody(schema: Schema, at: string[]): IdPosition[] {
  const resolved = resolve(schema);
  const parts = [...(resolved.anyOf ?? []), ...(resolved.oneOf ?? []), ...(resolved.allOf ?? [])];
  const fields = Object.entries(resolved.properties ?? {}).flatMap(([name, field]) => {
    const where = [...at, name];
    const many = name.endsWith('_ids');
    // A `client_id` is a text that somebody else's issuer gave.
    const isOurs = JSON.stringify(field).includes('"uuid"');
    if (isOurs && /_ids?$/.test(name)) return [{ in: 'body' as const, at: where, kind: kindOf(name), many }];
    return inBody(field, where);
  });
  return [...fields, ...parts.flatMap((part) => inBody(part, at))];
}

/** What kind of thing a parameter or field names: `replace_message_id` names a message. */
function kindOf(name: string): string {
  if (name === 'actor') return 'user';
  return (ID_NAME.exec(name)?.[1] ?? name).replace(/^replace_/, '');
}
