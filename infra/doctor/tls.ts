import { type Checks, type Finding, failed, ok, reasonOf } from './check.ts';
import type { Network } from './network.ts';

/** ACM renews 60 days before the end, so below this the renewal has been failing for a month. */
const LEAST_DAYS = 30;
const DAY_MS = 86_400_000;
/** Errors of a server that refuses the offered version, or that closes the connection instead. */
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
    const next = 'ACM needs the validation record and the delegation to renew: check that both still exist.';
    return failed(`${days} days left`, next, 5);
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    const isCertificate = /CERT|ALTNAME|SIGNATURE/.test(code);
    if (isCertificate)
      return failed(
        reasonOf(error),
        'Check the certificate’s status in ACM, and which certificate is attached.',
        5,
      );
    return failed(reasonOf(error), 'Check the DNS record of this name, and whether the stack is complete.');
  }
}

async function refusesOldTls(network: Network, host: string): Promise<Finding> {
  // OpenSSL offers the old versions only at security level 0.
  const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' } as const;
  try {
    const { protocol } = await network.handshake(host, old);
    return failed(
      `it accepts ${protocol}`,
      'SslPolicy of the listener and SecurityPolicy of the domain set the versions; deploy the stack again.',
    );
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? '';
    if (REFUSED.test(code)) return ok('refused');
    return failed(reasonOf(error), 'Check the DNS record of this name, and whether the stack is complete.');
  }
}
