import { z } from 'zod';
import { cookieName, REFRESH_COOKIE, refreshCookie, rotate } from '#shared/auth/sign-in.ts';
import { AppError } from '#shared/core/errors.ts';
import { defineRoute } from '#shared/http/route.ts';
import { Tokens } from './schemas.ts';

export const refresh = defineRoute({
  method: 'POST',
  path: '/v1/auth/refresh',
  summary: 'Exchange a refresh token for a new pair',
  description:
    'Takes the refresh token from the cookie or the body. Each token works once: using an older one ends the session. Only the previous one may be sent again within 10 seconds.',
  tag: 'auth',
  access: 'public',
  strictRateLimit: true,
  body: z.object({ refresh_token: z.string().max(500).optional() }).optional(),
  response: { 200: Tokens },
  errors: ['unauthenticated', 'invalid_token', 'session_expired'],
  async run({ body, request }) {
    const token = body?.refresh_token ?? request.cookie(cookieName(REFRESH_COOKIE));
    if (!token)
      throw new AppError('unauthenticated', 'Send a refresh token in the body or the cookie, or sign in.');
    const tokens = await rotate(token);
    return { status: 200, body: tokens, cookies: [refreshCookie(tokens.refresh_token)] };
  },
});
