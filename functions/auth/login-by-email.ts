import { z } from 'zod';
import { domainOf } from '#shared/auth/admit.ts';
import { signInUrl } from '#shared/auth/google.ts';
import { beginSignIn } from '#shared/auth/sign-in.ts';
import { teamSignInUrl } from '#shared/auth/team-issuer.ts';
import * as providers from '#shared/db/identity-providers.ts';
import { defineRoute, redirect } from '#shared/http/route.ts';
import { requireReturnTo } from './return-to.ts';

export const loginByEmail = defineRoute({
  method: 'GET',
  path: '/v1/auth/login',
  summary: 'Start signing in with the issuer of an address',
  description:
    'Redirects to the issuer of the team that has proved the address’s domain; for any other domain, and without an address, to Google.',
  tag: 'auth',
  access: 'public',
  strictRateLimit: true,
  query: z.object({ email: z.email().max(254).optional(), return_to: z.string().max(2_000).optional() }),
  response: { 302: null },
  errors: ['not_found', 'unknown_url', 'sign_in_failed'],
  async run({ query }) {
    requireReturnTo(query.return_to);
    const { email, return_to: returnTo } = query;
    const provider = email === undefined ? null : await providers.findByDomain(domainOf(email));
    const { secrets, cookie } = beginSignIn(returnTo, provider ?? undefined);
    const url = provider ? await teamSignInUrl(provider, secrets, email) : await signInUrl(secrets, email);
    return redirect(url, [cookie]);
  },
});
