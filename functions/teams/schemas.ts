import { z } from 'zod';
import { Role } from '#shared/core/roles.ts';
import { Id, Timestamp } from '#shared/http/route.ts';

export const Name = z.string().trim().min(1).max(120);

/** @see https://www.iana.org/time-zones */
export const TimeZone = z
  .string()
  .max(64)
  .refine(isTimeZone, 'must be an IANA time zone, such as Asia/Seoul');

function isTimeZone(name: string): boolean {
  try {
    const { timeZone } = new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions();
    // `+09:00` is valid for Intl too, but not for PostgreSQL, which reads its sign the other way round.
    return !/^[+-]/.test(timeZone);
  } catch {
    return false;
  }
}

export const Team = z
  .object({
    id: Id,
    name: z.string(),
    vector_weight: z.number().meta({ description: 'Weight of vector search in the sum of scores' }),
    lexical_weight: z.number().meta({ description: 'Weight of lexical search in the sum of scores' }),
    monthly_budget_usd: z.number().nullable(),
    timezone: z.string().meta({ description: 'IANA name; the days of usage begin at its midnight' }),
    question_review: z.boolean().meta({ description: 'Whether admins may read what members ask' }),
    retention_days: z.int().nullable().meta({
      description:
        'Conversations without a message in so many days are deleted, pinned ones too; null keeps them',
    }),
    external_models: z.boolean().meta({
      description:
        'Whether bots may use models on servers of others; false: only the built-in one and those that the operator runs',
    }),
    created_at: Timestamp,
  })
  .meta({ id: 'Team' });

/** What an API key sees of its team. */
export const KeyTeam = Team.pick({ id: true, name: true, timezone: true, created_at: true })
  .extend({ monthly_budget_usd: Team.shape.monthly_budget_usd.optional() })
  .meta({ id: 'KeyTeam' });

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

const AuditValues = z.record(z.string(), z.unknown());

export const AuditEntry = z
  .object({
    id: Id,
    created_at: Timestamp,
    action: z.string().meta({ description: '`<thing>.<verb>`, such as `document.downloaded`' }),
    actor: z.object({
      type: z.enum(['user', 'api_key', 'system', 'anonymous']),
      id: Id.nullable(),
      name: z.string().nullable().meta({ description: 'The name at that time; null once it was erased' }),
    }),
    target: z.object({ type: z.string().nullable(), id: Id.nullable() }),
    ip: z.string().nullable(),
    user_agent: z.string().nullable(),
    before: AuditValues.nullable().meta({ description: 'The values that a change replaced' }),
    after: AuditValues.nullable().meta({
      description: 'The values that a change set; for other actions, facts about it',
    }),
    request_id: z.string().nullable(),
  })
  .meta({ id: 'AuditEntry' });

const Count = z.int().min(0);

export const InsightDay = z
  .object({
    day: z.iso.date(),
    questions: Count.meta({ description: 'All answers; the outcomes below add up to it' }),
    answered: Count,
    no_context: Count.meta({ description: 'The documents did not hold an answer' }),
    unverified: Count.meta({ description: 'A citation of the answer does not support its claim in full' }),
    small_talk: Count,
    errors: Count,
    rated_up: Count,
    rated_down: Count,
    cost_usd: z.number().meta({ description: 'Of all usage, requests of OpenAI’s clients included' }),
  })
  .meta({ id: 'InsightDay' });

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
