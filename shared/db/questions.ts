import { isWithheld, type Withholdable, withHidden, withhold } from './message-sources.ts';
import type { Outcome } from './messages.ts';
import type { Db } from './scope.ts';

/** A question of somebody in the team with its answer. `id` is the answer's. */
export type QuestionRow = {
  id: string;
  bot_id: string;
  asked_by: string;
  question: string;
  answer: string;
  citations: unknown[];
  outcome: Outcome;
  rating: 'up' | 'down' | null;
  comment: string | null;
  created_at: Date;
} & Withholdable;

export type QuestionFilter = {
  botId: string | null;
  outcome: Outcome | null;
  rating: 'up' | 'down' | null;
  from: Date | null;
  to: Date | null;
  /** Text that the question or the answer contains, in any case. */
  text: string | null;
};

/** What became of answer `m`: stored where it is known, else derived from how the answer finished. */
export const OUTCOME = `CASE
  WHEN m.outcome IS NOT NULL THEN m.outcome
  WHEN m.finish_reason = 'no_context' THEN 'no_context'
  WHEN m.finish_reason = 'error' THEN 'error'
  WHEN EXISTS (SELECT FROM jsonb_array_elements(m.citations) cited WHERE cited ->> 'verified' = 'false') THEN 'unverified'
  ELSE 'answered' END`;

/**
 * One page of the questions that anyone in the team asked, newest first, in the transaction `db`. An answer that was
 * given again is there twice: both were given, and either may have been rated. The transaction sees everything after it.
 */
export async function list(
  teamId: string,
  filter: QuestionFilter,
  { limit, before, db }: { limit: number; before: string | null; db: Db },
): Promise<QuestionRow[]> {
  const { botId, outcome, rating, from, to, text } = filter;
  const select = async (hidden: string[]) =>
    await db.query<Omit<QuestionRow, 'withheld_in'> & { is_withheld: boolean }>(
      `SELECT * FROM (
       SELECT m.id, c.bot_id, c.user_id AS asked_by, coalesce(q.content, '') AS question, m.content AS answer,
         m.citations, ${OUTCOME} AS outcome, m.rating, m.comment, m.created_at, ${isWithheld('$10')} AS is_withheld
       FROM messages m JOIN conversations c ON c.team_id = m.team_id AND c.id = m.conversation_id
         LEFT JOIN LATERAL (
           SELECT content FROM messages asked WHERE asked.team_id = $1 AND asked.conversation_id = m.conversation_id
             AND asked.role = 'user'
             AND CASE WHEN m.question_id IS NULL THEN asked.id < m.id ELSE asked.id = m.question_id END
           ORDER BY asked.id DESC LIMIT 1
         ) q ON true
       WHERE m.team_id = $1 AND m.role = 'assistant' AND ($2::uuid IS NULL OR m.id < $2)
         AND ($3::uuid IS NULL OR c.bot_id = $3) AND ($4::text IS NULL OR m.rating = $4)
         AND ($5::timestamptz IS NULL OR m.created_at >= $5) AND ($6::timestamptz IS NULL OR m.created_at < $6)
     ) questions
     WHERE ($7::text IS NULL OR outcome = $7)
       AND ($8::text IS NULL OR strpos(lower(question), lower($8)) > 0 OR (strpos(lower(answer), lower($8)) > 0 AND NOT is_withheld))
     ORDER BY id DESC LIMIT $9`,
      [teamId, before, botId, rating, from, to, outcome, text, limit, hidden],
    );
  const { rows } = await withHidden(teamId, select, db);
  return rows.map((row) => withhold(row, 'answer'));
}
