import { costTable, onFargate, readArguments } from './cost.ts';
import { costLines, PRICES, type Template, totalOf } from './cost-lines.ts';

const { traffic } = readArguments([]);
const NO_TRAFFIC = Object.fromEntries(Object.keys(traffic).map((name) => [name, 0])) as typeof traffic;

const BALANCER = { Type: 'AWS::ElasticLoadBalancingV2::LoadBalancer', Condition: 'HasAlb' };
const TASK = {
  Type: 'AWS::ECS::TaskDefinition',
  Properties: {
    Family: 'x-prod-embedder',
    Cpu: 512,
    Memory: '2048',
    RuntimePlatform: { CpuArchitecture: 'X86_64' },
  },
};

function withResources(Resources: Template['Resources'], alb = 'true'): Template {
  return {
    Parameters: { LoadBalancer: { Default: alb }, Units: { Default: 0.5 } },
    Conditions: { HasAlb: { 'Fn::Equals': [{ Ref: 'LoadBalancer' }, 'true'] } },
    Resources,
  };
}

function usdOf(item: string, template: Template, given = NO_TRAFFIC): number {
  return costLines(template, given).find((line) => line.item === item)?.usd ?? 0;
}

test('a resource that a stage does not have costs nothing', () => {
  const item = 'Load balancer and 2 addresses';
  expect(usdOf(item, withResources({ Alb: BALANCER }))).toBeCloseTo(730 * (0.0225 + 2 * 0.005), 6);
  expect(usdOf(item, withResources({ Alb: BALANCER }, 'false'))).toBe(0);
});

test('a task costs its CPU and memory, times the count of its service, which is at least one', () => {
  const one = 730 * (0.5 * 0.04656 + 2 * 0.00511);
  const service = (DesiredCount: number) => ({
    Type: 'AWS::ECS::Service',
    Properties: { TaskDefinition: { Ref: 'EmbedderTask' }, DesiredCount },
  });
  expect(usdOf('Fargate: embedder × 1', withResources({ TASK, s: service(0) }))).toBeCloseTo(one, 6);
  expect(usdOf('Fargate: embedder × 3', withResources({ TASK, s: service(3) }))).toBeCloseTo(3 * one, 6);
});

test('a task on Spot capacity costs a share of the price', () => {
  const service = {
    Type: 'AWS::ECS::Service',
    Properties: {
      TaskDefinition: { Ref: 'EmbedderTask' },
      CapacityProviderStrategy: [{ CapacityProvider: { Ref: 'Capacity' } }],
    },
  };
  const template = withResources({ TASK, service });
  template.Parameters = { Capacity: { Default: 'FARGATE_SPOT' } };
  const one = 730 * (0.5 * 0.04656 + 2 * 0.00511);
  expect(usdOf('Fargate Spot: embedder × 1', template)).toBeCloseTo(0.5 * one, 6);
});

test('an instance also costs its volume, and private DNS names cost a hosted zone', () => {
  const template = withResources({
    Nat: {
      Type: 'AWS::EC2::Instance',
      Properties: { InstanceType: 't4g.nano', BlockDeviceMappings: [{ Ebs: { VolumeSize: 8 } }] },
    },
    Namespace: { Type: 'AWS::ServiceDiscovery::PrivateDnsNamespace' },
  });
  expect(usdOf('NAT instance and address', template)).toBeCloseTo(730 * (0.0052 + 0.005), 6);
  expect(usdOf('Volumes', template)).toBeCloseTo(8 * 0.0912, 6);
  expect(usdOf('Hosted zones', template)).toBe(1);
});

describe('Aurora', () => {
  const cluster = (MinCapacity: unknown, schedule: string) =>
    withResources({
      Cluster: {
        Type: 'AWS::RDS::DBCluster',
        Properties: { ServerlessV2ScalingConfiguration: { MinCapacity } },
      },
      Writer: { Type: 'AWS::RDS::DBInstance' },
      Rule: { Type: 'AWS::Events::Rule', Properties: { ScheduleExpression: schedule } },
    });
  const active = { ...NO_TRAFFIC, activeHours: 100 };

  test.each([
    ['its minimum capacity all month', { Ref: 'Units' }, 'rate(1 minute)', 730],
    ['only the hours in which it runs, if it may pause', 0, 'rate(1 day)', 100 + (730 * 7) / 1_440],
    ['the hours in which an hourly schedule resumes it, too', 0, 'rate(1 hour)', 100 + (730 * 7) / 60],
    ['the whole month, if a schedule keeps it from pausing', 0, 'rate(1 minute)', 730],
  ])('costs %s', (_what, units, schedule, hours) => {
    expect(usdOf('Aurora capacity', cluster(units, schedule), active)).toBeCloseTo(hours * 0.5 * 0.2, 6);
  });
});

test('a Redis with a replica costs two nodes, and a node type without a price is an error', () => {
  const redis = (CacheNodeType: string) =>
    withResources({
      Redis: {
        Type: 'AWS::ElastiCache::ReplicationGroup',
        Properties: { CacheNodeType, ReplicasPerNodeGroup: 1 },
      },
    });
  expect(usdOf('Redis', redis('cache.t4g.micro'))).toBeCloseTo(2 * 730 * 0.024, 6);
  expect(() => costLines(redis('cache.r7g.large'), NO_TRAFFIC)).toThrow(/redis\.cache\.r7g\.large/);
});

