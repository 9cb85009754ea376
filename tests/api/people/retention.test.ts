import { expectProblem, newMember, newTeam, succeeded, type Team, type User } from '#tests/support/api.ts';
import { newBotPath } from '#tests/support/chat.ts';
import { withDatabase } from '#tests/support/database.ts';
import { untilPasses } from '#tests/support/until.ts';

type Asked = { conversation_id: string };

async function ask(user: User, botPath: string, message: string): Promise<string> {
  const answer = await user.post<Asked>(botPath, { message, stream: false });
  return succeeded(answer).conversation_id;
}

async function countConversations(userId: string): Promise<number> {
  const sql = 'SELECT count(*)::int AS count FROM conversations WHERE user_id = $1';
  const { rows } = await withDatabase((db) => db.query<{ count: number }>(sql, [userId]));
  return rows[0]?.count ?? 0;
}

describe('conversations', () => {
  test('of a person who is removed or leaves are gone, those of the others stay', async () => {
    const team = await newTeam();
    const path = await newBotPath(team);
    const [removed, left] = [await newMember(team, 'member'), await newMember(team, 'viewer')];
    for (const user of [removed, left, team.owner]) await ask(user, path, 'Secret of mine');
    succeeded(await team.owner.delete(`${team.path}/members/${removed.id}`));
    succeeded(await left.delete(`${team.path}/members/${left.id}`));
    for (const { id } of [removed, left]) expect(await countConversations(id)).toBe(0);
    expect(await countConversations(team.owner.id)).toBe(1);
  });

  test('without a message in the team’s retention are deleted, pinned ones too', async () => {
    const team = await newTeam();
    const other = await newTeam();
    const [path, otherPath] = [await newBotPath(team), await newBotPath(other)];
    const [old, pinned, used] = [
      await ask(team.owner, path, 'old'),
      await ask(team.owner, path, 'pinned'),
      await ask(team.owner, path, 'used'),
    ];
    const foreign = await ask(other.owner, otherPath, 'old');
    succeeded(await team.owner.patch(`${team.path}/conversations/${pinned}`, { pinned: true }));
    await age([old, pinned, used, foreign], 40);
    await withDatabase((db) =>
      db.query(`UPDATE messages SET created_at = now() WHERE conversation_id = $1 AND role = 'assistant'`, [
        used,
      ]),
    );
    expect(await ids(team)).toHaveLength(3);
    succeeded(await team.owner.patch(team.path, { retention_days: 30 }));
    await untilPasses(async () => expect(await ids(team)).toEqual([used]));
    expect(await ids(other)).toEqual([foreign]);
  });

  async function age(conversations: string[], days: number): Promise<void> {
    for (const [table, column] of [
      ['conversations', 'id'],
      ['messages', 'conversation_id'],
    ])
      await withDatabase((db) =>
        db.query(
          `UPDATE ${table} SET created_at = now() - make_interval(days => $2) WHERE ${column} = ANY($1::uuid[])`,
          [conversations, days],
        ),
      );
  }

  async function ids({ owner, path }: Team): Promise<string[]> {
    const answer = await owner.get<{ data: { id: string }[] }>(`${path}/conversations`);
    return succeeded(answer).data.map(({ id }) => id);
  }

  test('are kept for a time that only an owner sets', async () => {
    const team = await newTeam();
    const admin = await newMember(team, 'admin');
    expectProblem(await admin.patch(team.path, { retention_days: 30 }), 403, 'insufficient_role');
    expectProblem(await team.owner.patch(team.path, { retention_days: 0 }), 422, 'validation_failed');
    for (const days of [30, null])
      expect(succeeded(await team.owner.patch(team.path, { retention_days: days }))).toMatchObject({
        retention_days: days,
      });
  });
});
