import { z } from 'zod';
import { authenticate } from '#shared/auth/principal.ts';
import { clearCookie, cookieName, REFRESH_COOKIE } from '#shared/auth/sign-in.ts';
import { readRefreshToken } from '#shared/auth/tokens.ts';
import { AppError } from '#shared/core/errors.ts';
import * as auditLog from '#shared/db/audit-log.ts';
import { unscoped } from '#shared/db/scope.ts';
import * as sessions from '#shared/db/sessions.ts';
import { defineRoute } from '#shared/http/route.ts';

export const logout = defineRoute({
  method: 'POST',
  path: '/v1/auth/logout',
  summary: 'Sign out',
  description:
    'Immediately ends the session of the access token, or of the refresh token in the cookie or body.',
  tag: 'auth',
  access: 'public',
  strictRateLimit: true,
  body: z.object({ refresh_token: z.string().max(500).optional() }).optional(),
  response: { 204: null },
  errors: ['unauthenticated', 'invalid_token'],
  async run({ body, request }) {
    const refreshToken = body?.refresh_token ?? request.cookie(cookieName(REFRESH_COOKIE));
    const authorization = request.header('authorization');
    if (authorization) {
      const { sessionId } = await authenticate(authorization);
      if (!sessionId)
        throw new AppError('invalid_token', 'An API key has no session; revoke the key instead.');
      await endAndRecord(sessionId);
    } else if (refreshToken) {
      await endAndRecord(readRefreshToken(refreshToken).sessionId);
    } else {
      throw new AppError(
        'unauthenticated',
        'Send the access token or the refresh token of the session to end.',
      );
    }
    return { status: 204, cookies: [clearCookie(REFRESH_COOKIE)] };
  },
});

/** Whoever presents its access token or its refresh token may end a session. */
async function endAndRecord(sessionId: string): Promise<void> {
  await unscoped(async (db) => {
    const ended = await sessions.end(sessionId, db);
    if (ended) await auditLog.appendForSession(ended, { action: 'session.ended', targetId: sessionId }, db);
  });
}
