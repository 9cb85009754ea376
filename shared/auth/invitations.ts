import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { keyedHash } from './keyed-hash.ts';

const TeamId = z.uuid();

/** A new invitation token `inv_<team id>_<256-bit secret>`, and the hash that is kept of it. */
export function createInvitationToken(teamId: string): { token: string; tokenHash: string } {
  const token = `inv_${teamId}_${randomBytes(32).toString('hex')}`;
  return { token, tokenHash: keyedHash('invitation', token) };
}

/** The team a token speaks of and its hash, or null when the text is no invitation. */
export function readInvitationToken(token: string): { teamId: string; tokenHash: string } | null {
  const teamId = /^inv_([0-9a-f-]{36})_[0-9a-f]{64}$/.exec(token)?.[1];
  if (!teamId || !TeamId.safeParse(teamId).success) return null;
  return { teamId, tokenHash: keyedHash('invitation', token) };
}
