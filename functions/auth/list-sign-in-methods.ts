import { z } from 'zod';
import { isEmailOffered } from '#shared/auth/email-link.ts';
import { isGoogleOffered } from '#shared/auth/google.ts';
import { defineRoute, ok } from '#shared/http/route.ts';

const SignInMethods = z
  .object({
    google: z.boolean(),
    email: z.boolean().meta({ description: 'By a link in a mail' }),
  })
  .meta({ id: 'SignInMethods' });

export const listSignInMethods = defineRoute({
  method: 'GET',
  path: '/v1/auth/methods',
  summary: 'List the ways of signing in that are set up here',
  description: 'A team’s own issuer is found by an address: `GET /v1/auth/login?email=`.',
  tag: 'auth',
  access: 'public',
  response: { 200: SignInMethods },
  async run() {
    return ok({ google: isGoogleOffered(), email: isEmailOffered() });
  },
});
