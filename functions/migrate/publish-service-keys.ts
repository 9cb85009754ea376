import { servicePublicKeys } from '#shared/auth/service-token.ts';
import { signingRing } from '#shared/auth/signatures.ts';
import { writeSecret } from '#shared/core/write-secret.ts';

/** Stores the public halves of the signing keys where the embedder reads them, before its tasks start. */
export async function publishServiceKeys(prefix: string): Promise<void> {
  await writeSecret(`${prefix}service-public-keys`, { public_keys: servicePublicKeys(signingRing()) });
}
