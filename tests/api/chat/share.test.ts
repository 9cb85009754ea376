import type { Principal } from '#shared/auth/principal.ts';
import { withReservation } from '#shared/chat/budget.ts';
import { loadConfig } from '#shared/core/config.ts';
import { closePools } from '#shared/db/pool.ts';
import * as reservations from '#shared/db/reservations.ts';
import { newTeam, type Team } from '#tests/support/api.ts';
import { usePlatformSettings } from '#tests/support/platform.ts';

const SHARE = 3;

beforeAll(async () => {
  await usePlatformSettings();
  process.env.TEAM_CONCURRENT_ANSWERS = String(SHARE);
  await loadConfig('database', 'llm', 'spending');
});
afterAll(closePools);

const bot = {
  instructions: '',
  model: 'builtin/extractive',
  fallback_model: null,
  top_k: 8,
  max_output_tokens: 100,
};

/** Begins an answer of the team. @returns its reservation, or the code of the refusal */
async function begin({ id: teamId }: Team): Promise<string> {
  const principal = { teamId, keyId: null, monthlyBudgetUsd: null } as Principal & { teamId: string };
  const asked = { principal, team: { monthly_budget_usd: null }, bot, question: 'x' };
  return await withReservation(asked, async (id) => id).catch((error: { code: string }) => error.code);
}

test('a team has no more answers in progress than its share, and others have theirs', async () => {
  const [team, other] = [await newTeam(), await newTeam()];
  const begun = await Promise.all(Array.from({ length: SHARE * 3 }, () => begin(team)));
  const admitted = begun.filter((each) => each !== 'overloaded');
  expect(admitted).toHaveLength(SHARE);
  expect(await begin(other)).not.toBe('overloaded');
  await reservations.remove(team.id, admitted[0] ?? '');
  expect(await begin(team)).not.toBe('overloaded');
  expect(await begin(team)).toBe('overloaded');
});

test('an answer that cannot begin gives its place back', async () => {
  const team = await newTeam();
  const principal = { teamId: team.id, keyId: null, monthlyBudgetUsd: null } as Principal & {
    teamId: string;
  };
  const asked = { principal, team: { monthly_budget_usd: null }, bot, question: 'x' };
  for (let n = 0; n < SHARE * 2; n += 1)
    await expect(withReservation(asked, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
});
