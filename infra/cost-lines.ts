import { readFileSync } from 'node:fs';
import { metricLines } from './metric-lines.ts';

/** What CloudFormation would make: conditions and parameters are those of the stage. */
export type Template = {
  Parameters?: Record<string, { Default?: unknown }>;
  Conditions?: Record<string, unknown>;
  Resources: Record<string, Resource>;
};

type Properties = Record<string, unknown>;
type Resource = { Type: string; Condition?: string; Properties?: Properties };
/** `prices.json`: USD an hour, a month, and for each unit used. */
type Prices = {
  region: string;
  currency: string;
  noted: string;
  /** Prices by their path below, and where each was found again. */
  checked: Record<string, string>;
  hoursPerMonth: number;
  hourly: Record<string, number>;
  /** What a task on spare capacity costs of the price of one that stays. */
  spotShare: number;
  monthly: Record<
    | 'secret'
    | 'volumeGb'
    | 'alarm'
    | 'customMetric'
    | 'dashboard'
    | 'webAcl'
    | 'webAclRule'
    | 'key'
    | 'hostedZone',
    number
  >;
  usage: Record<
    | 'lambdaGbSecond'
    | 'lambdaRequest'
    | 'apiRequest'
    | 'wafRequest'
    | 'queueRequest'
    | 'trace'
    | 'databaseIo',
    number
  > &
    Record<`${'nat' | 'transferOut' | 'log' | 'object' | 'database' | 'fileSystem' | 'image'}Gb`, number>;
};

/** The price file of this folder, dated and with its source. */
export const PRICES = JSON.parse(readFileSync(new URL('prices.json', import.meta.url), 'utf8')) as Prices;

/** A month's use. Sizes in GB; `activeHours`: in how many somebody asks, so that a database that pauses is awake. */
export type Traffic = {
  chats: number;
  otherRequests: number;
  documents: number;
  activeHours: number;
  documentsGb: number;
  databaseGb: number;
  logsGb: number;
  transferGb: number;
  natGb: number;
};

export type CostLine = { item: string; usd: number };

/** Assumed, on the dear side: seconds that a function runs, times its memory in GB. A chat streams while it is read. */
const CHAT_GB_SECONDS = 6 * 0.5;
const REQUEST_GB_SECONDS = 0.2 * 0.5;
const DOCUMENT_GB_SECONDS = 20 * 1;
const IMAGES_GB = 4;
/** Reads and writes of Aurora's storage; most reads come from its memory. */
const REQUEST_DATABASE_IOS = 10;
/**
 * Aurora pauses after five minutes without a connection. A frozen function's lasts one more (`infra/data.yml`), and
 * there is some work.
 */
const MINUTES_AWAKE = 7;

type Answer = { holds(name: unknown): boolean; value(given: unknown): unknown };

/** Decides conditions and references to parameters, as far as prices hang on them. */
function answerer({ Parameters = {}, Conditions = {} }: Template): Answer {
  const value = (given: unknown): unknown => {
    if (given === null || typeof given !== 'object') return given;
    const [[name, operand] = ['', null]] = Object.entries(given);
    if (name === 'Ref') return Parameters[String(operand)]?.Default ?? given;
    if (name === 'Fn::If' && Array.isArray(operand)) return value(operand[truth(operand[0]) ? 1 : 2]);
    return given;
  };
  const truth = (given: unknown): boolean => {
    if (typeof given === 'string') return truth(Conditions[given]);
    const [[name, operand] = ['', null]] = Object.entries(given ?? {});
    const operands: unknown[] = Array.isArray(operand) ? operand : [operand];
    if (name === 'Fn::Not') return !operands.some(truth);
    if (name === 'Fn::And') return operands.every(truth);
    if (name === 'Fn::Or') return operands.some(truth);
    if (name === 'Condition') return truth(operand);
    return String(value(operands[0])) === String(value(operands[1]));
  };
  return { holds: truth, value };
}

/**
 * The lines of a month's bill: what costs by the hour from the template's resources, what costs by use from the
 * traffic. Language models, tax and free tiers are not in it.
 * @throws Error when the template has an instance type that the price file lacks
 */
export function costLines(template: Template, traffic: Traffic, prices: Prices = PRICES): CostLine[] {
  const answer = answerer(template);
  const resources = Object.values(template.Resources).filter(
    ({ Condition }) => Condition === undefined || answer.holds(Condition),
  );
  const bill: Bill = { resources, answer, traffic, prices };
  const lines = [...hourlyLines(bill), ...monthlyLines(bill), ...watchLines(bill), ...usageLines(bill)];
  return lines.filter(({ usd }) => usd > 0);
}

