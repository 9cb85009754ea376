import { AppError } from '#shared/core/errors.ts';
import type { DocumentFilter } from './document-filter.ts';
import { asUser, type Db, ENTER_EACH_TEAM, inTeam, teamRows } from './scope.ts';

export type BotRow = {
  id: string;
  name: string;
  description: string;
  instructions: string;
  model: string;
  fallback_model: string | null;
  temperature: number;
  max_output_tokens: number;
  retrieval_mode: 'hybrid' | 'vector' | 'lexical';
  top_k: number;
  /** null: the gate of the model's calibration decides which passages count. */
  min_score: number | null;
  no_answer: 'refuse' | 'general';
  /** Which links and images an answer may have: those to places that a cited passage names, or all. */
  links: 'cited' | 'all';
  language: string;
  greeting: string;
  starters: string[];
  collection_ids: string[];
  /** Narrows the collections; null does not. */
  filter: DocumentFilter | null;
  created_at: Date;
};

/** Reals are cast through text: read directly, 0.2 comes back as 0.20000000298023224. */
const COLUMNS = `id, name, description, instructions, model, fallback_model, temperature::text::float8 AS temperature,
  max_output_tokens, retrieval_mode, top_k, min_score::text::float8 AS min_score, no_answer, links, language, filter, greeting,
  starters, created_at,
  ARRAY(SELECT bc.collection_id FROM bot_collections bc WHERE bc.team_id = b.team_id AND bc.bot_id = b.id
    ORDER BY bc.collection_id) AS collection_ids`;

const SETTINGS = [
  'name',
  'description',
  'instructions',
  'model',
  'fallback_model',
  'temperature',
  'max_output_tokens',
  'retrieval_mode',
  'top_k',
  'min_score',
  'no_answer',
  'links',
  'language',
  'filter',
  'greeting',
  'starters',
] as const;

type BotSettings = Omit<BotRow, 'created_at'>;

/** Inserts or replaces a bot and the list of collections that it reads, which must be the team's. */
export async function save(teamId: string, bot: BotSettings, db: Db): Promise<BotRow> {
  const placeholders = SETTINGS.map((_, index) => `$${index + 3}`).join(', ');
  const assignments = SETTINGS.map((name) => `${name} = excluded.${name}`).join(', ');
  await db.query(
    `INSERT INTO bots (team_id, id, ${SETTINGS.join(', ')}) VALUES ($1, $2, ${placeholders})
     ON CONFLICT (id) DO UPDATE SET ${assignments}`,
    [teamId, bot.id, ...SETTINGS.map((name) => bot[name])],
  );
  await db.query('DELETE FROM bot_collections WHERE team_id = $1 AND bot_id = $2', [teamId, bot.id]);
  await db.query(
    'INSERT INTO bot_collections (team_id, bot_id, collection_id) SELECT $1, $2, unnest($3::uuid[])',
    [teamId, bot.id, bot.collection_ids],
  );
  const saved = await find(teamId, bot.id, db);
  if (!saved) throw new Error(`Bot ${bot.id} was deleted while it was saved`);
  return saved;
}

/** One bot of the team. */
export async function find(teamId: string, botId: string, db?: Db): Promise<BotRow | null> {
  const rows = await teamRows<BotRow>(
    teamId,
    `SELECT ${COLUMNS} FROM bots b WHERE team_id = $1 AND id = $2`,
    {
      values: [teamId, botId],
      db,
    },
  );
  return rows[0] ?? null;
}

/** The team of a bot, among the teams of a user, or `only` this one. One query, however many teams there are. */
export async function findTeamForUser(
  userId: string,
  botId: string,
  only: string | null = null,
): Promise<string | null> {
  return await asUser(userId, async (db) => {
    const { rows } = await db.query<{ team_id: string | null }>(
      `SELECT (SELECT b.team_id FROM bots b WHERE b.team_id = mine.team_id::uuid AND b.id = $2) AS team_id
       FROM (${ENTER_EACH_TEAM}) mine WHERE $3::text IS NULL OR mine.team_id = $3`,
      [userId, botId, only],
    );
    return rows.find((row) => row.team_id !== null)?.team_id ?? null;
  });
}

type BotPage = { limit: number; before: string | null; only: readonly string[] | null; readingOnly: boolean };

/**
 * One page of the team's bots, newest first. `only` holds the ids that an API key is limited to; `readingOnly` leaves
 * out bots of whose collections the reader sees none.
 */
export function list(teamId: string, { limit, before, only, readingOnly }: BotPage): Promise<BotRow[]> {
  return teamRows(
    teamId,
    `SELECT ${COLUMNS} FROM bots b
     WHERE team_id = $1 AND ($2::uuid IS NULL OR id < $2) AND ($3::uuid[] IS NULL OR id = ANY($3))
       AND (NOT $5 OR EXISTS (SELECT FROM bot_collections bc WHERE bc.team_id = $1 AND bc.bot_id = b.id))
     ORDER BY id DESC LIMIT $4`,
    { values: [teamId, before, only, limit, readingOnly] },
  );
}

/** Deletes a bot with its conversations. */
export async function remove(teamId: string, botId: string, db: Db): Promise<void> {
  await db.query('DELETE FROM bots WHERE team_id = $1 AND id = $2', [teamId, botId]);
}

/** @throws AppError `validation_failed` unless every id is a bot of the team */
export async function requireAll(teamId: string, botIds: string[], db: Db): Promise<void> {
  await inTeam(
    teamId,
    async (scoped) => {
      const { rows } = await scoped.query<{ id: string }>(
        'SELECT id FROM bots WHERE team_id = $1 AND id = ANY($2::uuid[])',
        [teamId, botIds],
      );
      const found = new Set(rows.map((row) => row.id));
      const missing = botIds.find((id) => !found.has(id));
      if (missing) {
        throw new AppError('validation_failed', `No such bot: ${missing}.`, {
          fields: [{ path: 'bot_ids', message: `no such bot: ${missing}` }],
        });
      }
    },
    db,
  );
}
