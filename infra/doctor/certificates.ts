import type { Aws } from './aws.ts';
import { type Checks, type Finding, failed, ok } from './check.ts';
import type { Dns } from './dns.ts';
import { type Deployed, idOf } from './stack.ts';

const DELEGATE =
  'Enter the zone’s name servers at the registrar; ACM then continues by itself. Check: dig +short NS <domain>';

type Certificate = { Certificate: { Status: string; DomainValidationOptions?: Validation[] } };
type Validation = { DomainName: string; ValidationStatus?: string };
type Zones = { HostedZones: { Id: string; Name: string }[] };
type Zone = { DelegationSet: { NameServers: string[] } };

export function certificateChecks(aws: Aws, stack: Deployed, { resolver }: Dns, domain: string): Checks {
  return {
    'ACM certificate': () => issued(aws, stack),
    'name servers of the hosted zone': () => delegated(aws, resolver, domain),
  };
}

async function issued(aws: Aws, stack: Deployed): Promise<Finding> {
  const arn = idOf(stack, 'Certificate');
  const { Certificate: found } = await aws<Certificate>(
    'acm',
    'describe-certificate',
    '--certificate-arn',
    arn,
  );
  if (found.Status === 'ISSUED') return ok('ISSUED');
  const waiting =
    found.DomainValidationOptions?.filter(({ ValidationStatus }) => ValidationStatus !== 'SUCCESS') ?? [];
  return failed([found.Status, ...waiting.map(({ DomainName }) => DomainName)].join(' '), DELEGATE, 5);
}

/** The public name servers must be those of a hosted zone in this account; several zones may share one name. */
async function delegated(aws: Aws, resolver: Dns['resolver'], domain: string): Promise<Finding> {
  const { HostedZones } = await aws<Zones>('route53', 'list-hosted-zones-by-name', '--dns-name', domain);
  const zones = HostedZones.filter(({ Name }) => Name === `${domain}.`);
  if (zones.length === 0)
    return failed(`no hosted zone ${domain}`, 'Create it: see step 2 of the first deploy.', 5);
  const delegatedServers = (await resolver.resolveNs(domain).catch(() => []))
    .map((name) => name.toLowerCase())
    .sort();
  const sets = await Promise.all(
    zones.map(async ({ Id }) => {
      const { DelegationSet } = await aws<Zone>('route53', 'get-hosted-zone', '--id', Id);
      return DelegationSet.NameServers.map((name) => name.toLowerCase()).sort();
    }),
  );
  if (sets.some((servers) => servers.join() === delegatedServers.join()))
    return ok('match the public delegation');
  const wanted = sets.map((servers) => servers.join(', ')).join(' or ');
  return failed(
    `public DNS names ${delegatedServers.join(', ') || 'none'}, the zone has ${wanted}`,
    DELEGATE,
    5,
  );
}
