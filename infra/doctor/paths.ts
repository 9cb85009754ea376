import type { Aws } from './aws.ts';
import { type Checks, type Finding, failed, ok } from './check.ts';
import { type Deployed, idOf } from './stack.ts';

const DEPLOY = 'It was changed by hand: deploy the stack, or undo the change.';

type RouteTables = {
  RouteTables: {
    Associations: { SubnetId?: string }[];
    Routes: { DestinationCidrBlock?: string; State: string }[];
  }[];
};
type Permission = {
  IpProtocol: string;
  FromPort?: number;
  ToPort?: number;
  UserIdGroupPairs?: { GroupId: string }[];
  IpRanges?: { CidrIp: string }[];
};
type Groups = { SecurityGroups: { GroupId: string; IpPermissionsEgress: Permission[] }[] };

/** What each security group must be able to reach: another group, or an address range. */
const EGRESS: Record<string, [target: string, port: number][]> = {
  FunctionSecurityGroup: [
    ['DatabaseSecurityGroup', 5432],
    ['RedisSecurityGroup', 6379],
    ['ChromaSecurityGroup', 8000],
    ['EmbedderSecurityGroup', 8001],
    ['0.0.0.0/0', 443],
  ],
  EmbedderSecurityGroup: [['0.0.0.0/0', 443]],
  AlbSecurityGroup: [['EmbedderSecurityGroup', 8001]],
};

export function pathChecks(aws: Aws, stack: Deployed): Checks {
  return {
    'routes of the private subnets': () => routes(aws, stack),
    'egress of the security groups': () => egress(aws, stack),
  };
}

async function routes(aws: Aws, stack: Deployed): Promise<Finding> {
  const subnets = [idOf(stack, 'PrivateSubnetA'), idOf(stack, 'PrivateSubnetC')];
  const filter = `Name=association.subnet-id,Values=${subnets.join(',')}`;
  const { RouteTables } = await aws<RouteTables>('ec2', 'describe-route-tables', '--filters', filter);
  const associated = RouteTables.flatMap(({ Associations }) => Associations.map(({ SubnetId }) => SubnetId));
  const unrouted = subnets.filter((subnet) => !associated.includes(subnet));
  if (unrouted.length > 0)
    return failed(`${unrouted.join(', ')} without a route table of its own`, DEPLOY, 2);
  const hasNat = stack.resources.has('NatGateway') || stack.resources.has('NatInstance');
  if (!hasNat) return ok('both have a table; this stage has no NAT');
  const inactive = RouteTables.filter(
    ({ Routes }) =>
      !Routes.some((each) => each.DestinationCidrBlock === '0.0.0.0/0' && each.State === 'active'),
  );
  if (inactive.length > 0) return failed('no active route to 0.0.0.0/0', `The NAT is gone. ${DEPLOY}`, 2);
  return ok('both have a table with an active route to the internet');
}

async function egress(aws: Aws, stack: Deployed): Promise<Finding> {
  const groups = Object.keys(EGRESS).filter((group) => stack.resources.has(group));
  const ids = groups.map((group) => idOf(stack, group));
  const { SecurityGroups } = await aws<Groups>('ec2', 'describe-security-groups', '--group-ids', ...ids);
  const missing = groups.flatMap((group) => {
    const found = SecurityGroups.find(({ GroupId }) => GroupId === stack.resources.get(group));
    const wanted = (EGRESS[group] ?? []).filter(
      ([target]) => target.includes('/') || stack.resources.has(target),
    );
    return wanted
      .filter(
        ([target, port]) =>
          !opens(found?.IpPermissionsEgress ?? [], stack.resources.get(target) ?? target, port),
      )
      .map(([, port]) => `${group} → ${port}`);
  });
  return missing.length === 0
    ? ok('every port to the other parts is open')
    : failed(missing.join(', '), DEPLOY, 3);
}

/** A rule for all traffic has protocol -1 and no ports. */
function opens(permissions: Permission[], target: string, port: number): boolean {
  return permissions.some(({ IpProtocol, FromPort, ToPort, UserIdGroupPairs = [], IpRanges = [] }) => {
    const isPort =
      IpProtocol === '-1' ||
      (FromPort !== undefined && ToPort !== undefined && FromPort <= port && port <= ToPort);
    const isTarget =
      UserIdGroupPairs.some(({ GroupId }) => GroupId === target) ||
      IpRanges.some(({ CidrIp }) => CidrIp === '0.0.0.0/0');
    return isPort && isTarget;
  });
}
