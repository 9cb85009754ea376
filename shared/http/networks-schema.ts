import { z } from 'zod';
import { normalizeNetwork } from '#shared/auth/allowed-address.ts';

const Network = z
  .string()
  .max(60)
  .transform((text, context) => {
    const network = normalizeNetwork(text);
    if (network !== null) return network;
    context.addIssue({
      code: 'custom',
      message: 'must be an IP address, or a network such as 203.0.113.0/24',
    });
    return z.NEVER;
  });

/** Networks that a caller's address is compared with, as they are stored; an empty list would let nobody in. */
export const Networks = z
  .array(Network)
  .min(1)
  .max(100)
  .transform((networks) => [...new Set(networks)]);
