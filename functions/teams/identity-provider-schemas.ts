import { randomBytes } from 'node:crypto';
import { domainToASCII } from 'node:url';
import { z } from 'zod';
import { proofRecord } from '#shared/auth/domain-proof.ts';
import { isForbiddenIssuer, problemOf } from '#shared/auth/issuer-fetch.ts';
import { redirectUriOf } from '#shared/auth/team-issuer.ts';
import { AppError } from '#shared/core/errors.ts';
import type { IdentityProviderRow } from '#shared/db/identity-providers.ts';
import { Id, Timestamp } from '#shared/http/route.ts';

const DOMAIN = /^(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/;

const Domain = z
  .string()
  .max(253)
  .transform((text) => domainToASCII(text.trim().toLowerCase()))
  .refine((domain) => DOMAIN.test(domain), 'must be a domain such as example.com');

const Words = z
  .array(
    z
      .string()
      .regex(/^[\x21-\x7e]+$/, 'must be without spaces')
      .max(200),
  )
  .max(10);

/** What an owner sets of an issuer. */
export const IdentityProviderInput = z
  .object({
    issuer: z
      .url({ protocol: /^https?$/ })
      .max(500)
      .meta({
        description: 'As in its metadata, `<issuer>/.well-known/openid-configuration`',
      }),
    client_id: z.string().trim().min(1).max(255),
    client_secret: z.string().min(1).max(1_000).meta({ description: 'Encrypted; never shown again' }),
    domains: z
      .array(Domain)
      .min(1)
      .max(20)
      .transform((domains) => [...new Set(domains)])
      .meta({ description: 'Addresses of these domains sign in with this issuer, once a domain is proved' }),
    required_acr: Words.default([]).meta({ description: 'The ID token’s `acr` must be one of these' }),
    required_amr: Words.default([]).meta({
      description: 'The ID token’s `amr` must hold all of these, such as `mfa`',
    }),
    max_age_seconds: z.int().min(60).max(2_592_000).nullable().default(null).meta({
      description: 'How long after signing in at the issuer a session lasts. null: as long as other sessions',
    }),
    prompt: z.enum(['select_account', 'login']).nullable().default(null).meta({
      description: 'What the issuer is asked to show: the choice of accounts, or a new sign-in',
    }),
    default_role: z.enum(['viewer', 'member']).nullable().default('viewer').meta({
      description: 'The role of somebody who signs in for the first time. null: only invited people come in',
    }),
  })
  .meta({
    examples: [
      {
        issuer: 'https://login.example.com',
        client_id: 'rag-platform',
        client_secret: '(from your issuer)',
        domains: ['example.com'],
      },
    ],
  });

export const IdentityProvider = z
  .object({
    id: Id,
    issuer: z.string(),
    client_id: z.string(),
    domains: z.array(z.string()),
    verification: z
      .array(
        z.object({
          domain: z.string(),
          record_name: z.string().meta({ description: 'Name of the TXT record that proves the domain' }),
          record_value: z.string(),
          verified_at: Timestamp.nullable(),
        }),
      )
      .meta({ description: 'Set each record in the DNS, then call `…/verify`' }),
    redirect_uri: z.string().meta({ description: 'Register it at the issuer' }),
    required_acr: z.array(z.string()),
    required_amr: z.array(z.string()),
    max_age_seconds: z.int().nullable(),
    prompt: z.enum(['select_account', 'login']).nullable(),
    default_role: z.enum(['viewer', 'member']).nullable(),
    created_at: Timestamp,
  })
  .meta({ id: 'IdentityProvider' });

/** Converts a row to the API's representation, without the secret. */
export function renderProvider(row: IdentityProviderRow) {
  const { team_id: _team, sealed_secret: _secret, domains, ...provider } = row;
  return {
    ...provider,
    domains: domains.map(({ domain }) => domain),
    verification: domains.map(({ domain, proof, verified_at }) => {
      const record = proofRecord(domain, proof);
      return { domain, record_name: record.name, record_value: record.value, verified_at };
    }),
    redirect_uri: redirectUriOf(provider.id),
  };
}

/** The settings of a provider as the audit log has them: without the secret, and domains without their proofs. */
export function settingsOf(row: IdentityProviderRow): Record<string, unknown> {
  const { id: _id, team_id: _team, created_at: _at, sealed_secret: _secret, domains, ...settings } = row;
  return { ...settings, domains: domains.map(({ domain }) => domain) };
}

/** @throws AppError `unknown_url` for an issuer that must not be fetched */
export async function requireIssuer(issuer: string): Promise<void> {
  const url = new URL(issuer);
  const problem = url.search || url.hash ? 'must have no query' : problemOf(url);
  const reason = problem ?? ((await isForbiddenIssuer(url)) ? 'is not public' : null);
  if (reason === null) return;
  throw new AppError('unknown_url', `The issuer's address ${reason}.`, {
    fields: [{ path: 'issuer', message: reason }],
  });
}

/** What a domain's TXT record must hold: nobody else can know it. */
export function newProof(): string {
  return randomBytes(20).toString('hex');
}
