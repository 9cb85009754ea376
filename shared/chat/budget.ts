import type { Principal } from '#shared/auth/principal.ts';
import { section } from '#shared/core/config.ts';
import { AppError } from '#shared/core/errors.ts';
import * as installation from '#shared/db/installation-spending.ts';
import * as reservations from '#shared/db/reservations.ts';
import { type Db, inTeam } from '#shared/db/scope.ts';
import * as usage from '#shared/db/usage.ts';
import { costUsd, requirePrices, usesInstallationKey } from '#shared/llm/catalog.ts';
import { THINKING_TOKENS } from '#shared/llm/request.ts';
import { estimateTokens } from '#shared/llm/tokens.ts';

const llmConfig = section('llm');
const spendingConfig = section('spending');

/** A question that is about to be answered at the cost of a team. */
type PaidQuestion = {
  principal: Principal & { teamId: string };
  team: { monthly_budget_usd: number | null };
  bot: {
    instructions: string;
    caller_text?: string;
    model: string;
    fallback_model: string | null;
    top_k: number;
    max_output_tokens: number;
  };
  question: string;
};

/** Upper bounds of the prompt's other parts: our rules with the earlier turns and a rewriting, and one passage. */
const RULES_AND_HISTORY_TOKENS = 5_500;
const PASSAGE_TOKENS = 600;
/** Answers in progress end soon, and most reserve far more than they cost. */
const RETRY_SECONDS = 5;

/**
 * Reserves a place among the team's answers in progress, and the highest possible cost of an answer until its usage is recorded, so that concurrent answers together
 * stay within the budgets of team and API key. An answer that runs alone is admitted while any budget is left: a
 * budget is exceeded by no more than the rest of the answer that reaches it. Reservations are in PostgreSQL, beside
 * the usage, so that no other store has to be up.
 * @param prepare the work left before the answer; when it fails, the reservation is removed. It gets the
 *   reservation's id, to be removed when the usage is recorded
 * @throws AppError `budget_exceeded`, `overloaded`, or what `prepare` throws
 */
export async function withReservation<Prepared>(
  asked: PaidQuestion,
  prepare: (reservation: string) => Promise<Prepared>,
): Promise<Prepared> {
  const reservation = await reserve(asked);
  try {
    return await prepare(reservation);
  } catch (error) {
    await release(asked.principal.teamId, reservation);
    throw error;
  }
}

/** Removes a reservation, that of the installation's budget too. `db`: the transaction that records the usage. */
export async function release(teamId: string, reservation: string, db?: Db): Promise<void> {
  await inTeam(
    teamId,
    async (scoped) => {
      await reservations.remove(teamId, reservation, scoped);
      await installation.release(reservation, scoped);
    },
    db,
  );
}

async function reserve(asked: PaidQuestion): Promise<string> {
  const { teamId, keyId, monthlyBudgetUsd } = asked.principal;
  const teamBudgetUsd = asked.team.monthly_budget_usd;
  const isLimited = hasBudget(asked.team, asked.principal);
  if (isLimited) requirePrices(modelsOf(asked.bot));
  const amountUsd = isLimited ? highestCostUsd(asked) : 0;
  return await inTeam(teamId, async (db) => {
    await reservations.lockBudget(teamId, db);
    const held = await reservations.sum(teamId, keyId, db);
    requireShare(held.answers);
    if (isLimited) {
      const spent = await usage.sumThisMonth(teamId, keyId, db);
      requireRoom({ whose: 'team', limit: teamBudgetUsd, spent: spent.team, held: held.team, amountUsd });
      requireRoom({ whose: 'API key', limit: monthlyBudgetUsd, spent: spent.key, held: held.key, amountUsd });
    }
    const id = await reservations.insert(teamId, { keyId, amountUsd }, db);
    await reserveOfInstallation(asked, { id, amountUsd }, db);
    return id;
  });
}

/** One team's answers must not take every function that answers. @throws AppError `overloaded` */
function requireShare(answers: number): void {
  const { TEAM_CONCURRENT_ANSWERS: share } = llmConfig();
  if (answers < share) return;
  const message = `This team has ${answers} answers in progress, which is its share; ask again shortly.`;
  throw new AppError('overloaded', message, { retryAfterSeconds: RETRY_SECONDS });
}

/** Whether anything limits what answers may cost: the budget of the team, of the API key or of the installation. */
export function hasBudget(
  team: { monthly_budget_usd: number | null },
  principal: Pick<Principal, 'monthlyBudgetUsd'>,
): boolean {
  const limits = [team.monthly_budget_usd, principal.monthlyBudgetUsd];
  return limits.some((limit) => limit !== null) || ceilingUsd() !== null;
}

function ceilingUsd(): number | null {
  return spendingConfig().INSTALLATION_MONTHLY_BUDGET_USD ?? null;
}

function modelsOf({ model, fallback_model: fallback }: PaidQuestion['bot']): string[] {
  return fallback === null ? [model] : [model, fallback];
}

/** Reserves the same amount of the installation's budget, which counts only calls with the installation's own keys. */
async function reserveOfInstallation(
  { bot }: PaidQuestion,
  reservation: { id: string; amountUsd: number },
  db: Db,
): Promise<void> {
  const limit = ceilingUsd();
  if (limit === null || !modelsOf(bot).some(usesInstallationKey)) return;
  await installation.lock(db);
  const sums = await installation.sumThisMonth(db);
  requireRoom({ whose: 'installation', limit, ...sums, amountUsd: reservation.amountUsd });
  await installation.reserve(reservation, db);
}

/** The cost at the dearer of the bot's two models, with passages and answer at their longest. */
function highestCostUsd({ bot, question }: PaidQuestion): number {
  const passages = bot.top_k * PASSAGE_TOKENS;
  const usage = {
    input_tokens:
      RULES_AND_HISTORY_TOKENS +
      passages +
      estimateTokens(bot.instructions + (bot.caller_text ?? '') + question),
    output_tokens: bot.max_output_tokens + THINKING_TOKENS,
  };
  return Math.max(costUsd(bot.model, usage), costUsd(bot.fallback_model ?? bot.model, usage));
}

/** A budget, and the answer's cost that must fit into it. Amounts are US dollars. */
type Budget = { whose: string; limit: number | null; spent: number; held: number; amountUsd: number };

function requireRoom({ whose, limit, spent, held, amountUsd }: Budget): void {
  if (limit === null) return;
  // Only the operator may know how much the installation may spend.
  const budget = whose === 'installation' ? 'budget' : `budget of ${limit} USD`;
  if (spent >= limit) {
    const advice = whose === 'installation' ? 'ask the operator' : 'raise it to go on';
    const message = `The ${whose} has used its ${budget} for this month; ${advice}.`;
    throw new AppError('budget_exceeded', message, { retryAfterSeconds: secondsToNextMonth() });
  }
  if (held > 0 && spent + held + amountUsd > limit) {
    const message = `Answers in progress hold what is left of the ${whose}'s ${budget}; ask again shortly.`;
    throw new AppError('budget_exceeded', message, { retryAfterSeconds: RETRY_SECONDS });
  }
}

function secondsToNextMonth(): number {
  const now = new Date();
  const nextMonth = Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1);
  return Math.ceil((nextMonth - now.getTime()) / 1_000);
}
