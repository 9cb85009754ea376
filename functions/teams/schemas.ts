import { z } from 'zod';
import { Role } from '#shared/core/roles.ts';
import { Id, Timestamp } from '#shared/http/route.ts';

export const Name = z.string().trim().min(1).max(120);

export const Team = z
  .object({
    id: Id,
    name: z.string(),
    vector_weight: z.number().meta({ description: 'Weight of vector search in rank fusion' }),
    lexical_weight: z.number().meta({ description: 'Weight of lexical search in rank fusion' }),
    monthly_budget_usd: z.number().nullable(),
    timezone: z.string().meta({ description: 'IANA name; the days of usage begin at its midnight' }),
    created_at: Timestamp,
  })
  .meta({ id: 'Team' });

export const TeamSummary = z.object({ id: Id, name: z.string(), role: Role }).meta({ id: 'TeamSummary' });

export const Member = z
  .object({
    user_id: Id,
    email: z.string(),
    name: z.string(),
    picture_url: z.string().nullable(),
    role: Role,
    created_at: Timestamp,
  })
  .meta({ id: 'Member' });

export const Invitation = z
  .object({
    id: Id,
    email: z.string(),
    role: Role,
    invited_by: Id,
    created_at: Timestamp,
    expires_at: Timestamp,
  })
  .meta({ id: 'Invitation' });

export const NewInvitation = Invitation.extend({
  token: z.string().meta({ description: 'Shown only once: give it to the invited person' }),
}).meta({ id: 'NewInvitation' });

export const AuditEntry = z
  .object({
    id: Id,
    actor_user_id: Id,
    actor_key_id: Id.nullable(),
    action: z.string(),
    target_id: Id.nullable(),
    details: z.record(z.string(), z.unknown()),
    created_at: Timestamp,
  })
  .meta({ id: 'AuditEntry' });

export const UsageSum = z
  .object({
    group: z.string().nullable().meta({
      description: 'A day, bot id, key id or model, as asked for by `group_by`; null where none applies',
    }),
    requests: z.int(),
    input_tokens: z.int(),
    output_tokens: z.int(),
    cost_usd: z.number(),
  })
  .meta({ id: 'UsageSum' });
