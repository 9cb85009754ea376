import { z } from 'zod';
import { admit } from '#shared/auth/admit.ts';
import { exchangeCode } from '#shared/auth/google.ts';
import { cookieName, readSignIn, SIGN_IN_COOKIE } from '#shared/auth/sign-in.ts';
import { AppError } from '#shared/core/errors.ts';
import { defineRoute } from '#shared/http/route.ts';
import { finishSignIn, withProblemPage } from './finish-sign-in.ts';
import { recordFailedSignIn } from './record-failed-sign-in.ts';
import { Tokens } from './schemas.ts';

export const callback = defineRoute({
  method: 'GET',
  path: '/v1/auth/google/callback',
  summary: 'Finish signing in',
  description:
    'The identity provider redirects here. Sets the refresh cookie. Without `return_to`, the response contains the tokens. Somebody who may not come in gets `sign_up_closed`.',
  tag: 'auth',
  access: 'public',
  strictRateLimit: true,
  query: z.record(z.string(), z.string().max(4_000)),
  response: { 200: Tokens, 302: null },
  errors: ['sign_in_failed', 'sign_up_closed'],
  async run({ query, request }) {
    return await withProblemPage(request, async () => {
      const { user, returnTo } = await recordFailedSignIn(async () => {
        const signIn = readSignIn(request.cookie(cookieName(SIGN_IN_COOKIE)));
        if (signIn.provider) throw new AppError('sign_in_failed', 'This sign-in belongs to another issuer.');
        return { user: await admit(await exchangeCode(query, signIn)), returnTo: signIn.returnTo };
      });
      return await finishSignIn(request, {
        userId: user.id,
        returnTo,
        usedCookie: SIGN_IN_COOKIE,
        method: 'google',
      });
    });
  },
});
