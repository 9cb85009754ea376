import { randomUUID } from 'node:crypto';
import { SCOPES } from '#shared/core/roles.ts';
import { type Client, newKey, newMember } from '#tests/support/api.ts';
import { inParallel, printCounts } from './support/counts.ts';
import { appearance, type Probe, sendProbe } from './support/foreign-ids.ts';
import { type IdPosition, idPositions, OPERATIONS, type Operation } from './support/operations.ts';
import { addRestricted, type Ids, newWorld, type World } from './support/world.ts';

type Named = { name: string; client: Client };

let ours: World;
let theirs: World;

beforeAll(async () => {
  [ours, theirs] = [await newWorld(), await newWorld()];
}, 120_000);

/** A probe for each position alone, and one for all that `kinds` has together; streams are asked for too. */
function probesOf(operation: Operation, kinds: (position: IdPosition) => boolean): Probe[] {
  const positions = idPositions(operation).filter(kinds);
  const inPath = positions.filter((each) => each.in === 'path');
  const sets = [...positions.map((each) => [each]), ...(inPath.length > 1 ? [inPath] : [])];
  const streams = operation.streams ? [false, true] : [false];
  return sets.flatMap((set) => streams.map((stream) => ({ operation, positions: set, stream })));
}

/** Sends each probe with the ids of `probed` and with unknown ones. @returns the differences */
async function compare(
  callers: Named[],
  probes: Probe[],
  { own, probed }: { own: Ids; probed: Ids },
): Promise<string[]> {
  const pairs = probes.flatMap((probe) => callers.map((caller) => ({ probe, caller })));
  const differences: string[] = [];
  await inParallel(pairs, 4, async ({ probe, caller }) => {
    const known = appearance(await sendProbe(caller.client, probe, { own, probed }));
    const unknown = appearance(await sendProbe(caller.client, probe, { own, probed: {} }));
    const where = probe.positions.map((each) => each.at.join('.')).join(' + ');
    if (known !== unknown || known.startsWith('5'))
      differences.push(`${probe.operation.name} at ${where} by ${caller.name}: ${known} | ${unknown}`);
  });
  return differences;
}

async function insiders({ team, ids }: World): Promise<Named[]> {
  const limited = { bot_ids: [ids.bot] };
  return [
    { name: 'owner', client: team.owner },
    { name: 'admin', client: await newMember(team, 'admin') },
    { name: 'member', client: await newMember(team, 'member') },
    { name: 'viewer', client: await newMember(team, 'viewer') },
    { name: 'key', client: await newKey(team, [...SCOPES]) },
    { name: 'key of a bot', client: await newKey(team, ['chat', 'search', 'bots:read'], limited) },
    {
      name: 'key of a collection',
      client: await newKey(team, [...SCOPES], { collection_ids: [ids.collection] }),
    },
  ];
}

test('an id of another team is answered like one that never was, at every place of every route', async () => {
  const isFilled = (position: IdPosition) => Object.hasOwn(theirs.ids, position.kind);
  const unknownKinds = OPERATIONS.flatMap(idPositions).filter((position) => !isFilled(position));
  expect(unknownKinds).toEqual([]);
  const probes = OPERATIONS.flatMap((operation) => probesOf(operation, () => true));
  const callers = await insiders(ours);
  const differences = await compare(callers, probes, { own: ours.ids, probed: theirs.ids });
  const withIds = OPERATIONS.filter((operation) => idPositions(operation).length > 0);
  printCounts('foreign ids', {
    'routes with ids': withIds.length,
    'places of ids': OPERATIONS.flatMap(idPositions).length,
    callers: callers.length,
    calls: 2 * probes.length * callers.length,
    differences: differences.length,
  });
  expect(differences).toEqual([]);
}, 900_000);

