import { type Check, type Finding, unless } from '../check.ts';
import { at, idOf, mentions, ofType, type Template } from '../template.ts';

const ROUTE = 'AWS::EC2::Route';
const ASSOCIATION = 'AWS::EC2::SubnetRouteTableAssociation';

/** Lesson 2: a subnet without an association of its own falls back to the main table, which leads nowhere. */
const subnetsHaveRoutes: Check = (template) =>
  ofType(template, 'AWS::EC2::Subnet').flatMap(({ id }) => {
    const associations = ofType(template, ASSOCIATION).filter(
      ({ properties }) => idOf(properties.SubnetId) === id,
    );
    if (associations.length !== 1)
      return [
        {
          rule: 'subnet-route-table',
          where: id,
          message: `has ${associations.length} route-table associations`,
        },
      ];
    const table = idOf(associations[0]?.properties.RouteTableId);
    return defaultRouteOf(template, id, table);
  });

/** Public subnets lead to the internet gateway; private ones to the NAT (or nowhere, where there is none). */
function defaultRouteOf(template: Template, subnet: string, table: string | undefined): Finding[] {
  const routes = ofType(template, ROUTE).filter(
    ({ properties }) =>
      idOf(properties.RouteTableId) === table && properties.DestinationCidrBlock === '0.0.0.0/0',
  );
  const rule = 'subnet-default-route';
  const toInternet = routes.some(({ properties }) => properties.GatewayId !== undefined);
  if (subnet.startsWith('Public'))
    return unless(toInternet, { rule, where: subnet, message: 'a public subnet has no way to the internet' });
  const hasNat = ofType(template, 'AWS::EC2::NatGateway').length > 0;
  return [
    ...unless(!toInternet, { rule, where: subnet, message: 'a private subnet is open to the internet' }),
    ...unless(!hasNat || routes.some(({ properties }) => properties.NatGatewayId !== undefined), {
      rule,
      where: subnet,
      message: 'a private subnet has no route to the NAT gateway',
    }),
  ];
}

/** Every subnet lies in the VPC, in one of two zones for each kind, and hands out no public addresses of itself. */
const subnetsSpanTwoZones: Check = (template) => {
  const subnets = ofType(template, 'AWS::EC2::Subnet');
  return ['Public', 'Private'].flatMap((kind) => {
    const own = subnets.filter(({ id }) => id.startsWith(kind));
    const zones = new Set(own.map(({ properties }) => JSON.stringify(properties.AvailabilityZone)));
    return [
      ...unless(zones.size >= 2, {
        rule: 'two-zones',
        where: kind,
        message: `${kind} subnets lie in ${zones.size} zone(s)`,
      }),
      ...own.flatMap(({ id, properties }) =>
        unless(kind === 'Public' || properties.MapPublicIpOnLaunch !== true, {
          rule: 'private-subnet',
          where: id,
          message: 'assigns public addresses',
        }),
      ),
    ];
  });
};

/** The NAT gateway stands in a public subnet: in a private one it would route to itself. */
const natIsPublic: Check = (template) =>
  ofType(template, 'AWS::EC2::NatGateway').flatMap(({ id, properties }) =>
    unless(String(idOf(properties.SubnetId)).startsWith('Public'), {
      rule: 'nat-subnet',
      where: id,
      message: 'stands in no public subnet',
    }),
  );

/** S3 traffic goes by the free gateway endpoint of the private tables; interface endpoints cost and are not wanted. */
const endpointsAreFree: Check = (template) => {
  const endpoints = ofType(template, 'AWS::EC2::VPCEndpoint');
  const s3 = endpoints.find(({ properties }) => JSON.stringify(properties.ServiceName).includes('.s3"'));
  const tables = ofType(template, 'AWS::EC2::RouteTable').filter(({ id }) => id.startsWith('Private'));
  return [
    ...endpoints.flatMap(({ id, properties }) =>
      unless(properties.VpcEndpointType !== 'Interface', {
        rule: 'interface-endpoint',
        where: id,
        message: 'interface endpoints are billed by the hour',
      }),
    ),
    ...tables.flatMap(({ id }) =>
      unless(s3 !== undefined && mentions(s3.properties.RouteTableIds, id), {
        rule: 's3-endpoint',
        where: id,
        message: 'has no S3 gateway endpoint: documents would go through the NAT gateway',
      }),
    ),
  ];
};

/** Functions that work in the VPC stand in private subnets, in at least two zones. */
const functionsStandInPrivateSubnets: Check = (template) =>
  ofType(template, 'AWS::Lambda::Function').flatMap(({ id, properties }) => {
    const vpc = properties.VpcConfig;
    if (vpc === undefined) return [];
    const subnets = (at(vpc, 'SubnetIds') as unknown[] | undefined) ?? [];
    const names = subnets.map((subnet) => idOf(subnet as never) ?? '');
    return unless(names.length >= 2 && names.every((name) => name.startsWith('Private')), {
      rule: 'function-subnets',
      where: id,
      message: `stands in ${names.join(', ') || 'no subnet'}`,
    });
  });

export const NETWORK_CHECKS: Check[] = [
  subnetsHaveRoutes,
  subnetsSpanTwoZones,
  natIsPublic,
  endpointsAreFree,
  functionsStandInPrivateSubnets,
];
