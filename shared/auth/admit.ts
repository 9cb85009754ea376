import { domainToASCII } from 'node:url';
import { section } from '#shared/core/config.ts';
import { AppError } from '#shared/core/errors.ts';
import * as invitations from '#shared/db/invitations.ts';
import type { Identity, UserRow } from '#shared/db/users.ts';
import * as users from '#shared/db/users.ts';
import { keyedHash } from './keyed-hash.ts';

const signUpConfig = section('sign_up');

/** How many teams a person may found where SIGN_UP is not `open`. */
const DEFAULT_MAX_TEAMS = 3;

/**
 * The user of an identity whose address was proved. Somebody new is let in where `SIGN_UP` allows the address, where
 * an invitation to it is open, and as the first owner. Every refusal is the same, so that it tells nothing about
 * accounts and invitations.
 * @throws AppError `sign_up_closed`
 */
export async function admit(proved: Identity): Promise<UserRow> {
  const identity = withHash(proved);
  const known = await users.updateProfile(identity);
  if (known) return known;
  if (await maySignUp(identity.email)) return await users.upsert(identity);
  throw signUpClosed();
}

/** The identity with its hash, by which it is known again after its account was deleted. */
export function withHash(identity: Identity): Identity {
  return { ...identity, hash: keyedHash('identity', JSON.stringify([identity.issuer, identity.subject])) };
}

/** The refusal of somebody who may not come in, with words for a person. */
export function signUpClosed(): AppError {
  return new AppError(
    'sign_up_closed',
    'This address has no access here. Ask an admin of your team to invite it, then sign in with it.',
  );
}

async function maySignUp(email: string): Promise<boolean> {
  const { SIGN_UP, SIGN_UP_DOMAINS, FIRST_OWNER_EMAIL } = signUpConfig();
  if (SIGN_UP === 'open' || email === FIRST_OWNER_EMAIL) return true;
  if (SIGN_UP === 'domains' && SIGN_UP_DOMAINS.includes(domainOf(email))) return true;
  return await invitations.isInvited(email);
}

/** What stands behind the last `@` of an address, in lower case and ASCII. */
export function domainOf(email: string): string {
  const domain = email.slice(email.lastIndexOf('@') + 1).toLowerCase();
  return domainToASCII(domain) || domain;
}

/** How many teams a person may found; null: any number. */
export function maxTeamsPerPerson(): number | null {
  const { SIGN_UP, MAX_TEAMS_PER_PERSON } = signUpConfig();
  return MAX_TEAMS_PER_PERSON ?? (SIGN_UP === 'open' ? null : DEFAULT_MAX_TEAMS);
}