describe('monitoring', () => {
  const FUNCTION = { Type: 'AWS::Lambda::Function' };
  const cluster = (Value: string) => ({
    Type: 'AWS::ECS::Cluster',
    Properties: { ClusterSettings: [{ Name: 'containerInsights', Value }] },
  });

  test('an alarm on an expression costs one alarm for each metric in it', () => {
    const Metrics = [
      { Id: 'rate', Expression: 'a / b' },
      { Id: 'a', MetricStat: {} },
      { Id: 'b', MetricStat: {} },
    ];
    const template = withResources({
      Rate: { Type: 'AWS::CloudWatch::Alarm', Properties: { Metrics } },
      Plain: { Type: 'AWS::CloudWatch::Alarm', Properties: { MetricName: 'CPUUtilization' } },
    });
    expect(usdOf('Alarms', template)).toBeCloseTo(3 * 0.1, 6);
  });

  test('custom metrics cost for the hours with requests, and more with each function', () => {
    const own = (functions: number, activeHours: number) => {
      const entries = Array.from({ length: functions }, (_, n) => [`F${n}`, FUNCTION]);
      return usdOf('Custom metrics', withResources(Object.fromEntries(entries)), {
        ...NO_TRAFFIC,
        activeHours,
      });
    };
    expect(own(1, 0)).toBe(0);
    expect(own(1, 10_000)).toBeCloseTo(own(1, 730), 6);
    expect(own(1, 73)).toBeCloseTo(own(1, 730) / 10, 6);
    // Each function adds three series: successful requests, failed requests and cold starts.
    expect(own(2, 730) - own(1, 730)).toBeCloseTo(3 * 0.3, 6);
  });

  test('Container Insights costs for cluster, services and task definitions, if it is enabled', () => {
    const service = { Type: 'AWS::ECS::Service', Properties: {} };
    const on = withResources({ Cluster: cluster('enabled'), service, TASK });
    expect(usdOf('Container Insights', on)).toBeCloseTo((13 + 16 + 10) * 0.3, 6);
    expect(usdOf('Container Insights', withResources({ Cluster: cluster('disabled'), service, TASK }))).toBe(
      0,
    );
  });
});

test('a firewall costs its rules, without one whose condition does not hold', () => {
  const Rules = (condition: string) => [
    { Name: 'rate-limit' },
    { 'Fn::If': [condition, { Name: 'countries' }, { Ref: 'AWS::NoValue' }] },
  ];
  const acl = (condition: string) => ({
    Type: 'AWS::WAFv2::WebACL',
    Properties: { Rules: Rules(condition) },
  });
  expect(usdOf('WAF', withResources({ Acl: acl('HasAlb') }))).toBe(5 + 2);
  expect(usdOf('WAF', withResources({ Acl: acl('HasAlb') }, 'false'))).toBe(5 + 1);
});

test('mail costs only where the stack has a domain for it', () => {
  const mails = { ...NO_TRAFFIC, mails: 10_000 };
  const identity = { Type: 'AWS::SES::EmailIdentity', Condition: 'HasAlb' };
  expect(usdOf('Mail', withResources({ Identity: identity }), mails)).toBeCloseTo(1, 6);
  expect(usdOf('Mail', withResources({ Identity: identity }, 'false'), mails)).toBe(0);
});

test('more chats raise only the lines that depend on requests', () => {
  const more = { ...NO_TRAFFIC, chats: 1_000_000 };
  const items = costLines(withResources({}), more).map(({ item }) => item);
  expect(items).toEqual(['Hosted zones', 'Lambda', 'API Gateway and WAF requests', 'Traces', 'Database I/O']);
  // A million requests at 0.20, 3.50, 0.60 and 5 a million with ten times 0.24 of I/O, and 3 million GB-seconds.
  const usd = totalOf(costLines(withResources({}), more)) - 0.5;
  expect(usd).toBeCloseTo(0.2 + 3.5 + 0.6 + 5 + 2.4 + 3e6 * 0.0000133334, 6);
});

test('on Fargate the bill has a task and a load balancer more, and neither functions nor a gateway', () => {
  const lines = costLines(withResources({ TASK }), { ...NO_TRAFFIC, chats: 1_000 });
  const items = onFargate(lines).map(({ item }) => item);
  expect(items.sort()).toEqual([
    'Database I/O',
    'Fargate: api × 1',
    'Fargate: embedder × 1',
    'Hosted zones',
    'Load balancer and 2 addresses',
    'Traces',
  ]);
});

test('the table shows the total beside the same on Fargate and an earlier deployment', () => {
  const template = withResources({ TASK });
  const total = totalOf(costLines(template, traffic)).toFixed(2);
  const table = costTable('prod', template, traffic);
  expect(table).toMatch(new RegExp(`^Total +${total}$`, 'm'));
  expect(table).toMatch(/^The same, all on Fargate +\d+\.\d\d$/m);
  expect(table).toMatch(/^An earlier deployment \(us-east-1\) +130\.00$/m);
});

test('every price that is listed as checked exists', () => {
  const paths = Object.keys(PRICES.checked);
  expect(paths.length).toBeGreaterThan(0);
  for (const path of paths) expect(PRICES).toHaveProperty(path);
});

test('arguments must be numbers, and unknown ones are refused', () => {
  const given = readArguments(['--stage', 'lean', '--chats', '5']);
  expect(given).toMatchObject({ stage: 'lean', traffic: { chats: 5, documents: traffic.documents } });
  expect(() => readArguments(['--chats', 'many'])).toThrow(/--chats must be a number/);
  expect(() => readArguments(['--cats', '5'])).toThrow(/--cats/);
});
