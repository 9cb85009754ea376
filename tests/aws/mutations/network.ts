import { type Mutation, named, put, removing, setting, settingOf, some, without } from '../mutation.ts';
import { mentions, type Template } from '../template.ts';

const ASSOCIATION = 'AWS::EC2::SubnetRouteTableAssociation';
const TCP = { IpProtocol: 'tcp' };

function closing(port: number, group = 'FunctionSecurityGroup'): Mutation['apply'] {
  return (template) =>
    without(named(template, group), 'SecurityGroupEgress', ({ FromPort }) => FromPort === port);
}

function add(id: string, Type: string, Properties: Template['Resources'][string]['Properties'] & object) {
  return (template: Template) => {
    template.Resources[id] = { Type, Properties };
  };
}

/** Faults of subnets, routes and security groups. */
export const NETWORK: Mutation[] = [
  {
    lesson: 2,
    name: 'a private subnet has no route table',
    apply: removing(ASSOCIATION, /"Ref":"PrivateSubnetA"/),
  },
  {
    lesson: 2,
    name: 'a public subnet has no route table',
    apply: removing(ASSOCIATION, /"Ref":"PublicSubnetC"/),
  },
  {
    name: 'a private subnet uses the public table',
    apply: (template) => {
      const table = some(template, ASSOCIATION, /"Ref":"PublicSubnetA"/).properties.RouteTableId ?? null;
      put(some(template, ASSOCIATION, /"Ref":"PrivateSubnetA"/).properties, 'RouteTableId', table);
    },
  },
  {
    name: 'private subnets have no route to the NAT gateway',
    apply: removing('AWS::EC2::Route', /NatGatewayId/),
  },
  { name: 'public subnets have no route to the internet', apply: removing('AWS::EC2::Route', /"GatewayId"/) },
  {
    name: 'all private subnets lie in one zone',
    apply: (template) =>
      put(
        named(template, 'PrivateSubnetC'),
        'AvailabilityZone',
        named(template, 'PrivateSubnetA').AvailabilityZone,
      ),
  },
  {
    name: 'the NAT gateway stands in a private subnet',
    apply: settingOf('AWS::EC2::NatGateway', 'SubnetId', { Ref: 'PrivateSubnetA' }),
  },
  {
    name: 'a second NAT gateway costs as much as the first',
    apply: add('NatGatewayC', 'AWS::EC2::NatGateway', {
      AllocationId: { 'Fn::GetAtt': ['NatAddress', 'AllocationId'] },
      SubnetId: { Ref: 'PublicSubnetC' },
    }),
  },
  { name: 'a subnet has other addresses', apply: setting('PrivateSubnetC', 'CidrBlock', '10.0.13.0/24') },
  { name: 'refused traffic leaves no trace', apply: removing('AWS::EC2::FlowLog') },
  { name: 'the S3 endpoint is gone', apply: removing('AWS::EC2::VPCEndpoint', /\.s3/) },
  {
    name: 'an interface endpoint costs by the hour',
    apply: add('SqsEndpoint', 'AWS::EC2::VPCEndpoint', {
      VpcEndpointType: 'Interface',
      ServiceName: 'com.amazonaws.ap-northeast-2.sqs',
      VpcId: { Ref: 'Vpc' },
    }),
  },
  {
    name: 'a function stands in a public subnet',
    apply: settingOf(
      'AWS::Lambda::Function',
      'VpcConfig.SubnetIds',
      [{ Ref: 'PublicSubnetA' }, { Ref: 'PublicSubnetC' }],
      /ChatLambda/,
    ),
  },
  ...[5432, 6379, 8000, 8001, 443].map((port) => ({
    lesson: 3,
    name: `functions may not send to port ${port}`,
    apply: closing(port),
  })),
  {
    lesson: 3,
    name: 'the load balancer may not send to the embedder',
    apply: setting('AlbSecurityGroup', 'SecurityGroupEgress', [
      { ...TCP, FromPort: 443, ToPort: 443, CidrIp: '0.0.0.0/0' },
    ]),
  },
  {
    lesson: 3,
    name: 'the embedder may not send to the database',
    apply: closing(5432, 'EmbedderSecurityGroup'),
  },
  {
    name: 'Redis takes something from the embedder',
    apply: add('RedisFromEmbedder', 'AWS::EC2::SecurityGroupIngress', {
      ...TCP,
      GroupId: { Ref: 'RedisSecurityGroup' },
      SourceSecurityGroupId: { Ref: 'EmbedderSecurityGroup' },
      FromPort: 6379,
      ToPort: 6379,
    }),
  },
  {
    name: 'a group leaves egress to AWS’s default',
    apply: setting('EmbedderSecurityGroup', 'SecurityGroupEgress', undefined),
  },
  {
    name: 'the load balancer sends everything everywhere',
    apply: setting('AlbSecurityGroup', 'SecurityGroupEgress.0', { IpProtocol: '-1', CidrIp: '0.0.0.0/0' }),
  },
  {
    name: 'the database is open to the world',
    apply: add('DatabaseFromWorld', 'AWS::EC2::SecurityGroupIngress', {
      ...TCP,
      GroupId: { Ref: 'DatabaseSecurityGroup' },
      FromPort: 5432,
      ToPort: 5432,
      CidrIp: '0.0.0.0/0',
    }),
  },
  {
    name: 'the load balancer takes SSH',
    apply: (template) => {
      const rules = named(template, 'AlbSecurityGroup').SecurityGroupIngress;
      if (!Array.isArray(rules)) throw new Error('The load balancer has no ingress.');
      rules.push({ ...TCP, FromPort: 22, ToPort: 22, CidrIp: '0.0.0.0/0' });
    },
  },
  {
    name: 'Redis takes nothing from functions',
    apply: (template) => {
      const id = Object.keys(template.Resources).find((each) => {
        const { Type, Properties } = template.Resources[each] ?? { Type: '' };
        return Type.endsWith('SecurityGroupIngress') && mentions(Properties?.GroupId, 'RedisSecurityGroup');
      });
      if (!id) throw new Error('Redis takes nothing already.');
      delete template.Resources[id];
    },
  },
];
