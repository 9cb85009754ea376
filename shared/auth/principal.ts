import { AppError } from '#shared/core/errors.ts';
import type { Role, Scope } from '#shared/core/roles.ts';
import type { PresentedKey } from '#shared/db/api-keys.ts';
import * as apiKeys from '#shared/db/api-keys.ts';
import type { Reader } from '#shared/db/reader.ts';
import * as sessions from '#shared/db/sessions.ts';
import { isHashOf, renewedHash } from './api-key-hash.ts';
import { readApiKey } from './api-keys.ts';
import { verifyAccessToken } from './tokens.ts';

/** The authenticated caller. `role` is the role in the team of the request; an API key has its creator's role. */
export type Principal = {
  kind: 'user' | 'key';
  userId: string;
  sessionId: string | null;
  keyId: string | null;
  /** The only team that the session reaches: it came from that team's own issuer. */
  onlyTeamId?: string | null;
  teamId: string | null;
  role: Role | null;
  /** null: a signed-in user, limited by the role only. */
  scopes: ReadonlySet<Scope> | null;
  /** null: any bot. */
  botIds: readonly string[] | null;
  /** null: every collection that the creator of a key sees, but no restricted one. */
  collectionIds: readonly string[] | null;
  rateLimitPerMinute: number | null;
  monthlyBudgetUsd: number | null;
  /** The networks that the team allows, and those that an API key does; null: every address. */
  allowedAddresses: (readonly string[] | null)[];
};

/**
 * Authenticates an `Authorization` header. With `teamId`, the principal of a user has the role in that team.
 * @throws AppError `unauthenticated`, `invalid_token` or `session_expired`
 */
export async function authenticate(
  authorization: string | undefined,
  teamId: string | null = null,
): Promise<Principal> {
  const token = /^Bearer +(\S+)$/i.exec(authorization?.trim() ?? '')?.[1];
  if (!token) {
    throw new AppError('unauthenticated', 'Send an access token or API key as `Authorization: Bearer …`.');
  }
  return token.startsWith('rag_') ? await fromApiKey(token) : await fromAccessToken(token, teamId);
}

async function fromAccessToken(token: string, teamId: string | null): Promise<Principal> {
  const { userId, sessionId } = verifyAccessToken(token);
  const session = await sessions.findRole({ userId, sessionId }, teamId);
  if (!session) throw new AppError('session_expired', 'This session has ended; sign in again.');
  return {
    kind: 'user',
    userId,
    sessionId,
    keyId: null,
    onlyTeamId: session.only_team_id,
    teamId,
    role: session.role,
    scopes: null,
    botIds: null,
    collectionIds: null,
    rateLimitPerMinute: null,
    monthlyBudgetUsd: null,
    allowedAddresses: [session.allowed_addresses],
  };
}

async function fromApiKey(key: string): Promise<Principal> {
  const keyId = readApiKey(key);
  const row = keyId && (await apiKeys.findPresented(keyId));
  if (!row || !matches(row, key) || row.revoked_at || isPast(row.expires_at) || !row.role) {
    throw new AppError(
      'invalid_token',
      'This API key is not valid, was revoked or has expired; create a new one.',
    );
  }
  if (!row.last_used_at || Date.now() - row.last_used_at.getTime() > 60_000)
    await apiKeys.touch(row.team_id, row.id);
  await renewHash(row, key);
  return {
    kind: 'key',
    userId: row.created_by,
    sessionId: null,
    keyId: row.id,
    teamId: row.team_id,
    role: row.role,
    scopes: new Set(row.scopes),
    botIds: row.bot_ids,
    collectionIds: row.collection_ids,
    rateLimitPerMinute: row.rate_limit_per_minute,
    monthlyBudgetUsd: row.monthly_budget_usd,
    allowedAddresses: [row.team_addresses, row.allowed_addresses],
  };
}

/** Stores the hash anew where it was made with an older pepper; only now is the key itself at hand. */
async function renewHash(row: PresentedKey, key: string): Promise<void> {
  if (!isHashOf(key, row.secret_hash)) return;
  const renewed = renewedHash(key, row.secret_hash);
  if (renewed) await apiKeys.renewHash(row.team_id, { id: row.id, from: row.secret_hash, to: renewed });
}

function matches(row: PresentedKey, key: string): boolean {
  if (isHashOf(key, row.secret_hash)) return true;
  return (
    row.previous_secret_hash !== null &&
    !isPast(row.previous_expires_at) &&
    isHashOf(key, row.previous_secret_hash)
  );
}

function isPast(time: Date | null): boolean {
  return time !== null && time.getTime() <= Date.now();
}

/** Whose eyes the statements of this principal's request have. */
export function readerOf({ kind, userId, collectionIds }: Principal): Reader {
  return kind === 'key' ? { kind, userId, collectionIds } : { kind: 'person', userId };
}

/** The scopes of a key that is limited to bots: with any other it could read or change what they do not show. */
export const SCOPES_WITH_BOTS: readonly Scope[] = ['chat', 'search', 'bots:read'];

/** What a route asks of an API key: a scope, no particular one (`any`), or that it is none (`session-only`). */
export type KeyScope = Scope | 'any' | 'session-only';

/** @throws AppError `insufficient_scope` unless the principal is a user or a key that has the scope */
export function requireScope(principal: Principal, scope: KeyScope): void {
  if (principal.scopes === null || scope === 'any') return;
  if (scope === 'session-only') {
    throw new AppError('insufficient_scope', 'API keys cannot do this; sign in and use an access token.');
  }
  if (principal.botIds && !SCOPES_WITH_BOTS.includes(scope)) {
    throw new AppError('insufficient_scope', 'This API key is limited to certain bots; use another one.');
  }
  if (!principal.scopes.has(scope)) {
    throw new AppError('insufficient_scope', `This API key lacks the scope \`${scope}\`.`);
  }
}
