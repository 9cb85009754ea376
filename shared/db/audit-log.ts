import { v7 as uuidv7 } from 'uuid';
import { currentClient } from '#shared/observability/invocation.ts';
import { TEAMS_ON_HOLD } from './company-rules.ts';
import { asUser, asWorker, type Db, enterTeam, enterUser, inTeam, teamRows } from './scope.ts';
import { QUEUE_AUDIT_ENTRY } from './webhook-deliveries.ts';

type ActorType = 'user' | 'api_key' | 'system' | 'anonymous';

/** An entry, with those of its details that were not erased. */
export type AuditRow = {
  id: string;
  team_id: string | null;
  created_at: Date;
  action: string;
  actor_type: ActorType;
  actor_id: string | null;
  actor_name: string | null;
  target_type: string | null;
  target_id: string | null;
  ip: string | null;
  user_agent: string | null;
  before: Values | null;
  after: Values | null;
  request_id: string | null;
};

type Values = Record<string, unknown>;

/** Who acted: a user, or one API key of that user. */
type Actor = { userId: string; keyId: string | null };

export type AuditEntry = {
  /** `system`: the platform itself, by a rule such as a retention. `anonymous`: nobody was signed in. */
  actor: Actor | 'system' | 'anonymous';
  /** `<thing>.<verb>`; the thing is the type of the target, unless `targetType` says otherwise. */
  action: string;
  targetId?: string | undefined;
  targetType?: string;
  /** The values that a change replaced, and those that it set; for other actions, facts about it. */
  before?: Values | undefined;
  after?: Values | undefined;
  /** Facts belong into `after`: an entry has no other place for them. */
  details?: never;
};

const INSERT = `
  WITH entry AS (
    INSERT INTO audit_log (id, team_id, actor_user_id, actor_key_id, actor_type, action, target_type, target_id, request_id)
    VALUES ($1, $2::uuid, $3::uuid, $4::uuid, $6, $5, $7, $8::uuid, $9)
  ), details AS (
    INSERT INTO audit_details (entry_id, team_id, actor_user_id, person_id, email, actor_name, ip, user_agent, before, after)
    SELECT $1, $2::uuid, $3::uuid, $10::uuid, $11, coalesce(
        (SELECT name FROM api_keys WHERE team_id = $2::uuid AND id = $4::uuid),
        (SELECT coalesce(nullif(name, ''), email) FROM users WHERE id = $3::uuid)),
      $12, $13, $14::jsonb, $15::jsonb
  )
  ${QUEUE_AUDIT_ENTRY}`;

/**
 * Records what was done. `db` is the transaction of the change, so that neither is stored without the other. The
 * webhooks of the team that ask for the action get it too. `teamId` is null for what concerns no team.
 */
export async function append(teamId: string | null, entry: AuditEntry, db: Db): Promise<void> {
  const { actor, action, targetId = null, before = null, after = null } = entry;
  const [thing = action] = action.split('.');
  const { type, userId, keyId } = performer(actor);
  const { requestId, ip, userAgent } = currentClient() ?? NO_CLIENT;
  const email = (after ?? {}).email ?? (before ?? {}).email;
  const person = thing === 'member' ? targetId : null;
  const log = [uuidv7(), teamId, userId, keyId, action, type, entry.targetType ?? thing, targetId, requestId];
  const details = [person, email, ip, userAgent?.slice(0, 300), before, after];
  await db.query(INSERT, [...log, ...details]);
}

const NO_CLIENT = { requestId: null, ip: null, userAgent: null };

function performer(actor: AuditEntry['actor']) {
  const type: ActorType = typeof actor === 'string' ? actor : actor.keyId ? 'api_key' : 'user';
  return typeof actor === 'string'
    ? { type, userId: null, keyId: null }
    : { type, userId: actor.userId, keyId: actor.keyId };
}

/** The fields of `row` that `change` names: what a change replaced, or what it set. */
export function pick(row: object, change: object): Values {
  const values = row as Values;
  return Object.fromEntries(Object.keys(change).map((name) => [name, values[name] ?? null]));
}

/** Makes a change and records it, in one transaction of the team. */
export function recorded<T>(teamId: string, entry: AuditEntry, change: (db: Db) => Promise<T>): Promise<T> {
  return inTeam(teamId, async (db) => {
    const result = await change(db);
    await append(teamId, entry, db);
    return result;
  });
}

/**
 * Records the beginning or end of a session by its person: in each team that it reaches, or else in none. `db` is the
 * transaction of the change; its scope becomes the person's.
 */
export async function appendForSession(
  { user_id: userId, only_team_id: onlyTeamId }: { user_id: string; only_team_id: string | null },
  entry: Omit<AuditEntry, 'actor'>,
  db: Db,
): Promise<void> {
  await enterUser(userId, db);
  const actor = { userId, keyId: null };
  const { rows } = await db.query<{ team_id: string }>(
    `SELECT team_id FROM memberships WHERE user_id = $1 AND ($2::uuid IS NULL OR team_id = $2)
     ORDER BY team_id LIMIT 100`,
    [userId, onlyTeamId],
  );
  if (rows.length === 0) await append(null, { ...entry, actor }, db);
  for (const { team_id: teamId } of rows) {
    await enterTeam(teamId, db);
    await append(teamId, { ...entry, actor }, db);
  }
}

