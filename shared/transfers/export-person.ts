import * as auditLog from '#shared/db/audit-log.ts';
import * as exportedRows from '#shared/db/exported-rows.ts';
import { asReader } from '#shared/db/reader.ts';
import * as users from '#shared/db/users.ts';
import { toAuditEntry } from '#shared/webhooks/audit-entry.ts';
import { ZipPart } from './zip-part.ts';

const PAGE = 100;

/**
 * Everything that the platform stores about a person, as a ZIP of JSON files (GDPR articles 15 and 20), read with the
 * person's own eyes. `onlyTeamId`: only what lies in this team.
 * @returns its bytes; null when the person is gone
 */
export async function exportPerson(userId: string, onlyTeamId: string | null): Promise<Uint8Array | null> {
  return await asReader({ kind: 'person', userId }, () => writeExport(userId, onlyTeamId));
}

async function writeExport(userId: string, onlyTeamId: string | null): Promise<Uint8Array | null> {
  const { user, sessions } = await exportedRows.findProfile(userId, onlyTeamId);
  if (!user) return null;
  const zip = new ZipPart();
  const teams = await users.listTeams(userId, { limit: 1_000, before: null, only: onlyTeamId });
  zip.addJson('profile.json', user);
  zip.addJson('sessions.json', sessions);
  zip.addJson('memberships.json', teams);
  const keys = await Promise.all(
    teams.map(async ({ id }) =>
      (await exportedRows.listKeysOf(id, userId)).map((key) => ({ team_id: id, ...key })),
    ),
  );
  zip.addJson('api-keys.json', keys.flat());
  const conversations = [];
  for (const { id } of teams) conversations.push(...(await conversationsOf(id, userId)));
  zip.addJson('conversations.json', conversations);
  zip.addJson('feedback.json', conversations.flatMap(feedbackOf));
  const entries = await entriesOf(userId);
  zip.addJson(
    'audit-log.json',
    entries.filter(({ team_id: teamId }) => !onlyTeamId || teamId === onlyTeamId),
  );
  return zip.finish();
}

async function conversationsOf(teamId: string, userId: string): Promise<exportedRows.ExportedConversation[]> {
  const found: exportedRows.ExportedConversation[] = [];
  let page: exportedRows.ExportedConversation[];
  do {
    const after = found.at(-1)?.id ?? null;
    page = await exportedRows.listConversations(teamId, userId, { limit: PAGE, after });
    found.push(...page);
  } while (page.length === PAGE);
  return found;
}

function feedbackOf({ id, messages }: exportedRows.ExportedConversation) {
  return messages
    .filter(({ rating }) => rating !== null)
    .map(({ id: message, rating, comment, created_at }) => {
      return { conversation_id: id, message_id: message, rating, comment, created_at };
    });
}

async function entriesOf(userId: string) {
  const found: auditLog.AuditRow[] = [];
  let page: auditLog.AuditRow[];
  do {
    page = await auditLog.listOwn(userId, { limit: 1_000, before: found.at(-1)?.id ?? null });
    found.push(...page);
  } while (page.length === 1_000);
  return found.map((row) => ({ team_id: row.team_id, ...toAuditEntry(row) }));
}
