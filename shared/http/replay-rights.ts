import type { Principal } from '#shared/auth/principal.ts';
import { AppError } from '#shared/core/errors.ts';
import * as collections from '#shared/db/collections.ts';
import * as documents from '#shared/db/documents.ts';
import * as users from '#shared/db/users.ts';

type Stored = {
  /** The response as it was sent. */
  text: string;
  /** The collections that the caller saw before it, and those that he sees now. */
  before: string[];
  now: string[];
};

/** The ids of the collections that the caller sees, in all of a person's teams where the path names none. */
export async function listReadable(principal: Principal): Promise<string[]> {
  const ids = await Promise.all((await teamsOf(principal)).map((teamId) => collections.listIds(teamId)));
  return ids.flat();
}

/** @throws AppError `conflict` when a stored response may hold what its caller no longer sees */
export async function requireStillReadable(
  principal: Principal,
  { text, before, now }: Stored,
): Promise<void> {
  const cited = [...new Set([...text.matchAll(/"document_id":"([0-9a-f-]{36})"/g)].map(([, id = '']) => id))];
  if (before.every((id) => now.includes(id)) && (await areThere(principal, cited))) return;
  throw new AppError(
    'conflict',
    'What this response was made from is no longer there for you; send the request with a new Idempotency-Key.',
  );
}

async function areThere(principal: Principal, documentIds: string[]): Promise<boolean> {
  if (documentIds.length === 0) return true;
  const found = await Promise.all(
    (await teamsOf(principal)).map((teamId) => documents.listByIds(teamId, documentIds)),
  );
  return found.flat().length === documentIds.length;
}

async function teamsOf({ teamId, userId }: Principal): Promise<string[]> {
  if (teamId) return [teamId];
  return (await users.listTeams(userId, { limit: 1_000, before: null })).map(({ id }) => id);
}
