import { readRing } from '#shared/auth/key-ring.ts';
import { servicePublicKeys } from '#shared/auth/service-token.ts';

/** The settings with which this process signs service tokens and an embedder checks them. */
export function serviceKeySettings(secret = 'a secret for tests, long enough to be one'): {
  JWT_SECRET: string;
  SERVICE_PUBLIC_KEYS: string;
} {
  return { JWT_SECRET: secret, SERVICE_PUBLIC_KEYS: JSON.stringify(servicePublicKeys(readRing(secret, []))) };
}