const COLUMNS = `a.id, a.team_id, a.created_at, a.action, a.actor_type,
  coalesce(a.actor_key_id, a.actor_user_id) AS actor_id, d.actor_name, a.target_type, a.target_id, d.ip, d.user_agent,
  d.before, d.after, a.request_id`;

/** Ids grow with time, and the details have the same ids: both tables are read by their primary keys. */
const FROM = 'FROM audit_log a LEFT JOIN audit_details d ON d.entry_id = a.id';

export type AuditFilter = {
  /** A user, or an API key. */
  actor: string | null;
  /** An action (`bot.updated`), or the thing that actions are about (`bot`). */
  action: string | null;
  from: Date | null;
  to: Date | null;
};

/** One page of the team's audit log, newest first. */
export function list(
  teamId: string,
  { actor, action, from, to }: AuditFilter,
  page: { limit: number; before: string | null; db?: Db },
): Promise<AuditRow[]> {
  return teamRows(
    teamId,
    `SELECT ${COLUMNS} ${FROM}
     WHERE a.team_id = $1 AND ($2::uuid IS NULL OR a.id < $2)
       AND ($4::uuid IS NULL OR a.actor_user_id = $4 OR a.actor_key_id = $4)
       AND ($5::text IS NULL OR a.action = $5 OR split_part(a.action, '.', 1) = $5)
       AND ($6::timestamptz IS NULL OR a.created_at >= $6) AND ($7::timestamptz IS NULL OR a.created_at < $7)
     ORDER BY a.id DESC LIMIT $3`,
    { values: [teamId, page.before, page.limit, actor, action, from, to], db: page.db },
  );
}

/** One entry of the team. */
export async function find(teamId: string, entryId: string): Promise<AuditRow | null> {
  const rows = await teamRows<AuditRow>(
    teamId,
    `SELECT ${COLUMNS} ${FROM} WHERE a.team_id = $1 AND a.id = $2`,
    { values: [teamId, entryId] },
  );
  return rows[0] ?? null;
}

/** What a person did, in all teams, newest first. */
export function listOwn(userId: string, page: { limit: number; before: string | null }): Promise<AuditRow[]> {
  return asUser(userId, async (db) => {
    const { rows } = await db.query<AuditRow>(
      `SELECT ${COLUMNS} ${FROM} WHERE a.actor_user_id = $1 AND ($2::uuid IS NULL OR a.id < $2)
       ORDER BY a.id DESC LIMIT $3`,
      [userId, page.before, page.limit],
    );
    return rows;
  });
}

/** SQL: details about the person with the id $1 and the address $2. */
const OF_PERSON = '(actor_user_id = $1 OR person_id = $1 OR lower(email) = lower($2))';
/** SQL: such details that a team on legal hold keeps. */
export const HOLDS_PERSON = `${OF_PERSON} AND team_id IN (${TEAMS_ON_HOLD})`;

/** Erases what the log knows about a person beside ids: name, addresses and values, also where others acted. */
export async function erasePerson(person: { userId: string; email: string }): Promise<void> {
  await asWorker((db) =>
    db.query(
      `UPDATE audit_details SET before = NULL, after = NULL, email = NULL,
         actor_name = CASE WHEN actor_user_id = $1 THEN NULL ELSE actor_name END,
         ip = CASE WHEN actor_user_id = $1 THEN NULL ELSE ip END,
         user_agent = CASE WHEN actor_user_id = $1 THEN NULL ELSE user_agent END
       WHERE ${OF_PERSON} AND (team_id IS NULL OR team_id NOT IN (${TEAMS_ON_HOLD}))`,
      [person.userId, person.email],
    ),
  );
}

/** Removes up to 10,000 entries that are older than so many days, oldest first, and of no team on legal hold. @returns how many */
export async function prune(days: number): Promise<number> {
  return await asWorker(async (db) => {
    const { rows } = await db.query<{ id: string }>(
      `SELECT id FROM audit_log WHERE id < $1 AND (team_id IS NULL OR team_id NOT IN (${TEAMS_ON_HOLD}))
       ORDER BY id LIMIT 10000`,
      [firstIdOf(new Date(Date.now() - days * 86_400_000))],
    );
    const ids = rows.map(({ id }) => id);
    await db.query('DELETE FROM audit_details WHERE entry_id = ANY($1::uuid[])', [ids]);
    await db.query('DELETE FROM audit_log WHERE id = ANY($1::uuid[])', [ids]);
    return ids.length;
  });
}

/** The lowest UUIDv7 of a time. Ids begin with their time, so that pruning needs no index but the primary key. */
function firstIdOf(time: Date): string {
  const hex = time.getTime().toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000000`;
}
