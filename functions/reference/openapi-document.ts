import { type OpenApiDocument, openApiDocument } from './openapi/openapi.ts';
import { OPERATIONS } from './operations.ts';

const DESCRIPTION = `Teams upload documents; their bots answer questions about them, with citations that point into the documents.

**Credentials.** \`Authorization: Bearer …\` with an access token (sign in at \`/v1/auth/google/login\`) or an API key.

**Errors** are \`application/problem+json\`; \`code\` is for programs, \`detail\` for people, \`request_id\` for the log. What belongs to someone else is answered exactly like what does not exist: 404. A known path with another method is a 405 with \`Allow\`. On \`/v1/chat/completions\`, \`/v1/models\` and \`/v1/embeddings\` errors wear OpenAI's shape.

**Lists** take \`limit\` and \`cursor\`; \`next_cursor\` is null on the last page.

**OpenAI clients** work unmodified with \`baseURL\` = this host + \`/v1\` and an API key; \`model\` is a bot's id.`;

const TAGS = {
  auth: 'Signing in and out, and who I am',
  teams: 'Teams, their members and invitations, what was done and what it cost',
  keys: 'API keys of a team',
  collections: 'Documents of a team, gathered by topic',
  documents: 'Adding documents, following their ingestion, reading what came of it',
  search: 'Passages for a query, without an answer',
  bots: 'What answers: instructions, model, collections',
  chat: 'Questions, streamed answers with citations, conversations',
  openai: 'The paths that OpenAI’s clients speak',
  meta: 'The service itself',
};

/** The OpenAPI document of the whole API, as `openapi.json` has it. */
export function apiDocument(): OpenApiDocument {
  return openApiDocument({
    info: { title: 'RAG Platform API', version: '1.0.0', description: DESCRIPTION },
    tags: TAGS,
    operations: OPERATIONS,
  });
}