type Bill = { resources: Resource[]; answer: Answer; traffic: Traffic; prices: Prices };

function ofType({ resources }: Bill, type: string): Properties[] {
  return resources.filter(({ Type }) => Type === type).map(({ Properties = {} }) => Properties);
}

/** What an hourly price comes to in a month. */
export function hourly(prices: Prices, name: string): number {
  const found = prices.hourly[name];
  if (found === undefined) throw new Error(`infra/prices.json has no hourly price ${name}.`);
  return found * prices.hoursPerMonth;
}

function hourlyLines(bill: Bill): CostLine[] {
  const { prices, answer } = bill;
  const nat = ofType(bill, 'AWS::EC2::NatGateway').length;
  const instances = ofType(bill, 'AWS::EC2::Instance');
  const albs = ofType(bill, 'AWS::ElasticLoadBalancingV2::LoadBalancer').length;
  const endpoints = ofType(bill, 'AWS::EC2::VPCEndpoint').filter(
    ({ VpcEndpointType }) => VpcEndpointType === 'Interface',
  );
  const address = hourly(prices, 'publicIpv4');
  const redis = ofType(bill, 'AWS::ElastiCache::ReplicationGroup').map(
    ({ CacheNodeType, ReplicasPerNodeGroup = 0 }) =>
      hourly(prices, `redis.${String(CacheNodeType)}`) * (1 + Number(answer.value(ReplicasPerNodeGroup))),
  );
  const natInstances = instances.map(
    ({ InstanceType }) => hourly(prices, `natInstance.${String(InstanceType)}`) + address,
  );
  return [
    { item: 'Aurora capacity', usd: auroraUsd(bill) },
    ...taskLines(bill),
    { item: 'Redis', usd: sum(redis) },
    { item: 'NAT gateway and address', usd: nat * (hourly(prices, 'natGateway') + address) },
    { item: 'NAT instance and address', usd: sum(natInstances) },
    { item: 'Load balancer and 2 addresses', usd: albs * (hourly(prices, 'loadBalancer') + 2 * address) },
    { item: 'Interface endpoints', usd: endpoints.length * hourly(prices, 'interfaceEndpoint') },
  ];
}

/** A cluster that may pause costs half a unit while it is awake and nothing otherwise; others their minimum. */
function auroraUsd(bill: Bill): number {
  const { prices, answer, traffic } = bill;
  const instances = ofType(bill, 'AWS::RDS::DBInstance').length;
  const clusters = ofType(bill, 'AWS::RDS::DBCluster').map(({ ServerlessV2ScalingConfiguration }) => {
    const { MinCapacity } = (ServerlessV2ScalingConfiguration ?? {}) as { MinCapacity?: unknown };
    const units = Number(answer.value(MinCapacity));
    if (units > 0) return units * prices.hoursPerMonth;
    const awake = traffic.activeHours + awakeShare(bill) * prices.hoursPerMonth;
    return 0.5 * Math.min(prices.hoursPerMonth, awake);
  });
  return (sum(clusters) * instances * hourly(prices, 'auroraAcu')) / prices.hoursPerMonth;
}

/** How much of the time schedules keep the database from pausing: all of it, when one comes every few minutes. */
function awakeShare(bill: Bill): number {
  const minutes = ofType(bill, 'AWS::Events::Rule').map(({ ScheduleExpression }) => {
    const [, every, unit = ''] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(String(ScheduleExpression)) ?? [];
    return Number(every) * ({ minute: 1, hour: 60, day: 1_440 }[unit] ?? Number.NaN);
  });
  return Math.max(0, ...minutes.map((each) => Math.min(1, MINUTES_AWAKE / each) || 0));
}

/** Every service is counted with one task at least: before the first image is pushed a template has none. */
function taskLines({ resources, answer, prices }: Bill): CostLine[] {
  const definitions = resources.filter(({ Type }) => Type === 'AWS::ECS::TaskDefinition');
  return definitions.map(({ Properties: { Family, Cpu, Memory, RuntimePlatform } = {} }) => {
    const name = String(Family).split('-').at(-1);
    const service = resources.find(
      ({ Type, Properties }) =>
        Type === 'AWS::ECS::Service' && JSON.stringify(Properties).toLowerCase().includes(`"${name}task"`),
    );
    const tasks = Math.max(1, Number(answer.value(service?.Properties?.DesiredCount)) || 0);
    const platform = (RuntimePlatform as { CpuArchitecture?: string } | undefined)?.CpuArchitecture;
    const usd =
      (Number(Cpu) / 1024) * hourly(prices, `fargateVcpu.${platform}`) +
      (Number(Memory) / 1024) * hourly(prices, `fargateGb.${platform}`);
    const strategy = JSON.stringify(answer.value(firstProvider(service)));
    const [spot, share] = strategy?.includes('FARGATE_SPOT') ? [' Spot', prices.spotShare] : ['', 1];
    return { item: `Fargate${spot}: ${name} × ${tasks}`, usd: tasks * usd * share };
  });
}

