import { Resolver } from 'node:dns/promises';
import { type Checks, type Finding, failed, ok, reasonOf } from './check.ts';
import { askForDelegation } from './dns-query.ts';

const DELEGATE =
  'Enter the hosted zone’s name servers at the registrar, or as NS records in the parent zone.';

export type Dns = { resolver: Resolver; port: number };

/** @param server address and port of the name server to ask; the machine's own without it */
export function openDns(server: string | undefined): Dns {
  const resolver = new Resolver({ timeout: 3_000, tries: 2 });
  if (server) resolver.setServers([server]);
  return { resolver, port: Number(server?.split(':')[1] ?? 53) };
}

export function dnsChecks({ resolver, port }: Dns, domain: string, hosts: string[]): Checks {
  const addresses = hosts.map((host) => [`${host} resolves`, () => resolves(resolver, host)] as const);
  return {
    [`${domain} is delegated`]: () => delegation({ resolver, port }, domain),
    ...Object.fromEntries(addresses),
  };
}

async function resolves(resolver: Resolver, host: string): Promise<Finding> {
  const addresses = await resolver.resolve4(host).catch((error: unknown) => reasonOf(error));
  if (Array.isArray(addresses)) return ok(addresses.join(', '));
  return failed(
    addresses,
    'The stack makes this record at its end: look at the delegation and the stack.',
    5,
  );
}

/** What the parent says of a domain must be what the domain's own servers say: then everybody finds these. */
async function delegation(dns: Dns, domain: string): Promise<Finding> {
  const told = await delegatedTo(dns, domain);
  if (told?.length === 0) return failed('the parent zone knows no name servers of it', DELEGATE, 5);
  const own = await dns.resolver.resolveNs(domain).catch((error: unknown) => reasonOf(error));
  if (!Array.isArray(own)) return failed(`its name servers do not know it (${own})`, DELEGATE, 5);
  const lowered = own.map((name) => name.toLowerCase()).sort();
  if (!told) return ok(`${lowered.join(', ')}; the parent zone could not be asked`);
  if (lowered.join() === told.join()) return ok(told.join(', '));
  return failed(`the parent says ${told.join(', ')}, the zone itself ${lowered.join(', ')}`, DELEGATE, 5);
}

/** @returns null when none of the parent's servers answers, as in networks that let nobody ask but their own resolver */
async function delegatedTo(dns: Dns, domain: string): Promise<string[] | null> {
  for (const server of await parentServers(dns.resolver, domain)) {
    const [address] = await dns.resolver.resolve4(server).catch(() => []);
    if (!address) continue;
    const told = await askForDelegation(domain, { address, port: dns.port }).catch(() => null);
    if (told) return told;
  }
  return null;
}

/** At most three of the nearest name above that is a zone of its own: more would only take longer to be silent. */
async function parentServers(resolver: Resolver, domain: string): Promise<string[]> {
  const labels = domain.split('.');
  for (let above = 1; above < labels.length; above += 1) {
    const servers = await resolver.resolveNs(labels.slice(above).join('.')).catch(() => []);
    if (servers.length > 0) return servers.slice(0, 3);
  }
  return [];
}
