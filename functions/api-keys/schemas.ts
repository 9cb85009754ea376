import { z } from 'zod';
import { SCOPES_WITH_BOTS } from '#shared/auth/principal.ts';
import { AppError } from '#shared/core/errors.ts';
import { atLeast, ROLE_OF_SCOPE, Scope } from '#shared/core/roles.ts';
import type { ApiKeyRow } from '#shared/db/api-keys.ts';
import { Networks } from '#shared/http/networks-schema.ts';
import { BudgetUsd, Id, isUsableTime, Timestamp } from '#shared/http/route.ts';

const Future = z.iso
  .datetime({ offset: true })
  .transform((text) => new Date(text))
  .refine(
    (time) => time.getTime() > Date.now() && isUsableTime(time),
    'must lie in the future, before the year 10000',
  );

/** The settings of an API key that a client may choose. */
export const ApiKeyInput = z
  .object({
    name: z.string().trim().min(1).max(120),
    scopes: z
      .array(Scope)
      .min(1)
      .transform((scopes) => [...new Set(scopes)]),
    expires_at: Future.nullable().default(null),
    rate_limit_per_minute: z.int().min(1).max(100_000).nullable().default(null).meta({
      description:
        'null: the platform’s limit. The embedder (`/v1/embeddings`) may count separately: each then allows up to the limit',
    }),
    monthly_budget_usd: BudgetUsd.nullable().default(null).meta({
      description: 'At most the team’s own. null: that of the team',
    }),
    bot_ids: z.array(Id).min(1).max(100).nullable().default(null).meta({
      description:
        'The only bots that it uses; `search` then finds what these read. Only with the scopes `chat`, `search` and `bots:read`. null: all bots',
    }),
    collection_ids: z.array(Id).min(1).max(100).nullable().default(null).meta({
      description:
        'The only collections of which it sees anything, also in the answers of bots. null: all but restricted ones',
    }),
    allowed_addresses: Networks.nullable().default(null).meta({
      description:
        'The only networks that it may be used from, such as `203.0.113.0/24`; the team’s own list holds too. null: any. Only an owner changes the list of a key that has one',
    }),
  })
  .meta({ examples: [{ name: 'My program', scopes: ['search', 'chat'] }] });

export const ApiKey = z
  .object({
    id: Id,
    name: z.string(),
    scopes: z.array(Scope),
    bot_ids: z.array(Id).nullable(),
    collection_ids: z.array(Id).nullable(),
    allowed_addresses: z.array(z.string()).nullable(),
    created_by: Id.meta({ description: 'Whose role bounds it: who created it, or rotated it last' }),
    status: z.enum(['active', 'expired', 'revoked', 'suspended']).meta({
      description:
        '`revoked`: its creator left the team. `suspended`: the present role of its creator allows none of its scopes',
    }),
    rate_limit_per_minute: z.int().nullable(),
    monthly_budget_usd: z.number().nullable(),
    created_at: Timestamp,
    expires_at: Timestamp.nullable(),
    last_used_at: Timestamp.nullable(),
  })
  .meta({ id: 'ApiKey' });

export const NewApiKey = ApiKey.extend({
  key: z.string().meta({ description: 'Shown only once: store it safely' }),
}).meta({
  id: 'NewApiKey',
});

/** Converts a row to the API's representation. */
export function renderApiKey({ team_id: _team, revoked_at, role, ...key }: ApiKeyRow) {
  return { ...key, status: statusOf({ ...key, revoked_at, role }) };
}

type KeyState = Pick<ApiKeyRow, 'revoked_at' | 'role' | 'expires_at' | 'scopes'>;

function statusOf({ revoked_at, role, expires_at, scopes }: KeyState) {
  if (revoked_at || !role) return 'revoked';
  if (expires_at && expires_at.getTime() <= Date.now()) return 'expired';
  return scopes.some((scope) => atLeast(role, ROLE_OF_SCOPE[scope])) ? 'active' : 'suspended';
}

/** @throws AppError `validation_failed` for scopes that a key limited to certain bots may not have */
export function assertFitsBots({ scopes, bot_ids }: Pick<ApiKeyRow, 'scopes' | 'bot_ids'>): void {
  const refused = bot_ids && scopes.filter((scope) => !SCOPES_WITH_BOTS.includes(scope));
  if (!refused?.length) return;
  const allowed = SCOPES_WITH_BOTS.join(', ');
  throw new AppError('validation_failed', `A key with bot_ids may have these scopes only: ${allowed}.`, {
    fields: [{ path: 'scopes', message: `not with bot_ids: ${refused.join(', ')}` }],
  });
}
