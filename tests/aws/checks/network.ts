import { type Check, type Finding, unless } from '../check.ts';
import { at, idOf, mentions, ofType, type Template } from '../template.ts';

const ROUTE = 'AWS::EC2::Route';
const ASSOCIATION = 'AWS::EC2::SubnetRouteTableAssociation';

/** Each subnet has a route table: without one it falls back to the main table, which has no routes (lesson 2). */
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

/** Public subnets route to the internet gateway; private ones to the NAT gateway, if there is one. */
function defaultRouteOf(template: Template, subnet: string, table: string | undefined): Finding[] {
  const routes = ofType(template, ROUTE).filter(
    ({ properties }) =>
      idOf(properties.RouteTableId) === table && properties.DestinationCidrBlock === '0.0.0.0/0',
  );
  const rule = 'subnet-default-route';
  const toInternet = routes.some(({ properties }) => properties.GatewayId !== undefined);
  if (subnet.startsWith('Public'))
    return unless(toInternet, {
      rule,
      where: subnet,
      message: 'a public subnet has no route to the internet',
    });
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

/** Public and private subnets each span two zones, and private ones assign no public addresses. */
const subnetsSpanTwoZones: Check = (template) => {
  const subnets = ofType(template, 'AWS::EC2::Subnet');
  return ['Public', 'Private'].flatMap((kind) => {
    const own = subnets.filter(({ id }) => id.startsWith(kind));
    const zones = new Set(own.map(({ properties }) => JSON.stringify(properties.AvailabilityZone)));
    return [
      ...unless(zones.size >= 2, {
        rule: 'two-zones',
        where: kind,
        message: `${kind} subnets are in ${zones.size} zone(s)`,
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

/** The NAT gateway is in a public subnet: in a private one it would route to itself. */
const natIsPublic: Check = (template) =>
  ofType(template, 'AWS::EC2::NatGateway').flatMap(({ id, properties }) =>
    unless(String(idOf(properties.SubnetId)).startsWith('Public'), {
      rule: 'nat-subnet',
      where: id,
      message: 'is not in a public subnet',
    }),
  );

/** Private subnets reach S3 by the free gateway endpoint, and there are no interface endpoints, which cost. */
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

/** Functions of the VPC are in at least two private subnets. */
const functionsUsePrivateSubnets: Check = (template) =>
  ofType(template, 'AWS::Lambda::Function').flatMap(({ id, properties }) => {
    const vpc = properties.VpcConfig;
    if (vpc === undefined) return [];
    const subnets = (at(vpc, 'SubnetIds') as unknown[] | undefined) ?? [];
    const names = subnets.map((subnet) => idOf(subnet as never) ?? '');
    return unless(names.length >= 2 && names.every((name) => name.startsWith('Private')), {
      rule: 'function-subnets',
      where: id,
      message: `is in ${names.join(', ') || 'no subnet'}`,
    });
  });

export const NETWORK_CHECKS: Check[] = [
  subnetsHaveRoutes,
  subnetsSpanTwoZones,
  natIsPublic,
  endpointsAreFree,
  functionsUsePrivateSubnets,
];
