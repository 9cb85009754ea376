import { OUTCOME } from './questions.ts';
import { teamRows } from './scope.ts';

/** What was asked on one day (`2026-03-05`), and what it cost. */
export type InsightRow = {
  day: string;
  questions: number;
  answered: number;
  no_context: number;
  unverified: number;
  small_talk: number;
  errors: number;
  rated_up: number;
  rated_down: number;
  cost_usd: number;
};

type Period = { from: Date; to: Date; timeZone: string; botId: string | null };

/**
 * Answers in [from, to) by day in the time zone, with one row for each day. Counts every answer that the review of
 * questions lists; the cost is that of all usage, so that requests of OpenAI's clients are in it.
 */
export function listDays(teamId: string, { from, to, timeZone, botId }: Period): Promise<InsightRow[]> {
  return teamRows(
    teamId,
    `WITH days AS (
       SELECT to_char(day, 'YYYY-MM-DD') AS day FROM generate_series(
         ($2::timestamptz AT TIME ZONE $4)::date,
         (($3::timestamptz - interval '1 microsecond') AT TIME ZONE $4)::date, interval '1 day') AS day
     ), answers AS (
       SELECT to_char(m.created_at AT TIME ZONE $4, 'YYYY-MM-DD') AS day, ${OUTCOME} AS outcome, m.rating
       FROM messages m JOIN conversations c ON c.team_id = m.team_id AND c.id = m.conversation_id
       WHERE m.team_id = $1 AND m.role = 'assistant' AND m.created_at >= $2 AND m.created_at < $3
         AND ($5::uuid IS NULL OR c.bot_id = $5)
     ), counted AS (
       SELECT day, count(*)::int AS questions, ${[
         'answered',
         'no_context',
         'unverified',
         'small_talk',
         'error',
       ]
         .map((outcome) => `count(*) FILTER (WHERE outcome = '${outcome}')::int AS ${outcome}`)
         .join(', ')}, count(*) FILTER (WHERE rating = 'up')::int AS rated_up,
         count(*) FILTER (WHERE rating = 'down')::int AS rated_down
       FROM answers GROUP BY day
     ), spent AS (
       SELECT to_char(created_at AT TIME ZONE $4, 'YYYY-MM-DD') AS day, sum(cost_usd)::float8 AS cost_usd
       FROM usage_events WHERE team_id = $1 AND created_at >= $2 AND created_at < $3
         AND ($5::uuid IS NULL OR bot_id = $5) GROUP BY 1
     )
     SELECT day, coalesce(questions, 0) AS questions, coalesce(answered, 0) AS answered,
       coalesce(no_context, 0) AS no_context, coalesce(unverified, 0) AS unverified,
       coalesce(small_talk, 0) AS small_talk, coalesce(error, 0) AS errors, coalesce(rated_up, 0) AS rated_up,
       coalesce(rated_down, 0) AS rated_down, coalesce(cost_usd, 0) AS cost_usd
     FROM days LEFT JOIN counted USING (day) LEFT JOIN spent USING (day) ORDER BY day`,
    { values: [teamId, from, to, timeZone, botId] },
  );
}
