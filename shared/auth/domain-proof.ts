import { Resolver } from 'node:dns/promises';
import { section } from '#shared/core/config.ts';

const signInConfig = section('sign_in');

const TIMEOUT_MS = 5_000;

export type TxtRecord = { name: string; value: string };

/** The TXT record with which a domain is proved. */
export function proofRecord(domain: string, proof: string): TxtRecord {
  return { name: `_rag-platform.${domain}`, value: `rag-platform-verification=${proof}` };
}

/** Whether the record stands in the DNS. `servers`: other name servers than the system's, as `address:port`. */
export async function isProved(record: TxtRecord, servers: string[] = []): Promise<boolean> {
  if (signInConfig().DOMAIN_PROOF === 'none') return true;
  const resolver = new Resolver({ timeout: TIMEOUT_MS, tries: 1 });
  if (servers.length > 0) resolver.setServers(servers);
  const found = await resolver.resolveTxt(record.name).catch(() => []);
  return found.some((parts) => parts.join('').trim() === record.value);
}
