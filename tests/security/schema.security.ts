import { randomUUID } from 'node:crypto';
import { SCOPES } from '#shared/core/roles.ts';
import { type Answer, anonymous, type Client, clientFor, newKey, newMember } from '#tests/support/api.ts';
import { contractFault } from './support/check-response.ts';
import { inParallel, printCounts } from './support/counts.ts';
import { type Generator, generate } from './support/generate.ts';
import { idPositions, OPERATIONS, type Operation } from './support/operations.ts';
import { type Random, randomFrom } from './support/random.ts';
import { newWorld, type World } from './support/world.ts';

const REQUESTS = 21_000;
const SEED = Number(process.env.SECURITY_SEED ?? 20_260);
const MAX_PARAMETER = 300;
/** The newest things of a kind that are kept for later requests. */
const REMEMBERED = 20;
/** What ends the team or its owner's session: sent with unknown ids, or not by the owner. */
const FINAL = new Set(['DELETE /v1/teams/{team_id}', 'DELETE /v1/me', 'POST /v1/auth/logout']);
/** Each starts a job that reads the whole team; a few are enough. */
const SLOW = /exports$|me\/export$|teams\/import$/;

/** What the requests so far have made: ids by kind. */
type Pool = Map<string, string[]>;

function remember(pool: Pool, kind: string, id: unknown): void {
  if (typeof id !== 'string' || id === '') return;
  const known = pool.get(kind) ?? [];
  pool.set(kind, [...known.slice(1 - REMEMBERED), id]);
}

/** The kind of thing that a POST to this path makes: `…/bots` a bot. */
const KIND_OF_LIST: Record<string, string> = {
  bots: 'bot',
  collections: 'collection',
  'api-keys': 'key',
  invitations: 'invitation',
  webhooks: 'webhook',
  'identity-providers': 'provider',
  exports: 'export',
};

function learn(pool: Pool, { method, path }: Operation, answer: Answer): void {
  if (method !== 'POST' || answer.status >= 300) return;
  const body = answer.body as Record<string, unknown> | undefined;
  const kind = KIND_OF_LIST[path.split('/').at(-1) ?? ''];
  if (kind) remember(pool, kind, body?.id);
  remember(pool, 'document', (body?.document as { id?: string } | undefined)?.id);
  remember(pool, 'conversation', body?.conversation_id);
  remember(pool, 'message', (body?.message as { id?: string } | undefined)?.id);
}

function generatorOf(random: Random, pool: Pool): Generator {
  const idOf = (kind: string) => {
    const known = pool.get(kind);
    return known && !random.oneIn(8) ? random.pick(known) : randomUUID();
  };
  return {
    random,
    idFor: (name) => idOf(name.replace(/_?ids?$/, '').replace(/^replace_/, '')),
    textFor: (name) => {
      if (name === 'model')
        return random.pick(['builtin/extractive', 'openai/gpt-stub', idOf('bot'), 'builtin/hashing']);
      if (name === 'fallback_model') return 'openai/gpt-stub-error-500';
      if (name === 'timezone') return random.pick(['Asia/Seoul', 'UTC', 'Nowhere/Land']);
      if (name === 'content_type') return random.pick(['text/plain', 'application/pdf', 'image/png']);
      return undefined;
    },
  };
}

type Sent = { answer: Answer; request: string };

/** Sends one generated request. */
async function send(client: Client, operation: Operation, maker: Generator, world: World): Promise<Sent> {
  const { random } = maker;
  const isFinal = FINAL.has(operation.name);
  const path = operation.path.replaceAll(/\{(\w+)\}/g, (_all, name: string) => {
    if (name === 'team_id') return isFinal || random.oneIn(30) ? randomUUID() : world.team.id;
    if (name === 'asset') return random.pick(['swagger-ui.css', 'x', '..%2fx']);
    const isMine = operation.path.startsWith('/v1/me') && name === 'export_id';
    return maker.idFor(isMine ? 'my_export_id' : name);
  });
  const query = new URLSearchParams();
  for (const { in: place, name, schema } of operation.parameters) {
    if (place !== 'query' || random.oneIn(2)) continue;
    const value = generate(schema, maker, name);
    // Longer addresses are refused before they reach a route.
    const text = String(value).toWellFormed().slice(0, MAX_PARAMETER);
    if (value !== null && typeof value !== 'object') query.set(name, text);
  }
  const headers: Record<string, string> = {
    ...(random.oneIn(10) && { 'Idempotency-Key': `k${random.below(50)}` }),
    ...(random.oneIn(10) && { Accept: random.pick(['text/csv', 'application/json', 'text/html', '*/*']) }),
  };
  const url = query.size > 0 ? `${path}?${query.toString()}` : path;
  const body = operation.body && generate(operation.body, maker);
  const answer = await client.request(operation.method, url, { headers, ...(body !== null && { body }) });
  return { answer, request: `${operation.method} ${url} ${JSON.stringify(body)?.slice(0, 1_000)}` };
}

async function callersOf(world: World): Promise<Client[]> {
  const { team } = world;
  const { owner } = team;
  return [
    owner,
    owner,
    owner,
    owner,
    await newMember(team, 'admin'),
    await newMember(team, 'member'),
    await newKey(team, [...SCOPES]),
    await newKey(team, [...SCOPES]),
    anonymous,
    clientFor('x'),
  ];
}

test(`${REQUESTS} requests made from openapi.json: no 5xx, and no answer that openapi.json does not describe`, async () => {
  const world = await newWorld();
  const clients = await callersOf(world);
  const random = randomFrom(SEED);
  const pool: Pool = new Map();
  for (const [kind, id] of Object.entries(world.ids)) remember(pool, kind, id);
  // Of the owner only unknown sessions: the suite goes on with it.
  pool.delete('session');
  const maker = generatorOf(random, pool);
  const weighted = OPERATIONS.flatMap((each) =>
    SLOW.test(each.path) ? [each] : Array<Operation>(12).fill(each),
  );
  const plan = Array.from({ length: REQUESTS }, () => ({
    operation: random.pick(weighted),
    client: random.pick(clients),
  }));
  const faults = new Set<string>();
  const statuses: Record<string, number> = {};
  let withKnownIds = 0;
  await inParallel(plan, 4, async ({ operation, client }) => {
    const caller = FINAL.has(operation.name) && !operation.path.includes('{') ? anonymous : client;
    const { answer, request } = await send(caller, operation, maker, world);
    learn(pool, operation, answer);
    const family = `${String(answer.status)[0]}xx`;
    statuses[family] = (statuses[family] ?? 0) + 1;
    if (answer.status < 300 && idPositions(operation).length > 1) withKnownIds += 1;
    const fault = answer.status >= 500 ? answer.text : contractFault(operation, answer);
    if (fault) faults.add(`${request}: ${fault}`);
  });
  printCounts(`schema (seed ${SEED})`, {
    requests: REQUESTS,
    routes: OPERATIONS.length,
    ...statuses,
    'successes with ids of things made': withKnownIds,
    faults: faults.size,
  });
  expect([...faults].slice(0, 20)).toEqual([]);
  expect(withKnownIds).toBeGreaterThan(REQUESTS / 50);
}, 1_500_000);
