import { z } from 'zod';
import { Id, Timestamp } from '#shared/http/route.ts';

export const AllowedAddresses = z
  .object({
    addresses: z
      .array(z.string())
      .nullable()
      .meta({ description: 'Networks in CIDR notation; null: every address' }),
    your_address: z.string().meta({ description: 'From which this request came' }),
  })
  .meta({ id: 'AllowedAddresses' });

export const LegalHold = z
  .object({
    active: z.boolean(),
    reason: z.string().nullable(),
    started_at: Timestamp.nullable(),
    started_by: Id.nullable(),
  })
  .meta({ id: 'LegalHold' });
