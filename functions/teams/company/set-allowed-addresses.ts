import { z } from 'zod';
import { isWithin } from '#shared/auth/allowed-address.ts';
import { AppError } from '#shared/core/errors.ts';
import * as auditLog from '#shared/db/audit-log.ts';
import * as companyRules from '#shared/db/company-rules.ts';
import { inTeam } from '#shared/db/scope.ts';
import { Networks } from '#shared/http/networks-schema.ts';
import { defineRoute, ok } from '#shared/http/route.ts';
import { AllowedAddresses } from './schemas.ts';

export const setAllowedAddresses = defineRoute({
  method: 'PUT',
  path: '/v1/teams/{team_id}/allowed-addresses',
  summary: 'Set the networks from which the team may be reached',
  description:
    'From the next request on, sessions and API keys get 403 `address_not_allowed` from anywhere else on every route of the team. A list that leaves out the address of this request is refused, unless `force` is true.',
  tag: 'teams',
  access: { role: 'owner', scope: 'session-only' },
  body: z.object({
    addresses: Networks.nullable().meta({ description: 'null: every address' }),
    force: z.boolean().default(false),
  }),
  response: { 200: AllowedAddresses },
  errors: ['not_found', 'insufficient_role', 'address_not_allowed', 'own_address_missing'],
  async run({ principal, body: { addresses, force }, request }) {
    const { teamId } = principal;
    if (addresses && !force && !isWithin(request.ip, addresses)) throw ownAddressMissing(request.ip);
    await inTeam(teamId, async (db) => {
      const before = { addresses: await companyRules.findAllowedAddresses(teamId, db) };
      await companyRules.setAllowedAddresses(teamId, addresses, db);
      const values = { before, after: { addresses } };
      const entry = { actor: principal, action: 'allowed_addresses.changed', targetId: teamId, ...values };
      await auditLog.append(teamId, entry, db);
    });
    return ok({ addresses, your_address: request.ip });
  },
});

function ownAddressMissing(ip: string): AppError {
  return new AppError(
    'own_address_missing',
    `The list leaves out ${ip}, from which you send it: you would lock yourself out. Add it, or set \`force\`.`,
    { fields: [{ path: 'addresses', message: `must hold ${ip}, unless force is true` }] },
  );
}
