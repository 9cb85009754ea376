import { z } from 'zod';
import { Role } from '#shared/core/roles.ts';
import type { SessionRow } from '#shared/db/sessions.ts';
import { Id, Timestamp } from '#shared/http/route.ts';

export const Tokens = z
  .object({
    access_token: z.string(),
    token_type: z.literal('Bearer'),
    expires_in: z.int().meta({ description: 'Seconds until the access token expires' }),
    refresh_token: z.string().optional(),
  })
  .meta({ id: 'Tokens' });

export const Me = z
  .object({
    id: Id,
    email: z.string(),
    name: z.string(),
    picture_url: z.string().nullable(),
    teams: z.array(z.object({ id: Id, name: z.string(), role: Role })),
  })
  .meta({ id: 'Me' });

export const Session = z
  .object({
    id: Id,
    current: z.boolean().meta({ description: 'Whether this request was made in this session' }),
    user_agent: z.string().nullable(),
    ip: z.string().nullable(),
    created_at: Timestamp,
    last_active_at: Timestamp.meta({ description: 'When its tokens were renewed last' }),
    expires_at: Timestamp,
  })
  .meta({ id: 'Session' });

/** Converts a row to the API's representation. `currentId`: the session of this request. */
export function renderSession(session: SessionRow, currentId: string | null) {
  const { id, user_agent, ip, created_at, rotated_at, expires_at } = session;
  return {
    id,
    current: id === currentId,
    user_agent,
    ip,
    created_at,
    last_active_at: rotated_at,
    expires_at,
  };
}
