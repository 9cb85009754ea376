import { v7 as uuidv7 } from 'uuid';
import { type Db, inTeam, teamRows } from './scope.ts';

export type UsageEvent = {
  userId: string;
  keyId: string | null;
  botId: string | null;
  model: string;
  inputTokens: number;
  outputTokens: number;
  costUsd: number;
};

/** Records the tokens and the cost of one answer. */
export async function insert(teamId: string, event: UsageEvent, db?: Db): Promise<void> {
  await inTeam(
    teamId,
    (scoped) =>
      scoped.query(
        `INSERT INTO usage_events (id, team_id, user_id, api_key_id, bot_id, model, input_tokens, output_tokens, cost_usd)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
        [
          uuidv7(),
          teamId,
          event.userId,
          event.keyId,
          event.botId,
          event.model,
          event.inputTokens,
          event.outputTokens,
          event.costUsd,
        ],
      ),
    db,
  );
}

const GROUPS = {
  day: `to_char(created_at AT TIME ZONE $4, 'YYYY-MM-DD')`,
  bot: 'bot_id::text',
  key: 'api_key_id::text',
  model: 'model',
  user: 'user_id::text',
} as const;

export type UsageGroup = keyof typeof GROUPS;
export type UsageRow = {
  group: string | null;
  requests: number;
  input_tokens: number;
  output_tokens: number;
  cost_usd: number;
};

/** Usage in [from, to), summed by day in the time zone, bot, API key, model or user. */
export function sum(
  teamId: string,
  { from, to, timeZone, groupBy }: { from: Date; to: Date; timeZone: string; groupBy: UsageGroup },
): Promise<UsageRow[]> {
  return teamRows(
    teamId,
    `SELECT ${GROUPS[groupBy]} AS "group", count(*)::int AS requests, sum(input_tokens)::float8 AS input_tokens,
       sum(output_tokens)::float8 AS output_tokens, sum(cost_usd)::float8 AS cost_usd
     FROM usage_events WHERE team_id = $1 AND created_at >= $2 AND created_at < $3 AND $4::text IS NOT NULL
     GROUP BY 1 ORDER BY 1`,
    { values: [teamId, from, to, timeZone] },
  );
}

/** USD spent this calendar month (UTC): by the team, and by one API key of it. */
export async function sumThisMonth(
  teamId: string,
  keyId: string | null,
  db?: Db,
): Promise<{ team: number; key: number }> {
  const rows = await teamRows<{ team: number; key: number }>(
    teamId,
    `SELECT coalesce(sum(cost_usd), 0)::float8 AS team,
       coalesce(sum(cost_usd) FILTER (WHERE api_key_id = $2), 0)::float8 AS key
     FROM usage_events WHERE team_id = $1 AND created_at >= date_trunc('month', now() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC'`,
    { values: [teamId, keyId], db },
  );
  return rows[0] ?? { team: 0, key: 0 };
}
