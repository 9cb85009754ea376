import { z } from 'zod';
import { signInUrl } from '#shared/auth/google.ts';
import { beginSignIn } from '#shared/auth/sign-in.ts';
import { defineRoute, redirect } from '#shared/http/route.ts';
import { requireReturnTo } from './return-to.ts';

export const login = defineRoute({
  method: 'GET',
  path: '/v1/auth/google/login',
  summary: 'Start signing in',
  description:
    'Redirects to the identity provider (authorization code flow with PKCE). `return_to` must be one of the configured URLs.',
  tag: 'auth',
  access: 'public',
  strictRateLimit: true,
  query: z.object({ return_to: z.string().max(2_000).optional() }),
  response: { 302: null },
  errors: ['not_found', 'unknown_url'],
  async run({ query }) {
    requireReturnTo(query.return_to);
    const { secrets, cookie } = beginSignIn(query.return_to);
    return redirect(await signInUrl(secrets), [cookie]);
  },
});
