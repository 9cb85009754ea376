import type { Principal } from '#shared/auth/principal.ts';
import { AppError } from '#shared/core/errors.ts';
import * as users from '#shared/db/users.ts';

/**
 * Asserts that the session reaches every team of the person. One from a team's own issuer reaches that team only, by
 * that team's rules for signing in: what concerns the whole account would carry it into the other teams.
 * @throws AppError `forbidden`
 */
export async function requireWholeReach({ userId, onlyTeamId }: Principal): Promise<void> {
  if (!onlyTeamId) return;
  const teams = await users.listTeams(userId, { limit: 1_000, before: null });
  if (teams.every(({ id }) => id === onlyTeamId)) return;
  throw new AppError(
    'forbidden',
    'You are signed in with one team’s issuer, which reaches that team only, and you belong to other teams too. Leave them first, signed in by their ways.',
  );
}
