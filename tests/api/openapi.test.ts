import { readdirSync, readFileSync } from 'node:fs';
import { Validator } from '@seriousme/openapi-schema-validator';
import { z } from 'zod';
import { OpenAiEmbeddingsBody } from '#embedder/http/openai.ts';
import { EmbeddingsInput } from '#functions/embeddings/create-embeddings.ts';
import { apiDocument } from '#functions/reference/openapi-document.ts';
import { OPERATIONS } from '#functions/reference/operations.ts';
import { matchEndpoint } from '#local/gateway/match.ts';
import { readService } from '#local/gateway/service.ts';
import type { Route } from '#shared/http/route.ts';

/** The routes of the API, listed by hand: routes may be added but never removed. */
const CONTRACT = `
GET /health
GET /ready
GET /docs
GET /openapi.json
GET /v1/auth/google/login
GET /v1/auth/google/callback
GET /v1/auth/methods
GET /v1/auth/login
GET /v1/auth/oidc/{provider_id}/callback
POST /v1/auth/email
POST /v1/auth/email/callback
POST /v1/auth/refresh
POST /v1/auth/logout
GET /v1/me
GET /v1/me/sessions
DELETE /v1/me/sessions/{session_id}
POST /v1/teams
GET /v1/teams
GET /v1/teams/{team_id}
PATCH /v1/teams/{team_id}
DELETE /v1/teams/{team_id}
GET /v1/teams/{team_id}/members
PATCH /v1/teams/{team_id}/members/{user_id}
DELETE /v1/teams/{team_id}/members/{user_id}
GET /v1/teams/{team_id}/members/{user_id}/sessions
DELETE /v1/teams/{team_id}/members/{user_id}/sessions
DELETE /v1/teams/{team_id}/members/{user_id}/sessions/{session_id}
POST /v1/teams/{team_id}/identity-providers
GET /v1/teams/{team_id}/identity-providers
GET /v1/teams/{team_id}/identity-providers/{provider_id}
PATCH /v1/teams/{team_id}/identity-providers/{provider_id}
DELETE /v1/teams/{team_id}/identity-providers/{provider_id}
POST /v1/teams/{team_id}/identity-providers/{provider_id}/verify
POST /v1/teams/{team_id}/invitations
GET /v1/teams/{team_id}/invitations
DELETE /v1/teams/{team_id}/invitations/{invitation_id}
POST /v1/invitations/accept
GET /v1/teams/{team_id}/audit-log
GET /v1/teams/{team_id}/usage
GET /v1/teams/{team_id}/insights
POST /v1/teams/{team_id}/api-keys
GET /v1/teams/{team_id}/api-keys
PATCH /v1/teams/{team_id}/api-keys/{key_id}
DELETE /v1/teams/{team_id}/api-keys/{key_id}
POST /v1/teams/{team_id}/api-keys/{key_id}/rotate
POST /v1/teams/{team_id}/collections
GET /v1/teams/{team_id}/collections
GET /v1/teams/{team_id}/collections/{collection_id}
PATCH /v1/teams/{team_id}/collections/{collection_id}
DELETE /v1/teams/{team_id}/collections/{collection_id}
POST /v1/teams/{team_id}/documents
POST /v1/teams/{team_id}/documents/text
POST /v1/teams/{team_id}/documents/url
GET /v1/teams/{team_id}/documents
GET /v1/teams/{team_id}/documents/{document_id}
PATCH /v1/teams/{team_id}/documents/{document_id}
DELETE /v1/teams/{team_id}/documents/{document_id}
POST /v1/teams/{team_id}/documents/delete
POST /v1/teams/{team_id}/documents/{document_id}/retry
GET /v1/teams/{team_id}/documents/{document_id}/chunks
GET /v1/teams/{team_id}/documents/{document_id}/download
POST /v1/teams/{team_id}/search
POST /v1/teams/{team_id}/bots
GET /v1/teams/{team_id}/bots
GET /v1/teams/{team_id}/bots/{bot_id}
PATCH /v1/teams/{team_id}/bots/{bot_id}
DELETE /v1/teams/{team_id}/bots/{bot_id}
GET /v1/models
GET /v1/teams/{team_id}/llm-models
POST /v1/teams/{team_id}/bots/{bot_id}/chat
GET /v1/teams/{team_id}/conversations
GET /v1/teams/{team_id}/conversations/{conversation_id}
GET /v1/teams/{team_id}/conversations/{conversation_id}/messages
DELETE /v1/teams/{team_id}/conversations/{conversation_id}
POST /v1/teams/{team_id}/messages/{message_id}/feedback
POST /v1/teams/{team_id}/messages/{message_id}/regenerate
POST /v1/chat/completions
POST /v1/embeddings`
  .trim()
  .split('\n');

