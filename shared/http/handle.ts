import type { APIGatewayProxyEvent } from 'aws-lambda';
import { z } from 'zod';
import { authenticate, type Principal, requireScope } from '#shared/auth/principal.ts';
import { section } from '#shared/core/config.ts';
import { AppError, notFound } from '#shared/core/errors.ts';
import { redis } from '#shared/core/redis.ts';
import { atLeast } from '#shared/core/roles.ts';
import type { IdempotencySlot } from '#shared/db/idempotency.ts';
import { addLogFields, setClient } from '#shared/observability/invocation.ts';
import { runOnce } from './idempotency.ts';
import { countRequest } from './rate-limit.ts';
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
  if (principal) requireAccess(route.access, principal, params.team_id ?? null);
  const limits = route.uncounted ? {} : await countFor(route, principal ?? { ip: request.ip });
  checkIds(params);
  const query = validateQuery(route, readQuery(event));
  const body = validateBody(route, () => readJson(event, MAX_BODY_BYTES));
  const run = () => route.run({ principal, params, query, body, request });
  const slot = principal && idempotencySlot(route, request, principal);
  const reply = slot ? await runOnce(slot, body, run) : await run();
  if (httpConfig().VALIDATE_RESPONSES) checkResponse(route, reply);
  return { ...reply, headers: { ...limits, ...reply.headers } };
}

function countFor(route: Route, caller: Principal | { ip: string }): Promise<Record<string, string>> {
  const limit = route.strictRateLimit ? 'sign-in' : 'requests';
  return countRequest(caller, { limit, store: redis() ?? 'postgres' });
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

/** Authenticates the caller; null where the route is open to anyone. */
async function identify(
  access: Access,
  request: HttpRequest,
  params: Record<string, string>,
): Promise<Principal | null> {
  if (access === 'public') return null;
  const teamId = params.team_id ?? null;
  const isWellFormed = teamId !== null && UUID.safeParse(teamId).success;
  const principal = await authenticate(request.header('authorization'), isWellFormed ? teamId : null);
  const { kind, userId, keyId } = principal;
  addLogFields({ team_id: principal.teamId, user_id: kind === 'user' ? userId : null, key_id: keyId });
  return principal;
}

/** Enforces the access rule. Another team is answered like a missing one. */
function requireAccess(access: Access, principal: Principal, teamId: string | null): void {
  if (access === 'public') return;
  if (access === 'user') return requireScope(principal, 'session-only');
  if (!('role' in access)) return requireScope(principal, access.scope);
  if (teamId === null || principal.teamId !== teamId || !principal.role) throw notFound('team');
  requireScope(principal, access.scope);
  if (!atLeast(principal.role, access.role)) {
    throw new AppError('insufficient_role', `This needs the role ${access.role} or higher in the team.`);
  }
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
