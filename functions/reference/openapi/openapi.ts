import { FORM_TYPE } from '#shared/http/read-form.ts';
import type { Access } from '#shared/http/route.ts';
import { Components, type JsonSchema } from './components.ts';
import { HEADERS, SECURITY_SCHEMES } from './conventions.ts';
import type { Operation } from './operation.ts';
import { describeResponses } from './responses.ts';

type Description = {
  info: { title: string; version: string; description: string };
  /** Tag → description, in the order of the document. */
  tags: Record<string, string>;
  /** `operationId` → operation. */
  operations: Record<string, Operation>;
};

/** The parts of an OpenAPI document that other modules read. */
export type OpenApiDocument = JsonSchema & {
  openapi: string;
  servers: { url: string }[];
  paths: Record<string, Record<string, JsonSchema>>;
  components: Record<'schemas' | 'responses' | 'headers' | 'securitySchemes', Record<string, unknown>>;
};

/**
 * The OpenAPI 3.1 document of the operations, generated from the schemas and rules with which they are served.
 * `servers` is the host that serves the document.
 * @throws Error when two operations share method and path, a tag has no description, or two schemas share an id
 */
export function openApiDocument({ info, tags, operations }: Description): OpenApiDocument {
  const components = new Components();
  const paths: OpenApiDocument['paths'] = {};
  for (const [operationId, operation] of Object.entries(operations)) {
    const { path, tag } = operation;
    const method = operation.method.toLowerCase();
    const item = (paths[path] ??= {});
    if (item[method]) throw new Error(`${operation.method} ${path} is described twice.`);
    if (!tags[tag]) throw new Error(`The tag ${tag} of ${operation.method} ${path} has no description.`);
    item[method] = { operationId, ...describeOperation(operation, components) };
  }
  return {
    openapi: '3.1.0',
    info,
    servers: [{ url: '/' }],
    tags: Object.entries(tags).map(([name, description]) => ({ name, description })),
    paths,
    components: {
      schemas: sortedByName(components.schemas),
      responses: sortedByName(components.responses),
      headers: HEADERS,
      securitySchemes: SECURITY_SCHEMES,
    },
  };
}

function describeOperation(operation: Operation, components: Components): JsonSchema {
  const { summary, description, tag, access, body, bodyFormat } = operation;
  return {
    summary,
    description: [description, operation.whoMay ?? describeAccess(access)].filter(Boolean).join('\n\n'),
    tags: [tag],
    security: access === 'public' ? [] : [{ bearer: [] }],
    parameters: [
      ...pathParameters(operation),
      ...queryParameters(operation, components),
      ...(operation.idempotent ? [IDEMPOTENCY_KEY] : []),
    ],
    ...(body
      ? {
          requestBody: {
            required: !body.safeParse(undefined).success,
            content: { [bodyFormat ? FORM_TYPE : 'application/json']: { schema: components.request(body) } },
          },
        }
      : {}),
    responses: describeResponses(operation, components),
  };
}

/** Describes an access rule. */
function describeAccess(access: Access): string {
  if (access === 'public') return 'Public: no credentials needed.';
  if (access === 'user') return 'Needs a signed-in user; API keys are refused.';
  const { scope } = access;
  if (!('role' in access)) {
    const key = scope === 'any' ? 'any API key' : `an API key with the scope \`${scope}\``;
    return `Needs a signed-in user or ${key}.`;
  }
  const role = `Needs the role \`${access.role}\`${access.role === 'owner' ? '' : ' or higher'} in the team`;
  if (scope === 'session-only') return `${role}; API keys are refused.`;
  return scope === 'any' ? `${role}.` : `${role}; an API key also needs the scope \`${scope}\`.`;
}

function pathParameters({ path }: Operation): JsonSchema[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string', ...(name.endsWith('_id') ? { format: 'uuid' } : {}) },
  }));
}

function queryParameters({ query }: Operation, components: Components): JsonSchema[] {
  if (!query) return [];
  const schema = components.request(query);
  // A query without fixed names: one exploded parameter stands for any number of them.
  if (!schema.properties) return [{ name: 'parameters', in: 'query', style: 'form', explode: true, schema }];
  const required = (schema.required ?? []) as string[];
  return Object.entries(schema.properties).map(([name, property]) => {
    const { description, ...rest } = property as JsonSchema;
    return {
      name,
      in: 'query',
      required: required.includes(name),
      ...(description ? { description } : {}),
      // An object in a query is written as `name[key]=value`.
      ...(rest.type === 'object' ? { style: 'deepObject', explode: true } : {}),
      schema: rest,
    };
  });
}

const IDEMPOTENCY_KEY: JsonSchema = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  description:
    'A value of your choice, such as a UUID. For 24 hours, a repeated request with the same key and body gets the first response again and creates nothing.',
  schema: { type: 'string', maxLength: 255 },
};

function sortedByName(schemas: Record<string, JsonSchema>): JsonSchema {
  return Object.fromEntries(Object.entries(schemas).sort(([a], [b]) => (a < b ? -1 : 1)));
}
