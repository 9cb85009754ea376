import { z } from 'zod';
import { signInUrl } from '#shared/auth/google.ts';
import { beginSignIn } from '#shared/auth/sign-in.ts';
import { section } from '#shared/core/config.ts';
import { AppError } from '#shared/core/errors.ts';
import { defineRoute, redirect } from '#shared/http/route.ts';

const httpConfig = section('http');

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
  errors: ['unknown_url'],
  async run({ query }) {
    if (query.return_to !== undefined && !httpConfig().RETURN_TO_URLS.includes(query.return_to)) {
      throw new AppError(
        'unknown_url',
        '`return_to` is not one of the allowed URLs; ask the operator to add it to RETURN_TO_URLS.',
        {
          fields: [{ path: 'return_to', message: 'not allowed' }],
        },
      );
    }
    const { secrets, cookie } = beginSignIn(query.return_to);
    return redirect(await signInUrl(secrets), [cookie]);
  },
});
