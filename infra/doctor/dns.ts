import { Resolver } from 'node:dns/promises';
import { type Checks, type Finding, failed, ok, reasonOf } from './check.ts';
import { askForDelegation } from './dns-query.ts';

const DELEGATE =
  'Enter the hosted zone’s name servers at the registrar, or as NS records in the parent zone.';

export type Dns = { resolver: Resolver; port: number };

/** @param server address and port of the name server to ask; without it, the machine's own */
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
  return failed(addresses, 'The stack creates this record last: check the delegation and the stack.', 5);
}

/** The parent's delegation must name the same servers as the domain's own zone. */
async function delegation(dns: Dns, domain: string): Promise<Finding> {
  const servers = await delegatedTo(dns, domain);
  if (servers?.length === 0) return failed('the parent zone has no name servers for it', DELEGATE, 5);
  const own = await dns.resolver.resolveNs(domain).catch((error: unknown) => reasonOf(error));
  if (!Array.isArray(own)) return failed(`its name servers do not answer for it (${own})`, DELEGATE, 5);
  const lowered = own.map((name) => name.toLowerCase()).sort();
  if (!servers) return ok(`${lowered.join(', ')}; the parent zone did not answer`);
  if (lowered.join() === servers.join()) return ok(servers.join(', '));
  return failed(`the parent says ${servers.join(', ')}, the zone itself ${lowered.join(', ')}`, DELEGATE, 5);
}

/** @returns null if none of the parent's servers answers, as in networks that block all resolvers but their own */
async function delegatedTo(dns: Dns, domain: string): Promise<string[] | null> {
  for (const server of await parentServers(dns.resolver, domain)) {
    const [address] = await dns.resolver.resolve4(server).catch(() => []);
    if (!address) continue;
    const servers = await askForDelegation(domain, { address, port: dns.port }).catch(() => null);
    if (servers) return servers;
  }
  return null;
}

/** Up to three name servers of the nearest parent zone: with more, an unreachable zone would only take longer. */
async function parentServers(resolver: Resolver, domain: string): Promise<string[]> {
  const labels = domain.split('.');
  for (let above = 1; above < labels.length; above += 1) {
    const servers = await resolver.resolveNs(labels.slice(above).join('.')).catch(() => []);
    if (servers.length > 0) return servers.slice(0, 3);
  }
  return [];
}
