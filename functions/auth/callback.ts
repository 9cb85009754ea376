import { z } from 'zod';
import { exchangeCode } from '#shared/auth/google.ts';
import { clearCookie, openSession, readSignIn, refreshCookie, SIGN_IN_COOKIE } from '#shared/auth/sign-in.ts';
import * as users from '#shared/db/users.ts';
import { defineRoute, redirect } from '#shared/http/route.ts';
import { recordFailedSignIn } from './record-failed-sign-in.ts';
import { Tokens } from './schemas.ts';

export const callback = defineRoute({
  method: 'GET',
  path: '/v1/auth/google/callback',
  summary: 'Finish signing in',
  description:
    'The identity provider redirects here. Sets the refresh cookie. Without `return_to`, the response contains the tokens.',
  tag: 'auth',
  access: 'public',
  strictRateLimit: true,
  query: z.record(z.string(), z.string().max(4_000)),
  response: { 200: Tokens, 302: null },
  errors: ['sign_in_failed'],
  async run({ query, request }) {
    const signIn = await recordFailedSignIn(() => readSignIn(request.cookie(SIGN_IN_COOKIE)));
    const identity = await recordFailedSignIn(() => exchangeCode(query, signIn));
    const user = await users.upsert(identity);
    const tokens = await openSession(user.id, { userAgent: request.header('user-agent'), ip: request.ip });
    const cookies = [refreshCookie(tokens.refresh_token), clearCookie(SIGN_IN_COOKIE)];
    return signIn.returnTo ? redirect(signIn.returnTo, cookies) : { status: 200, body: tokens, cookies };
  },
});
