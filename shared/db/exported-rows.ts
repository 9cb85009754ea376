import { isWithheld, withHidden } from './message-sources.ts';
import { asUser, teamRows } from './scope.ts';

/** A conversation with all its messages, as exports hold it. */
export type ExportedConversation = {
  id: string;
  team_id: string;
  bot_id: string;
  user_id: string;
  /** Whether an API key of the person asked. */
  by_api_key: boolean;
  title: string;
  pinned: boolean;
  created_at: string;
  messages: Record<string, unknown>[];
};

/**
 * One page of the conversations in a team, oldest first; of one person, or of everybody (null). Messages are those
 * that stand, with the feedback on them. As in the API, an answer made from documents that the reader does not see has
 * no text.
 */
export async function listConversations(
  teamId: string,
  userId: string | null,
  page: { limit: number; after: string | null },
): Promise<ExportedConversation[]> {
  return await withHidden(teamId, async (hidden, db) => {
    const values = [teamId, userId, page.after, page.limit, hidden];
    return (await db.query<ExportedConversation>(CONVERSATIONS, values)).rows;
  });
}

const CONVERSATIONS = `
     SELECT c.id, c.team_id, c.bot_id, c.user_id, c.api_key_id IS NOT NULL AS by_api_key, c.title, c.pinned,
       c.created_at, coalesce((
         SELECT jsonb_agg(jsonb_build_object('id', m.id, 'role', m.role,
           'content', CASE WHEN w.is_withheld THEN '' ELSE m.content END,
           'citations', CASE WHEN w.is_withheld THEN '[]' ELSE m.citations END,
           'sources', CASE WHEN w.is_withheld THEN NULL ELSE m.sources END, 'withheld', w.is_withheld, 'finish_reason', m.finish_reason, 'model', m.model, 'input_tokens', m.input_tokens,
           'output_tokens', m.output_tokens, 'cost_usd', m.cost_usd, 'rating', m.rating, 'comment', m.comment, 'question_id', m.question_id,
           'outcome', m.outcome, 'created_at', m.created_at) ORDER BY m.id)
         FROM messages m, LATERAL (SELECT ${isWithheld('$5')} AS is_withheld) w WHERE m.team_id = $1 AND m.conversation_id = c.id AND m.replaced_at IS NULL), '[]') AS messages
     FROM conversations c WHERE c.team_id = $1 AND ($2::uuid IS NULL OR c.user_id = $2)
       AND ($3::uuid IS NULL OR c.id > $3) ORDER BY c.id LIMIT $4`;

/** The API keys that a person created in a team, without secrets. */
export function listKeysOf(teamId: string, userId: string): Promise<Record<string, unknown>[]> {
  return teamRows(
    teamId,
    `SELECT id, name, scopes, bot_ids, rate_limit_per_minute, monthly_budget_usd::float8 AS monthly_budget_usd,
       created_at, expires_at, last_used_at, revoked_at FROM api_keys WHERE team_id = $1 AND created_by = $2 ORDER BY id`,
    { values: [teamId, userId] },
  );
}

/**
 * What the platform knows about a person outside of teams: the profile, and the sessions, or those of them that are
 * limited to one team.
 */
export function findProfile(
  userId: string,
  onlyTeamId: string | null,
): Promise<{ user: Record<string, unknown> | null; sessions: Record<string, unknown>[] }> {
  return asUser(userId, async (db) => {
    const user = await db.query<Record<string, unknown>>(
      'SELECT id, issuer, subject, email, name, picture_url, created_at FROM users WHERE id = $1',
      [userId],
    );
    const sessions = await db.query<Record<string, unknown>>(
      `SELECT id, user_agent, ip, created_at, expires_at, revoked_at FROM sessions
       WHERE user_id = $1 AND ($2::uuid IS NULL OR only_team_id = $2) ORDER BY id`,
      [userId, onlyTeamId],
    );
    return { user: user.rows[0] ?? null, sessions: sessions.rows };
  });
}

/** One page of the originals of a team, oldest first: documents that have a file. */
export function listDocuments(
  teamId: string,
  page: { limit: number; after: string | null },
): Promise<ExportedDocument[]> {
  return teamRows(
    teamId,
    `SELECT id, collection_id, filename, title, content_type, size_bytes::float8 AS size_bytes, sha256, metadata, enabled,
       source_url, object_key, created_by, created_at FROM documents
     WHERE team_id = $1 AND status NOT IN ('deleting', 'pending_upload')
       AND NOT scan_pending AND error_code IS DISTINCT FROM 'malware_found' AND ($2::uuid IS NULL OR id > $2)
     ORDER BY id LIMIT $3`,
    { values: [teamId, page.after, page.limit] },
  );
}

export type ExportedDocument = {
  id: string;
  collection_id: string;
  filename: string;
  title: string;
  content_type: string;
  size_bytes: number;
  sha256: string | null;
  metadata: Record<string, unknown>;
  enabled: boolean;
  source_url: string | null;
  object_key: string;
  created_by: string;
  created_at: Date;
};

/** How many documents and conversations a team has, as a measure of the work of its export. */
export async function count(teamId: string): Promise<number> {
  const rows = await teamRows<{ count: number }>(
    teamId,
    `SELECT (SELECT count(*) FROM documents WHERE team_id = $1)::int
       + (SELECT count(*) FROM conversations WHERE team_id = $1)::int / 10 AS count`,
    { values: [teamId] },
  );
  return rows[0]?.count ?? 0;
}
