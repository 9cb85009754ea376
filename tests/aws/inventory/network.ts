import type { Wanted } from '../inventory.ts';

const subnet = (what: string, CidrBlock: string, zone: string): Wanted => ({
  what: `${what} subnet in zone ${zone}`,
  type: 'AWS::EC2::Subnet',
  properties: { CidrBlock, AvailabilityZone: { 'Fn::Sub': `\${AWS::Region}${zone}` } },
});

/** The network of the specification: addresses, zones, one way out for each kind of subnet. */
export const NETWORK: Wanted[] = [
  { what: 'the network', type: 'AWS::EC2::VPC', properties: { CidrBlock: '10.0.0.0/16' } },
  subnet('public', '10.0.1.0/24', 'a'),
  subnet('public', '10.0.2.0/24', 'c'),
  subnet('private', '10.0.11.0/24', 'a'),
  subnet('private', '10.0.12.0/24', 'c'),
  { what: 'subnets, and no more', type: 'AWS::EC2::Subnet', count: 4 },
  { what: 'a route table for each subnet', type: 'AWS::EC2::SubnetRouteTableAssociation', count: 4 },
  { what: 'the internet gateway', type: 'AWS::EC2::InternetGateway' },
  { what: 'its attachment', type: 'AWS::EC2::VPCGatewayAttachment' },
  { what: 'one NAT gateway', type: 'AWS::EC2::NatGateway', count: { dev: 1, prod: 1, lean: 0 } },
  {
    what: 'a NAT instance, which costs a tenth',
    type: 'AWS::EC2::Instance',
    properties: { InstanceType: 't4g.nano', SourceDestCheck: false },
    count: { dev: 0, prod: 0, lean: 1 },
  },
  {
    what: 'the free way to S3',
    type: 'AWS::EC2::VPCEndpoint',
    properties: { VpcEndpointType: 'Gateway' },
  },
  { what: 'endpoints, and no more', type: 'AWS::EC2::VPCEndpoint' },
  {
    what: 'a record of refused traffic',
    type: 'AWS::EC2::FlowLog',
    properties: { TrafficType: 'REJECT' },
  },
];
