import { FETCH_PORTS } from '#shared/ingestion/fetch-public-url.ts';
import { type Check, type Finding } from '../check.ts';
import { idOf, type Json, objects, ofType, type Props, type Template } from '../template.ts';

type Rule = { group: string; peer: string; from: number; to: number; where: string };
type Direction = 'Ingress' | 'Egress';

const WORLD = 'world';
const GROUP = 'AWS::EC2::SecurityGroup';

/** The allowed connections. Both groups must have a rule for each (lesson 3), and no other rule may exist. */
const FLOWS: { from: string; to: string; port: number }[] = [
  { from: WORLD, to: 'AlbSecurityGroup', port: 80 },
  { from: WORLD, to: 'AlbSecurityGroup', port: 443 },
  { from: 'AlbSecurityGroup', to: 'EmbedderSecurityGroup', port: 8001 },
  { from: 'FunctionSecurityGroup', to: 'EmbedderSecurityGroup', port: 8001 },
  { from: 'FunctionSecurityGroup', to: 'ChromaSecurityGroup', port: 8000 },
  { from: 'FunctionSecurityGroup', to: 'DatabaseSecurityGroup', port: 5432 },
  { from: 'FunctionSecurityGroup', to: 'RedisSecurityGroup', port: 6379 },
  { from: 'FunctionSecurityGroup', to: WORLD, port: 443 },
  ...FETCH_PORTS.map((port) => ({ from: 'FetchSecurityGroup', to: WORLD, port })),
  { from: 'EmbedderSecurityGroup', to: WORLD, port: 443 },
  { from: 'ChromaSecurityGroup', to: WORLD, port: 443 },
  { from: 'ChromaSecurityGroup', to: 'VolumeSecurityGroup', port: 2049 },
  { from: '10.0.11.0/24', to: 'NatSecurityGroup', port: 443 },
  { from: '10.0.12.0/24', to: 'NatSecurityGroup', port: 443 },
  { from: 'NatSecurityGroup', to: WORLD, port: 443 },
];

/** Whether a name stands for the internet or an address range instead of a security group. */
function isOutside(name: string): boolean {
  return name === WORLD || name.includes('/');
}

/** The security groups allow exactly the connections of the list. */
const groupsAllowOnlyKnownFlows: Check = (template) => {
  const groups = new Set(ofType(template, GROUP).map(({ id }) => id));
  const exists = (group: string) => isOutside(group) || groups.has(group);
  const rules = { Ingress: rulesOf(template, 'Ingress'), Egress: rulesOf(template, 'Egress') };
  const flows = FLOWS.filter(({ from, to }) => exists(from) && exists(to));
  return [
    ...flows.flatMap((flow) => missing(flow, rules)),
    ...(['Ingress', 'Egress'] as const).flatMap((direction) =>
      unexpected(direction, rules[direction], flows),
    ),
  ];
};

/** Each group has egress rules: without any, AWS allows all traffic to everywhere. */
const egressIsExplicit: Check = (template) =>
  ofType(template, GROUP)
    .filter(({ properties }) => objects(properties.SecurityGroupEgress).length === 0)
    .map(({ id }) => ({
      rule: 'egress-default',
      where: id,
      message: 'has no egress rule: AWS allows all traffic to everywhere',
    }));

function missing(flow: (typeof FLOWS)[number], rules: Record<Direction, Rule[]>): Finding[] {
  const opens = (direction: Direction, group: string, peer: string) =>
    isOutside(group) ||
    rules[direction].some(
      (rule) => rule.group === group && rule.peer === peer && rule.from <= flow.port && flow.port <= rule.to,
    );
  const findings: Finding[] = [];
  if (!opens('Egress', flow.from, flow.to))
    findings.push({ rule: 'egress', where: flow.from, message: `cannot send to ${flow.to} on ${flow.port}` });
  if (!opens('Ingress', flow.to, flow.from))
    findings.push({
      rule: 'ingress',
      where: flow.to,
      message: `does not accept ${flow.from} on ${flow.port}`,
    });
  return findings;
}

function unexpected(direction: Direction, rules: Rule[], flows: typeof FLOWS): Finding[] {
  const isKnown = (rule: Rule) =>
    flows.some(({ from, to, port }) => {
      const [group, peer] = direction === 'Egress' ? [from, to] : [to, from];
      return rule.group === group && rule.peer === peer && rule.from === port && rule.to === port;
    });
  return rules
    .filter((rule) => !isKnown(rule) && rule.peer !== 'nobody')
    .map((rule) => ({
      rule: direction === 'Egress' ? 'egress-too-open' : 'ingress-too-open',
      where: rule.where,
      message: `${rule.group} is open to ${rule.peer} on ${rule.from}–${rule.to}, which is not in the list`,
    }));
}

function rulesOf(template: Template, direction: Direction): Rule[] {
  const inline = ofType(template, GROUP).flatMap(({ id, properties }) =>
    objects(properties[`SecurityGroup${direction}`]).map((rule) => toRule(id, id, rule)),
  );
  const own = ofType(template, `AWS::EC2::SecurityGroup${direction}`).map(({ id, properties }) =>
    toRule(id, idOf(properties.GroupId) ?? '?', properties),
  );
  return [...inline, ...own];
}

function toRule(where: string, group: string, rule: Props): Rule {
  const all = String(rule.IpProtocol) !== 'tcp';
  const [from, to] = all ? [0, 65_535] : [Number(rule.FromPort), Number(rule.ToPort)];
  return { group, peer: peerOf(rule), from, to, where };
}

function peerOf(rule: Props): string {
  const groupId = rule.SourceSecurityGroupId ?? rule.DestinationSecurityGroupId;
  if (groupId !== undefined) return idOf(groupId) ?? JSON.stringify(groupId);
  return networkOf(
    rule.CidrIp ?? rule.CidrIpv6 ?? rule.SourcePrefixListId ?? rule.DestinationPrefixListId ?? '?',
  );
}

/** A rule for these addresses matches no traffic; it replaces AWS's default egress for a group that sends nothing. */
function networkOf(cidr: Json): string {
  if (cidr === '0.0.0.0/0' || cidr === '::/0') return WORLD;
  return cidr === '127.0.0.1/32' || cidr === '255.255.255.255/32' ? 'nobody' : String(cidr);
}

export const FIREWALL_CHECKS: Check[] = [groupsAllowOnlyKnownFlows, egressIsExplicit];
