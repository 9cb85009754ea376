import type { Role, Scope } from '#shared/core/roles.ts';

/**
 * Who may call a route. `role` null: the route belongs to no team. `scope`: what an API key needs; `any` admits every
 * key, `session-only` none. `people` are refused where only programs have a use for the route.
 */
export type Rule =
  | 'public'
  | { role: Role | null; scope: Scope | 'any' | 'session-only'; people: 'admitted' | 'refused' };

/**
 * The access rule of every route, written by hand from the contract and not read from the code: a rule that the code
 * loses by mistake must differ from this table. A new route needs a line here, or the suite fails.
 */
const TABLE = `
public | GET /health, GET /ready, GET /docs, GET /docs/{asset}, GET /openapi.json
public | GET /v1/auth/methods, GET /v1/auth/google/login, GET /v1/auth/google/callback, GET /v1/auth/login
public | GET /v1/auth/oidc/{provider_id}/callback, POST /v1/auth/email, POST /v1/auth/email/callback
public | POST /v1/auth/oidc/{provider_id}/backchannel-logout
public | POST /v1/auth/refresh, POST /v1/auth/logout

- session-only | GET /v1/me, DELETE /v1/me, GET /v1/me/sessions, DELETE /v1/me/sessions/{session_id}
- session-only | POST /v1/me/export, GET /v1/me/export/{export_id}
- session-only | POST /v1/teams, POST /v1/teams/import, POST /v1/invitations/accept
- any | GET /v1/teams, GET /v1/models
- chat | POST /v1/chat/completions
key embeddings | POST /v1/embeddings

viewer any | GET {team}
admin session-only | PATCH {team}
owner session-only | DELETE {team}
viewer session-only | GET {team}/members, DELETE {team}/members/{user_id}
admin session-only | PATCH {team}/members/{user_id}
admin session-only | GET {team}/members/{user_id}/sessions, DELETE {team}/members/{user_id}/sessions
admin session-only | DELETE {team}/members/{user_id}/sessions/{session_id}
admin session-only | POST {team}/invitations, GET {team}/invitations, DELETE {team}/invitations/{invitation_id}
admin session-only | GET {team}/audit-log
admin usage:read | GET {team}/usage, GET {team}/insights, GET {team}/questions
owner session-only | POST {team}/identity-providers, GET {team}/identity-providers
owner session-only | GET {team}/identity-providers/{provider_id}, PATCH {team}/identity-providers/{provider_id}
owner session-only | DELETE {team}/identity-providers/{provider_id}
owner session-only | POST {team}/identity-providers/{provider_id}/verify
admin session-only | POST {team}/webhooks, GET {team}/webhooks, GET {team}/webhooks/{webhook_id}
admin session-only | PATCH {team}/webhooks/{webhook_id}, DELETE {team}/webhooks/{webhook_id}
admin session-only | POST {team}/webhooks/{webhook_id}/rotate, POST {team}/webhooks/{webhook_id}/test
admin session-only | GET {team}/webhooks/{webhook_id}/deliveries
owner session-only | POST {team}/exports, GET {team}/exports, GET {team}/exports/{export_id}
owner session-only | GET {team}/imports/{import_id}
owner session-only | GET {team}/allowed-addresses, PUT {team}/allowed-addresses
owner session-only | GET {team}/legal-hold, PUT {team}/legal-hold, DELETE {team}/legal-hold
admin session-only | POST {team}/api-keys, GET {team}/api-keys, PATCH {team}/api-keys/{key_id}
admin session-only | DELETE {team}/api-keys/{key_id}, POST {team}/api-keys/{key_id}/rotate

member documents:write | POST {team}/collections, PATCH {team}/collections/{collection_id}
viewer documents:read | GET {team}/collections, GET {team}/collections/{collection_id}
admin documents:write | DELETE {team}/collections/{collection_id}
viewer session-only | GET {team}/collections/{collection_id}/members
admin session-only | PUT {team}/collections/{collection_id}/members/{user_id}
admin session-only | DELETE {team}/collections/{collection_id}/members/{user_id}
member documents:write | POST {team}/documents, POST {team}/documents/text, POST {team}/documents/url
member documents:write | PATCH {team}/documents/{document_id}, DELETE {team}/documents/{document_id}
member documents:write | POST {team}/documents/delete, POST {team}/documents/{document_id}/retry
viewer documents:read | GET {team}/documents, GET {team}/documents/{document_id}
viewer documents:read | GET {team}/documents/{document_id}/chunks
viewer documents:read | GET {team}/documents/{document_id}/chunks/{chunk_id}
viewer documents:read | GET {team}/documents/{document_id}/download
viewer search | POST {team}/search

admin bots:write | POST {team}/bots, PATCH {team}/bots/{bot_id}, DELETE {team}/bots/{bot_id}
viewer bots:read | GET {team}/bots, GET {team}/bots/{bot_id}, GET {team}/llm-models
viewer chat | POST {team}/bots/{bot_id}/chat, GET {team}/conversations
viewer chat | GET {team}/conversations/{conversation_id}, PATCH {team}/conversations/{conversation_id}
viewer chat | DELETE {team}/conversations/{conversation_id}
viewer chat | GET {team}/conversations/{conversation_id}/messages
viewer chat | GET {team}/conversations/{conversation_id}/export
viewer chat | POST {team}/messages/{message_id}/feedback, POST {team}/messages/{message_id}/regenerate
`;

/** `METHOD /path` → its rule. */
export const ACCESS_TABLE: ReadonlyMap<string, Rule> = new Map(TABLE.split('\n').flatMap(readLine));

function readLine(line: string): [string, Rule][] {
  const [rule = '', routes] = line.split(' | ');
  if (routes === undefined) return [];
  return routes
    .split(', ')
    .map((route) => [route.replace('{team}', '/v1/teams/{team_id}'), readRule(rule.split(' '))]);
}

function readRule([role = '', scope]: string[]): Rule {
  if (scope === undefined) return 'public';
  const people = role === 'key' ? 'refused' : 'admitted';
  return { role: ['-', 'key'].includes(role) ? null : role, scope, people } as Rule;
}