const { endpoints } = readService('serverless.yml');
const written = JSON.parse(readFileSync('openapi.json', 'utf8')) as ReturnType<typeof apiDocument>;

/** Every route with the function that serves it, found from the files, not from a list. */
async function servedRoutes(): Promise<{ name: string; folder: string; route: Route }[]> {
  const files = readdirSync('functions', { recursive: true, encoding: 'utf8' });
  const found = files
    .filter((file) => file.endsWith('/routes.ts'))
    .map(async (file) => {
      const { routes } = (await import(`#functions/${file}`)) as { routes: Record<string, Route> };
      const folder = file.split('/')[0] ?? '';
      return Object.entries(routes).map(([name, route]) => ({ name, folder, route }));
    });
  return (await Promise.all(found)).flat();
}

/** The schema of each field except `input`, which the embedder validates by hand. */
function fieldsOf(schema: z.ZodType): Record<string, object> {
  const { properties = {} } = z.toJSONSchema(schema, { io: 'input' });
  const described = Object.entries(properties as Record<string, object>).filter(([name]) => name !== 'input');
  return Object.fromEntries(described.map(([name, field]) => [name, { ...field, description: undefined }]));
}

describe('openapi.json', () => {
  test('is generated from the routes (if not: npm run openapi)', () => {
    expect(written).toEqual(JSON.parse(JSON.stringify(apiDocument())));
  });

  test('is a valid OpenAPI 3.1 document', async () => {
    const validator = new Validator();
    // It also resolves references: an unresolvable one is an error.
    expect(await validator.validate(written)).toEqual({ valid: true });
    expect(validator.version).toBe('3.1');
  });

  test.each(CONTRACT)('describes %s of the contract', (line) => {
    const [method = '', path = ''] = line.split(' ');
    expect(written.paths[path]?.[method.toLowerCase()]).toBeDefined();
  });

  test('describes every route that is served, under a unique operationId', async () => {
    const served = await servedRoutes();
    expect(served.length).toBeGreaterThan(50);
    for (const { name, route } of served) expect(OPERATIONS[name]).toBe(route);
  });

  test('gives every operation a summary, a success and its errors', () => {
    for (const operation of Object.values(written.paths).flatMap((item) => Object.values(item))) {
      const { summary, responses, operationId } = operation as Record<string, object>;
      expect(summary).toMatch(/\S/);
      expect(operationId).toMatch(/^[a-z][A-Za-z]+$/);
      expect(Object.keys(responses ?? {}).some((status) => status < '400')).toBe(true);
      expect(responses).toHaveProperty('500');
    }
  });

  test('describes embeddings as the embedder accepts them', () => {
    expect(fieldsOf(EmbeddingsInput)).toEqual(fieldsOf(OpenAiEmbeddingsBody));
    for (const input of ['text', ['a', 'b']]) {
      expect(EmbeddingsInput.safeParse({ model: 'm', input }).success).toBe(true);
      expect(OpenAiEmbeddingsBody.safeParse({ model: 'm', input }).success).toBe(true);
    }
  });
});

describe('serverless.yml', () => {
  test('sends every route to the function that serves it, with a streaming integration for those that stream', async () => {
    for (const { folder, route } of await servedRoutes()) {
      const path = route.path.replaceAll(/\{\w+\}/g, '0192f0c1-6f0b-7cc1-9d5a-1f1a36c0a1d2');
      const endpoint = matchEndpoint(endpoints, route.method, path)?.endpoint;
      expect(`${route.method} ${route.path} → ${endpoint?.lambda.module}`).toBe(
        `${route.method} ${route.path} → functions/${folder}/handler`,
      );
      if (route.events) expect(endpoint?.stream).toBe(true);
    }
  });

  test('a function streams on all of its paths or on none, since its handler does so', () => {
    for (const each of endpoints) expect(each.stream).toBe(each.lambda.name === 'chat');
  });
});
