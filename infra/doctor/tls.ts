import { type Checks, type Finding, failed, ok, reasonOf } from './check.ts';
import type { Network } from './network.ts';

/** ACM renews 60 days before the end: below this it has tried for a while. */
const LEAST_DAYS = 30;
const DAY_MS = 86_400_000;
/** What a server says that does not speak what was offered, and what a connection says that it just closed. */
const REFUSED = /ALERT_PROTOCOL_VERSION|ALERT_HANDSHAKE_FAILURE|UNSUPPORTED_PROTOCOL|ECONNRESET|EPROTO/;

export function tlsChecks(network: Network, hosts: string[]): Checks {
  return Object.fromEntries(
    hosts.flatMap((host) => [
      [`certificate of ${host}`, () => certificateOf(network, host)],
      [`${host} refuses TLS below 1.2`, () => refusesOldTls(network, host)],
    ]),
  );
}

async function certificateOf(network: Network, host: string): Promise<Finding> {
  try {
    const { certificate, protocol } = await network.handshake(host);
    const days = Math.floor((Date.parse(certificate.valid_to) - Date.now()) / DAY_MS);
    if (days >= LEAST_DAYS) return ok(`${days} days left, ${protocol}`);
    const next =
      'ACM renews by the validation record in the zone: the record and the delegation must still be there.';
    return failed(`${days} days left`, next, 5);
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    const isCertificate = /CERT|ALTNAME|SIGNATURE/.test(code);
    if (isCertificate)
      return failed(
        reasonOf(error),
        'Look at the certificate’s status in ACM, and which one is attached.',
        5,
      );
    return failed(reasonOf(error), 'Look at the record of this name, and whether the stack is complete.');
  }
}

async function refusesOldTls(network: Network, host: string): Promise<Finding> {
  // Today's OpenSSL does not offer the old versions unless told to.
  const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' } as const;
  try {
    const { protocol } = await network.handshake(host, old);
    return failed(
      `it speaks ${protocol}`,
      'The listener’s SslPolicy and the domain’s SecurityPolicy say which versions; deploy the stack again.',
    );
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? '';
    if (REFUSED.test(code)) return ok('refused');
    return failed(reasonOf(error), 'Look at the record of this name, and whether the stack is complete.');
  }
}
