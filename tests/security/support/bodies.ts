import { randomUUID } from 'node:crypto';
import type { Json } from '#tests/support/api.ts';

/** A valid body for every route that takes one; `idPositions` adds the ids. */
export const BODIES: Record<string, Json> = {
  'POST /v1/auth/email': { email: 'nobody@example.com' },
  'POST /v1/auth/email/callback': { token: 'x' },
  'POST /v1/auth/refresh': { refresh_token: 'x' },
  'POST /v1/auth/logout': { refresh_token: 'x' },
  'POST /v1/teams': { name: 'Another' },
  'POST /v1/teams/import': { files: [{ size_bytes: 10 }] },
  'POST /v1/invitations/accept': { token: 'x' },
  'POST /v1/chat/completions': { model: 'x', messages: [{ role: 'user', content: '연차는 며칠인가요?' }] },
  'POST /v1/embeddings': { model: 'x', input: 'x' },
};

const IN_TEAM: Record<string, Json> = {
  'PATCH ': { name: 'Team' },
  'PATCH /members/{user_id}': { role: 'viewer' },
  'PUT /allowed-addresses': { addresses: null },
  'PUT /legal-hold': { reason: 'x' },
  'POST /invitations': { email: 'invited@example.com', role: 'viewer' },
  'POST /identity-providers': {
    issuer: 'http://localhost:9/issuer',
    client_id: 'x',
    client_secret: 'x',
    domains: ['matrix.example'],
  },
  'PATCH /identity-providers/{provider_id}': { client_id: 'y' },
  'POST /webhooks': { url: 'http://127.0.0.1:9/hook' },
  'PATCH /webhooks/{webhook_id}': { description: 'x' },
  'POST /webhooks/{webhook_id}/rotate': { overlap_hours: 0 },
  'POST /api-keys': { name: 'x', scopes: ['chat'] },
  'PATCH /api-keys/{key_id}': { name: 'y' },
  'POST /api-keys/{key_id}/rotate': { overlap_minutes: 0 },
  'POST /collections': { name: 'x' },
  'PATCH /collections/{collection_id}': { description: 'x' },
  'POST /documents': { filename: 'x.txt', content_type: 'text/plain', size_bytes: 1 },
  'POST /documents/text': { title: 'x.md', text: 'x' },
  'POST /documents/url': { url: 'http://127.0.0.1:8443/x.txt' },
  'PATCH /documents/{document_id}': { title: 'x' },
  'POST /documents/delete': { document_ids: [randomUUID()] },
  'POST /search': { query: '연차', mode: 'lexical' },
  'POST /bots': { name: 'x' },
  'PATCH /bots/{bot_id}': { description: 'x' },
  'POST /bots/{bot_id}/chat': { message: '연차는 며칠인가요?', stream: false },
  'PATCH /conversations/{conversation_id}': { title: 'x' },
  'POST /messages/{message_id}/feedback': { rating: 'up' },
  'POST /messages/{message_id}/regenerate': { stream: false },
};

for (const [name, body] of Object.entries(IN_TEAM)) BODIES[name.replace(' ', ' /v1/teams/{team_id}')] = body;
