import { z } from 'zod';
import { endIssuerSessions } from '#shared/auth/end-issuer-sessions.ts';
import { invalidLogoutToken } from '#shared/auth/logout-token.ts';
import { defineRoute } from '#shared/http/route.ts';

const NO_STORE = { 'Cache-Control': 'no-store' };

export const backchannelLogout = defineRoute({
  method: 'POST',
  path: '/v1/auth/oidc/{provider_id}/backchannel-logout',
  summary: 'End the sessions of somebody who has signed out at the team’s issuer',
  description:
    'For issuers: register this address as the client’s `backchannel_logout_uri`. Takes a `logout_token` of OpenID Connect Back-Channel Logout 1.0. With `sid` it ends the sessions that began with that session at the issuer, else all sessions of the person that came from this issuer, at once.',
  tag: 'auth',
  access: 'public',
  strictRateLimit: true,
  bodyFormat: 'form',
  body: z.record(z.string(), z.string().max(20_000)).meta({ examples: [{ logout_token: 'eyJ…' }] }),
  response: { 200: null },
  errors: ['not_found', 'invalid_logout_token'],
  async run({ params, body }) {
    const { logout_token: token } = body;
    if (!token) throw invalidLogoutToken();
    await endIssuerSessions(params.provider_id, token);
    return { status: 200, headers: NO_STORE };
  },
});
