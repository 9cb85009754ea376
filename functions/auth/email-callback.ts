import { z } from 'zod';
import { admit } from '#shared/auth/admit.ts';
import { BROWSER_COOKIE, useLink } from '#shared/auth/email-link.ts';
import { cookieName } from '#shared/auth/sign-in.ts';
import { defineRoute } from '#shared/http/route.ts';
import { finishSignIn } from './finish-sign-in.ts';
import { recordFailedSignIn } from './record-failed-sign-in.ts';
import { Tokens } from './schemas.ts';

export const emailCallback = defineRoute({
  method: 'POST',
  path: '/v1/auth/email/callback',
  summary: 'Sign in with a link from a mail',
  description:
    'The link opens a page whose button sends its token here, with the cookie of the browser that asked. Answers like the callback of Google.',
  tag: 'auth',
  access: 'public',
  strictRateLimit: true,
  body: z.object({ token: z.string().max(200) }),
  response: { 200: Tokens, 302: null },
  errors: ['sign_in_failed', 'sign_up_closed'],
  async run({ body, request }) {
    const { user, returnTo } = await recordFailedSignIn(async () => {
      const link = await useLink(body.token, request.cookie(cookieName(BROWSER_COOKIE)));
      return { user: await admit(link.identity), returnTo: link.returnTo };
    });
    return await finishSignIn(request, {
      userId: user.id,
      returnTo,
      usedCookie: BROWSER_COOKIE,
      method: 'email',
    });
  },
});
