import { z } from 'zod';
import { cookieName, readSignIn, SIGN_IN_COOKIE } from '#shared/auth/sign-in.ts';
import { signInWithTeamIssuer } from '#shared/auth/team-issuer.ts';
import { AppError } from '#shared/core/errors.ts';
import { defineRoute } from '#shared/http/route.ts';
import { finishSignIn, withProblemPage } from './finish-sign-in.ts';
import { recordFailedSignIn } from './record-failed-sign-in.ts';
import { Tokens } from './schemas.ts';

export const teamCallback = defineRoute({
  method: 'GET',
  path: '/v1/auth/oidc/{provider_id}/callback',
  summary: 'Finish signing in with a team’s own issuer',
  description:
    'The team’s issuer redirects here. Answers like the callback of Google; the session reaches that team only.',
  tag: 'auth',
  access: 'public',
  strictRateLimit: true,
  query: z.record(z.string(), z.string().max(4_000)),
  response: { 200: Tokens, 302: null },
  errors: ['not_found', 'sign_in_failed', 'sign_up_closed'],
  async run({ query, params, request }) {
    return await withProblemPage(request, async () => {
      const { userId, bound, returnTo } = await recordFailedSignIn(async () => {
        const signIn = readSignIn(request.cookie(cookieName(SIGN_IN_COOKIE)));
        const { provider, returnTo: target, ...secrets } = signIn;
        // Another issuer's code must not come in under this one's name: RFC 9700, section 4.4.
        if (provider?.id !== params.provider_id)
          throw new AppError('sign_in_failed', 'This sign-in belongs to another issuer.');
        return { ...(await signInWithTeamIssuer(provider, { query, secrets })), returnTo: target };
      });
      return await finishSignIn(request, {
        userId,
        returnTo,
        usedCookie: SIGN_IN_COOKIE,
        method: 'identity_provider',
        bound,
      });
    });
  },
});