test('what is restricted or another’s is answered like what never was, to whom it is hidden from', async () => {
  const world = await newWorld();
  const { ids, team } = world;
  const restricted = await addRestricted(world);
  const { conversation = '', message = '', my_export = '' } = ids;
  const privately = { conversation, message, my_export };
  // A bot is seen by everybody, also one that reads what its asker does not see.
  const { bot, ...library } = restricted;
  const hidden: Record<string, { caller: Named; probed: Ids }> = Object.fromEntries(
    (await insiders(world))
      .filter(({ name }) => !['owner', 'admin'].includes(name))
      .map((caller) => {
        const probed = caller.name === 'key of a bot' ? { ...library, bot: bot ?? '' } : library;
        return [caller.name, { caller, probed: { ...probed, ...privately } }];
      }),
  );
  const elsewhere = await newKey(team, [...SCOPES], { collection_ids: [await emptyCollection(world)] });
  const document = { collection: ids.collection ?? '', document: ids.document ?? '', chunk: ids.chunk ?? '' };
  hidden.elsewhere = {
    caller: { name: 'key of another collection', client: elsewhere },
    probed: { ...document, ...privately },
  };
  let calls = 0;
  const differences: string[] = [];
  for (const { caller, probed } of Object.values(hidden)) {
    const isHidden = ({ kind }: IdPosition) => Object.hasOwn(probed, kind);
    const probes = OPERATIONS.flatMap((operation) => probesOf(operation, isHidden));
    calls += 2 * probes.length;
    differences.push(...(await compare([caller], probes, { own: ids, probed })));
  }
  const callers = Object.keys(hidden).length;
  printCounts('hidden ids', { callers, calls, differences: differences.length });
  expect(differences).toEqual([]);
}, 900_000);

async function emptyCollection({ team }: World): Promise<string> {
  const body = { name: randomUUID() };
  return (await team.owner.post<{ id: string }>(`${team.path}/collections`, body)).body.id;
}

/** Routes whose success on a fresh world is no 2xx or 3xx, and why. */
const OTHERWISE: Record<string, number> = {
  // The document is ready.
  'POST /v1/teams/{team_id}/documents/{document_id}/retry': 409,
  // Addresses of this machine are never fetched, and the suite asks for no others.
  'POST /v1/teams/{team_id}/documents/url': 422,
};
/** Deletions whose things would otherwise go with those of others. The team and the session come last of all. */
const FIRST =
  /DELETE .*(documents\/\{\w+\}|conversations\/\{\w+\}|sessions|sessions\/\{\w+\}|members\/\{user_id\})$/;
const LAST = ['DELETE /v1/teams/{team_id}', 'DELETE /v1/me/sessions/{session_id}'];

/** By method, so that nothing is deleted before it was read and changed. */
function turnOf({ name, method, path }: Operation): number {
  if (LAST.includes(name)) return 10 + LAST.indexOf(name);
  return (
    ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'].indexOf(method) +
    (FIRST.test(name) ? -path.split('/').length / 20 : 0)
  );
}

test('the same requests succeed with one’s own ids, so that the comparison is not empty', async () => {
  const world = await newWorld();
  const { team, ids } = world;
  const operations = OPERATIONS.filter(
    ({ path }) => path.includes('_id}') && !path.startsWith('/v1/auth/'),
  ).sort((a, b) => turnOf(a) - turnOf(b));
  const failed: string[] = [];
  for (const operation of operations) {
    const inPath = idPositions(operation).filter((position) => position.in === 'path');
    const own = { ...ids };
    if (operation.path.startsWith('/v1/me')) own.session = await mySession(team.owner);
    if (operation.path.endsWith('{import_id}')) own.team = ids.imported_team ?? '';
    const probe = { operation, positions: inPath, stream: false };
    const { status, text } = await sendProbe(team.owner, probe, { own, probed: own });
    const expected = OTHERWISE[operation.name];
    if (expected ? status !== expected : status >= 400) failed.push(`${operation.name}: ${status} ${text}`);
  }
  printCounts('own ids', { routes: operations.length, failed: failed.length });
  expect(failed).toEqual([]);
}, 300_000);

async function mySession(client: Client): Promise<string> {
  const { body } = await client.get<{ data: { id: string }[] }>('/v1/me/sessions');
  return body.data[0]?.id ?? '';
}