function firstProvider(service: Resource | undefined): unknown {
  const [first] = (service?.Properties?.CapacityProviderStrategy ?? []) as { CapacityProvider?: unknown }[];
  return first?.CapacityProvider ?? null;
}

function monthlyLines(bill: Bill): CostLine[] {
  const { monthly } = bill.prices;
  const acls = ofType(bill, 'AWS::WAFv2::WebACL');
  const rules = sum(acls.map(({ Rules }) => (Array.isArray(Rules) ? Rules.length : 0)));
  const of = (type: string) => ofType(bill, type).length;
  const volumes = ofType(bill, 'AWS::EC2::Instance').flatMap(
    ({ BlockDeviceMappings }) => (BlockDeviceMappings ?? []) as { Ebs: { VolumeSize: number } }[],
  );
  return [
    { item: 'WAF', usd: acls.length * monthly.webAcl + rules * monthly.webAclRule },
    { item: 'Secrets', usd: of('AWS::SecretsManager::Secret') * monthly.secret },
    { item: 'Dashboard', usd: of('AWS::CloudWatch::Dashboard') * monthly.dashboard },
    { item: 'Keys', usd: of('AWS::KMS::Key') * monthly.key },
    { item: 'Volumes', usd: sum(volumes.map(({ Ebs }) => Ebs.VolumeSize)) * monthly.volumeGb },
    // The domain's own, and one for the names inside the VPC.
    {
      item: 'Hosted zones',
      usd: (1 + of('AWS::ServiceDiscovery::PrivateDnsNamespace')) * monthly.hostedZone,
    },
  ];
}

function watchLines(bill: Bill): CostLine[] {
  return metricLines({
    functions: ofType(bill, 'AWS::Lambda::Function').length,
    alarms: ofType(bill, 'AWS::CloudWatch::Alarm'),
    clusters: ofType(bill, 'AWS::ECS::Cluster'),
    services: ofType(bill, 'AWS::ECS::Service').length,
    taskDefinitions: ofType(bill, 'AWS::ECS::TaskDefinition').length,
    activeHours: bill.traffic.activeHours,
    hoursPerMonth: bill.prices.hoursPerMonth,
    prices: bill.prices.monthly,
  });
}

function usageLines(bill: Bill): CostLine[] {
  const { traffic, prices } = bill;
  const { usage } = prices;
  const requests = traffic.chats + traffic.otherRequests;
  const gbSeconds =
    traffic.chats * CHAT_GB_SECONDS +
    traffic.otherRequests * REQUEST_GB_SECONDS +
    traffic.documents * DOCUMENT_GB_SECONDS;
  const functions = gbSeconds * usage.lambdaGbSecond + (requests + traffic.documents) * usage.lambdaRequest;
  const hasNat = ofType(bill, 'AWS::EC2::NatGateway').length > 0;
  const images = ofType(bill, 'AWS::ECR::Repository').length * IMAGES_GB * usage.imageGb;
  const stored = traffic.documentsGb * usage.objectGb + traffic.databaseGb * usage.databaseGb;
  const files = ofType(bill, 'AWS::EFS::FileSystem').length * traffic.databaseGb * usage.fileSystemGb;
  return [
    { item: 'Lambda', usd: functions },
    { item: 'API Gateway and WAF requests', usd: requests * (usage.apiRequest + usage.wafRequest) },
    { item: 'Traces', usd: (requests + traffic.documents) * usage.trace },
    { item: 'Database I/O', usd: requests * REQUEST_DATABASE_IOS * usage.databaseIo },
    { item: 'Queue', usd: traffic.documents * 4 * usage.queueRequest },
    { item: 'NAT data', usd: hasNat ? traffic.natGb * usage.natGb : 0 },
    { item: 'Storage (S3, Aurora, EFS, ECR)', usd: stored + files + images },
    { item: 'Logs', usd: traffic.logsGb * usage.logGb },
    { item: 'Transfer out', usd: traffic.transferGb * usage.transferOutGb },
  ];
}

/** A bill's total. */
export function totalOf(lines: CostLine[]): number {
  return sum(lines.map(({ usd }) => usd));
}

function sum(numbers: number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
