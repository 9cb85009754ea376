import type { APIGatewayProxyEvent } from 'aws-lambda';
import { z } from 'zod';
import { requireAllowedAddress } from '#shared/auth/allowed-address.ts';
import { authenticate, type Principal, readerOf, requireScope } from '#shared/auth/principal.ts';
import { section } from '#shared/core/config.ts';
import { AppError, notFound } from '#shared/core/errors.ts';
import { redis } from '#shared/core/redis.ts';
import { atLeast } from '#shared/core/roles.ts';
import type { IdempotencySlot } from '#shared/db/idempotency.ts';
import { asReader } from '#shared/db/reader.ts';
import { addLogFields, setClient } from '#shared/observability/invocation.ts';
import { withAddressLimit } from './address-limit.ts';
import { runOnce } from './idempotency.ts';
import { countRequest } from './rate-limit.ts';
import { readForm } from './read-form.ts';
import { recordRefusals } from './record-refusals.ts';
import { type HttpRequest, readJson, readQuery, readRequest } from './request.ts';
import type { Access, Reply, Route } from './route.ts';
import { validateBody, validateQuery } from './validate.ts';

const httpConfig = section('http');

const MAX_BODY_BYTES = 1_048_576;
/** Longer than a function without streaming may run behind API Gateway. */
const HELD_SECONDS = 120;
const UUID = z.uuid();

/** Serves a request with its route: authentication, access, rate limit, validation, idempotency, the route's code. */
export async function handle(route: Route, event: APIGatewayProxyEvent): Promise<Reply> {
  const request = readRequest(event);
  setClient({ requestId: request.id, ip: request.ip, userAgent: request.header('user-agent') ?? null });
  const params = readParams(event);
  const principal = await identify(route.access, request, params);
  return await recordRefusals({ principal, request, teamId: params.team_id ?? null }, () =>
    serve(route, event, { principal, request, params }),
  );
}

type Call = { principal: Principal | null; request: HttpRequest; params: Record<string, string> };

async function serve(
  route: Route,
  event: APIGatewayProxyEvent,
  { principal, request, params }: Call,
): Promise<Reply> {
  // Before the access rule: refusals count too, so that nobody can try ids or scopes without a limit.
  const limits = route.uncounted ? {} : await countFor(route, principal ?? { ip: request.ip });
  if (principal) {
    admit(route.access, principal, params);
    requireAllowedAddress(request.ip, principal.allowedAddresses);
  }
  checkIds(params);
  const query = validateQuery(route, readQuery(event));
  const read = route.bodyFormat === 'form' ? readForm : readJson;
  const body = validateBody(route, () => read(event, MAX_BODY_BYTES));
  const run = () => route.run({ principal, params, query, body, request });
  const reply = principal ? await serveOnce(principal, { route, request, body, run }) : await run();
  if (httpConfig().VALIDATE_RESPONSES) checkResponse(route, reply);
  return { ...reply, headers: { ...limits, ...reply.headers } };
}

function countFor(route: Route, caller: Principal | { ip: string }): Promise<Record<string, string>> {
  const limit = route.strictRateLimit ? 'sign-in' : 'requests';
  return countRequest(caller, { limit, store: redis() ?? 'postgres' });
}

type Serving = { route: Route; request: HttpRequest; body: unknown; run: () => Promise<Reply> };

/** Runs the route with the caller's eyes, and at most once for an `Idempotency-Key`. */
function serveOnce(principal: Principal, { route, request, body, run }: Serving): Promise<Reply> {
  const slot = idempotencySlot(route, request, principal);
  const reader = typeof route.idempotent === 'object' ? principal : null;
  return asReader(readerOf(principal), () => (slot ? runOnce({ slot, reader }, body, run) : run()));
}

/** The slot of the request's `Idempotency-Key`; null without one, and on routes that do not honour it. */
function idempotencySlot(route: Route, request: HttpRequest, principal: Principal): IdempotencySlot | null {
  const key = route.idempotent && request.header('idempotency-key');
  if (!key) return null;
  return {
    principal: principal.keyId ?? principal.userId,
    route: `${route.method} ${request.path}`,
    key,
    heldSeconds: typeof route.idempotent === 'object' ? route.idempotent.heldSeconds : HELD_SECONDS,
  };
}

/** The caller; null on a public route. Failures are counted against the limit of the caller's address. */
async function identify(
  access: Access,
  request: HttpRequest,
  params: Record<string, string>,
): Promise<Principal | null> {
  if (access === 'public') return null;
  const authorization = request.header('authorization');
  const teamId = wellFormedTeam(params);
  const principal = await withAddressLimit({ ip: request.ip, authorization }, () =>
    authenticate(authorization, teamId),
  );
  const { kind, userId, keyId } = principal;
  addLogFields({ team_id: principal.teamId, user_id: kind === 'user' ? userId : null, key_id: keyId });
  return principal;
}

/** Enforces the access rule. Another team is answered like a missing one. */
function admit(access: Access, principal: Principal, params: Record<string, string>): void {
  if (access === 'public') return;
  if (access === 'user') return requireScope(principal, 'session-only');
  if (!('role' in access)) return requireScope(principal, access.scope);
  const teamId = wellFormedTeam(params);
  if (teamId === null || principal.teamId !== teamId || !principal.role) throw notFound('team');
  requireScope(principal, access.scope);
  if (!atLeast(principal.role, access.role)) {
    throw new AppError('insufficient_role', `This needs the role ${access.role} or higher in the team.`);
  }
}

/** The id of the team in the path; null without one, and for one that cannot be an id. */
function wellFormedTeam({ team_id: teamId }: Record<string, string>): string | null {
  return teamId !== undefined && UUID.safeParse(teamId).success ? teamId : null;
}

/** Path parameters, with ids in lower case as they are stored: hexadecimal digits have no case (RFC 9562). */
function readParams(event: APIGatewayProxyEvent): Record<string, string> {
  const entries = Object.entries(event.pathParameters ?? {}).map(([name, value = '']) => {
    return [name, name.endsWith('_id') ? value.toLowerCase() : value];
  });
  return Object.fromEntries(entries) as Record<string, string>;
}

/** A malformed id is answered like an unknown one: 404, not 400. */
function checkIds(params: Record<string, string>): void {
  for (const [name, value] of Object.entries(params)) {
    if (name.endsWith('_id') && !UUID.safeParse(value).success)
      throw notFound(name.slice(0, -3).replace('_', ' '));
  }
}

/** Checks a response against its schema. Switched on in tests; a mismatch is a defect of the route. */
function checkResponse(route: Route, reply: Reply): void {
  if (reply.stream || reply.body === undefined) return;
  const schema = route.response[reply.status];
  // As the client receives it: dates as text, no undefined values.
  const seen: unknown = JSON.parse(JSON.stringify(reply.body));
  const result = schema?.safeParse(seen);
  if (!result?.success) {
    throw new Error(
      `${route.method} ${route.path} answered ${reply.status} against its schema: ${result?.error.message ?? 'undeclared'}`,
    );
  }
}
