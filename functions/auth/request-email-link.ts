import { z } from 'zod';
import { BROWSER_COOKIE, isEmailOffered, LINK_MINUTES, requestLink } from '#shared/auth/email-link.ts';
import { cookieName } from '#shared/auth/sign-in.ts';
import { AppError } from '#shared/core/errors.ts';
import { defineRoute } from '#shared/http/route.ts';
import { requireReturnTo } from './return-to.ts';

const LinkRequested = z
  .object({
    expires_in: z.int().meta({ description: 'Seconds for which the link works' }),
    local_link: z
      .string()
      .nullable()
      .meta({ description: 'The link itself where the mailbox is local (`npm start`); else null' }),
  })
  .meta({ id: 'LinkRequested' });

export const requestEmailLink = defineRoute({
  method: 'POST',
  path: '/v1/auth/email',
  summary: 'Ask for a sign-in link by mail',
  description: `Every address gets the same answer, in the same time, whether it has an account or not. The link works once, for ${LINK_MINUTES} minutes, in the browser that asked: the response sets its cookie.`,
  tag: 'auth',
  access: 'public',
  strictRateLimit: true,
  body: z.object({
    email: z.email().max(254),
    return_to: z.string().max(2_000).optional().meta({ description: 'One of the configured URLs' }),
  }),
  response: { 202: LinkRequested },
  errors: ['not_found', 'unknown_url'],
  async run({ body, request }) {
    if (!isEmailOffered()) throw new AppError('not_found', 'Signing in by mail is not set up here.');
    requireReturnTo(body.return_to);
    const { cookie, localLink } = await requestLink({
      email: body.email,
      returnTo: body.return_to ?? null,
      ip: request.ip,
      browser: request.cookie(cookieName(BROWSER_COOKIE)),
    });
    const answer = { expires_in: LINK_MINUTES * 60, local_link: localLink };
    return { status: 202, body: answer, cookies: [cookie] };
  },
});
