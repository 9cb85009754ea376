import { z } from 'zod';
import { Scope } from '#shared/core/roles.ts';
import type { ApiKeyRow } from '#shared/db/api-keys.ts';
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
    monthly_budget_usd: BudgetUsd.nullable().default(null),
    bot_ids: z.array(Id).min(1).max(100).nullable().default(null).meta({ description: 'null: all bots' }),
  })
  .meta({ examples: [{ name: 'My program', scopes: ['search', 'chat'] }] });

export const ApiKey = z
  .object({
    id: Id,
    name: z.string(),
    scopes: z.array(Scope),
    bot_ids: z.array(Id).nullable(),
    created_by: Id,
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
export function renderApiKey({ team_id: _team, revoked_at: _revoked, ...key }: ApiKeyRow) {
  return key;
}
