import { adding, type Mutations, named, put, removing, setting, without } from '../mutation.ts';

const TCP = { IpProtocol: 'tcp' };
const REDIS_RULE = {
  ...TCP,
  GroupId: { Ref: 'RedisSecurityGroup' },
  SourceSecurityGroupId: { Ref: 'EmbedderSecurityGroup' },
  FromPort: 6379,
  ToPort: 6379,
};

/** Faults of subnets, routes and security groups. */
export const NETWORK = {
  'subnet-route-table': {
    lesson: 2,
    fault: 'a private subnet has no route table',
    apply: setting('PrivateSubnetCRoutes', 'SubnetId', { Ref: 'PrivateSubnetA' }),
  },
  'subnet-default-route': {
    fault: 'a private subnet uses the public route table',
    apply: setting('PrivateSubnetARoutes', 'RouteTableId', { Ref: 'PublicRouteTable' }),
  },
  'two-zones': {
    fault: 'all private subnets are in one zone',
    apply: (template) =>
      put(
        named(template, 'PrivateSubnetC'),
        'AvailabilityZone',
        named(template, 'PrivateSubnetA').AvailabilityZone,
      ),
  },
  'private-subnet': {
    fault: 'a private subnet assigns public addresses',
    apply: setting('PrivateSubnetA', 'MapPublicIpOnLaunch', true),
  },
  'nat-subnet': {
    fault: 'the NAT gateway is in a private subnet',
    apply: setting('NatGateway', 'SubnetId', { Ref: 'PrivateSubnetA' }),
  },
  's3-endpoint': {
    fault: 'the S3 endpoint does not serve the private subnets',
    apply: setting('S3Endpoint', 'RouteTableIds', [{ Ref: 'PublicRouteTable' }]),
  },
  'interface-endpoint': {
    fault: 'an interface endpoint is billed by the hour',
    apply: adding('SqsEndpoint', 'AWS::EC2::VPCEndpoint', {
      VpcEndpointType: 'Interface',
      ServiceName: { 'Fn::Sub': 'com.amazonaws.${AWS::Region}.sqs' },
      VpcId: { Ref: 'Vpc' },
    }),
  },
  'function-subnets': {
    fault: 'a function is in public subnets',
    apply: setting('ChatLambdaFunction', 'VpcConfig.SubnetIds', [
      { Ref: 'PublicSubnetA' },
      { Ref: 'PublicSubnetC' },
    ]),
  },
  egress: {
    lesson: 3,
    fault: 'functions may not connect to the database',
    apply: (template) =>
      without(
        named(template, 'FunctionSecurityGroup'),
        'SecurityGroupEgress',
        ({ FromPort }) => FromPort === 5432,
      ),
  },
  ingress: {
    fault: 'Redis does not accept connections from functions',
    apply: removing('RedisFromFunctions'),
  },
  'egress-too-open': {
    fault: 'the load balancer may send anything anywhere',
    apply: adding('AnythingFromAlb', 'AWS::EC2::SecurityGroupEgress', {
      GroupId: { Ref: 'AlbSecurityGroup' },
      IpProtocol: '-1',
      CidrIp: '0.0.0.0/0',
    }),
  },
  'ingress-too-open': {
    fault: 'Redis accepts connections from the embedder',
    apply: adding('RedisFromEmbedder', 'AWS::EC2::SecurityGroupIngress', REDIS_RULE),
  },
  'egress-default': {
    fault: 'a security group keeps AWS’s default egress',
    apply: setting('DatabaseSecurityGroup', 'SecurityGroupEgress', undefined),
  },
} satisfies Mutations;
