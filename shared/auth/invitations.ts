import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { keyedHash } from './keyed-hash.ts';

const TeamId = z.uuid();

/** Generates an invitation token `inv_<team id>_<256-bit secret>`, and the hash to store. */
export function createInvitationToken(teamId: string): { token: string; tokenHash: string } {
  const token = `inv_${teamId}_${randomBytes(32).toString('hex')}`;
  return { token, tokenHash: keyedHash('invitation', token) };
}

/** The team id inside an invitation token, and the token's hash. Null if its form is wrong. */
export function readInvitationToken(token: string): { teamId: string; tokenHash: string } | null {
  const teamId = /^inv_([0-9a-f-]{36})_[0-9a-f]{64}$/.exec(token)?.[1];
  if (!teamId || !TeamId.safeParse(teamId).success) return null;
  return { teamId, tokenHash: keyedHash('invitation', token) };
}
