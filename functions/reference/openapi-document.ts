import { VERSION } from '#shared/core/version.ts';
import { type OpenApiDocument, openApiDocument } from './openapi/openapi.ts';
import { OPERATIONS } from './operations.ts';

const DESCRIPTION = `Teams upload documents. Their bots answer questions about the documents and cite the passages that support each answer.

**Credentials.** Send \`Authorization: Bearer …\` with an access token (sign in at \`/v1/auth/google/login\`) or an API key.

**Errors** are \`application/problem+json\` (RFC 9457). Programs read \`code\`, people read \`detail\`, and \`request_id\` identifies the request in the log. Another team's resources are answered like missing ones: 404. A known path with an unsupported method is answered 405 with \`Allow\`. On \`/v1/chat/completions\`, \`/v1/models\` and \`/v1/embeddings\`, errors use OpenAI's format.

**Lists** take \`limit\` and \`cursor\`; \`next_cursor\` is null on the last page.

**OpenAI clients** work unmodified: set \`baseURL\` to this host + \`/v1\`, use an API key, and pass a bot's id as \`model\`.`;

const TAGS = {
  auth: 'Sign in and out, the signed-in user and their sessions',
  identity: 'A team’s own issuers (OpenID Connect) and the domains that they speak for',
  teams: 'Teams, their members and invitations, the audit log and usage',
  keys: 'API keys of a team',
  webhooks: 'Endpoints that are told what happens in a team, in the form of Standard Webhooks',
  collections: 'Groups of a team’s documents',
  documents: 'Add documents, follow their ingestion, read their chunks',
  search: 'Find passages for a query without generating an answer',
  bots: 'Bots: instructions, language model and collections',
  chat: 'Ask bots, stream answers with citations, read conversations',
  openai: 'Endpoints for OpenAI’s clients',
  meta: 'Health and documentation of the service',
};

/** The OpenAPI document of the whole API, as stored in `openapi.json`. */
export function apiDocument(): OpenApiDocument {
  return openApiDocument({
    info: { title: 'RAG Platform API', version: VERSION, description: DESCRIPTION },
    tags: TAGS,
    operations: OPERATIONS,
  });
}
