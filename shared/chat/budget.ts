import type { Principal } from '#shared/auth/principal.ts';
import { AppError } from '#shared/core/errors.ts';
import * as reservations from '#shared/db/reservations.ts';
import { inTeam } from '#shared/db/scope.ts';
import * as teams from '#shared/db/teams.ts';
import * as usage from '#shared/db/usage.ts';
import { costUsd } from '#shared/llm/catalog.ts';
import { estimateTokens } from '#shared/llm/tokens.ts';

/** Asked on behalf of a team: who, with which bot, what. */
type Call = {
  principal: Principal & { teamId: string };
  bot: {
    instructions: string;
    model: string;
    fallback_model: string | null;
    top_k: number;
    max_output_tokens: number;
  };
  question: string;
};

/** What a prompt may hold beside the bot's instructions and the question: our rules, earlier turns; and a passage. */
const RULES_AND_HISTORY_TOKENS = 3_500;
const PASSAGE_TOKENS = 600;
/** What reasoning models get for their thinking on top of the bot's limit. */
const THINKING_TOKENS = 2_048;
/** Answers in progress end soon, and most hold far more than they cost. */
const RETRY_SECONDS = 5;

/**
 * Holds what an answer may cost at most, until its usage is recorded, so that answers at the same time together stay
 * within the budgets of team and key. One that is alone is let in as long as anything is left: a budget is exceeded by
 * no more than the rest of the answer that reaches it. In PostgreSQL, where the usage is: no other store has to be up.
 * @param prepare what has still to be done before the answer; when it fails nothing is held any more. It gets the
 *   reservation, to be given back by whoever records the usage; null where there is no budget
 * @throws AppError `budget_exceeded`, or what `prepare` throws
 */
export async function withinBudget<Prepared>(
  call: Call,
  prepare: (reservation: string | null) => Promise<Prepared>,
): Promise<Prepared> {
  const reservation = await reserve(call);
  try {
    return await prepare(reservation);
  } catch (error) {
    if (reservation) await reservations.remove(call.principal.teamId, reservation);
    throw error;
  }
}

async function reserve(call: Call): Promise<string | null> {
  const { teamId, keyId, monthlyBudgetUsd } = call.principal;
  const team = (await teams.find(teamId))?.monthly_budget_usd ?? null;
  if (team === null && monthlyBudgetUsd === null) return null;
  const amountUsd = mostUsd(call);
  return await inTeam(teamId, async (db) => {
    await reservations.lockBudget(teamId, db);
    const spent = await usage.sumThisMonth(teamId, keyId, db);
    const held = await reservations.sum(teamId, keyId, db);
    admit({ whose: 'team', limit: team, spent: spent.team, held: held.team, amountUsd });
    admit({ whose: 'API key', limit: monthlyBudgetUsd, spent: spent.key, held: held.key, amountUsd });
    return await reservations.insert(teamId, { keyId, amountUsd }, db);
  });
}

/** The dearer of the two models, with every passage at its longest and an answer of full length. */
function mostUsd({ bot, question }: Call): number {
  const passages = bot.top_k * PASSAGE_TOKENS;
  const usage = {
    input_tokens: RULES_AND_HISTORY_TOKENS + passages + estimateTokens(bot.instructions + question),
    output_tokens: bot.max_output_tokens + THINKING_TOKENS,
  };
  return Math.max(costUsd(bot.model, usage), costUsd(bot.fallback_model ?? bot.model, usage));
}

type Budget = { whose: string; limit: number | null; spent: number; held: number; amountUsd: number };

function admit({ whose, limit, spent, held, amountUsd }: Budget): void {
  if (limit === null) return;
  if (spent >= limit) {
    const message = `The ${whose} has used its budget of ${limit} USD for this month; raise it to go on.`;
    throw new AppError('budget_exceeded', message, { retryAfterSeconds: secondsToNextMonth() });
  }
  if (held > 0 && spent + held + amountUsd > limit) {
    const message = `Answers in progress hold what is left of the ${whose}'s budget of ${limit} USD; ask again shortly.`;
    throw new AppError('budget_exceeded', message, { retryAfterSeconds: RETRY_SECONDS });
  }
}

function secondsToNextMonth(): number {
  const now = new Date();
  const nextMonth = Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1);
  return Math.ceil((nextMonth - now.getTime()) / 1_000);
}
