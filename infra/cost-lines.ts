import { readFileSync } from 'node:fs';
import { metricLines } from './metric-lines.ts';

/** A stage's CloudFormation template. */
export type Template = {
  Parameters?: Record<string, { Default?: unknown }>;
  Conditions?: Record<string, unknown>;
  Resources: Record<string, Resource>;
};

type Properties = Record<string, unknown>;
type Resource = { Type: string; Condition?: string; Properties?: Properties };
/** `prices.json`: USD per hour, per month and per unit of use. */
type Prices = {
  region: string;
  currency: string;
  noted: string;
  /** Prices that were confirmed: the path of each in this file, and its source. */
  checked: Record<string, string>;
  hoursPerMonth: number;
  hourly: Record<string, number>;
  /** The price of a Spot task as a share of the regular price. */
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
    | 'mail'
    | 'databaseIo',
    number
  > &
    Record<`${'nat' | 'transferOut' | 'log' | 'object' | 'database' | 'fileSystem' | 'image'}Gb`, number>;
};

/** The prices of `prices.json`. */
export const PRICES = JSON.parse(readFileSync(new URL('prices.json', import.meta.url), 'utf8')) as Prices;

/** A month's use. Sizes in GB. `activeHours`: hours with requests, in which a pausing database runs. */
export type Traffic = {
  chats: number;
  otherRequests: number;
  documents: number;
  mails: number;
  activeHours: number;
  documentsGb: number;
  databaseGb: number;
  logsGb: number;
  transferGb: number;
  natGb: number;
};

export type CostLine = { item: string; usd: number };

/** Assumed, rather too high: a function's run time in seconds times its memory in GB. A chat runs while it streams. */
const CHAT_GB_SECONDS = 6 * 0.5;
const REQUEST_GB_SECONDS = 0.2 * 0.5;
const DOCUMENT_GB_SECONDS = 20 * 1;
const IMAGES_GB = 4;
const NO_VALUE = JSON.stringify({ Ref: 'AWS::NoValue' });
/** Reads and writes of Aurora's storage per request; most reads are served from memory. */
const REQUEST_DATABASE_IOS = 10;
/**
 * How long one request keeps Aurora running: it pauses five minutes after the last connection closes, a frozen
 * function's connection lasts one more (`infra/data.yml`), and the work itself takes up to a minute.
 */
const RUNNING_MINUTES = 7;

type Evaluator = { holds(name: unknown): boolean; value(given: unknown): unknown };

/** Evaluates conditions and references to parameters, as far as prices depend on them. */
function createEvaluator({ Parameters = {}, Conditions = {} }: Template): Evaluator {
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
 * The lines of a month's bill: hourly prices by the template's resources, usage prices by the traffic. Without language
 * models, tax and free tiers.
 * @throws Error if the price file lacks an instance type of the template
 */
export function costLines(template: Template, traffic: Traffic, prices: Prices = PRICES): CostLine[] {
  const evaluator = createEvaluator(template);
  const resources = Object.values(template.Resources).filter(
    ({ Condition }) => Condition === undefined || evaluator.holds(Condition),
  );
  const bill: Bill = { resources, evaluator, traffic, prices };
  const lines = [...hourlyLines(bill), ...monthlyLines(bill), ...monitoringLines(bill), ...usageLines(bill)];
  return lines.filter(({ usd }) => usd > 0);
}

type Bill = { resources: Resource[]; evaluator: Evaluator; traffic: Traffic; prices: Prices };

function ofType({ resources }: Bill, type: string): Properties[] {
  return resources.filter(({ Type }) => Type === type).map(({ Properties = {} }) => Properties);
}

/** An hourly price over a month. @throws Error if the price file lacks it */
export function hourly(prices: Prices, name: string): number {
  const found = prices.hourly[name];
  if (found === undefined) throw new Error(`infra/prices.json has no hourly price ${name}.`);
  return found * prices.hoursPerMonth;
}

function hourlyLines(bill: Bill): CostLine[] {
  const { prices, evaluator } = bill;
  const nat = ofType(bill, 'AWS::EC2::NatGateway').length;
  const instances = ofType(bill, 'AWS::EC2::Instance');
  const albs = ofType(bill, 'AWS::ElasticLoadBalancingV2::LoadBalancer').length;
  const endpoints = ofType(bill, 'AWS::EC2::VPCEndpoint').filter(
    ({ VpcEndpointType }) => VpcEndpointType === 'Interface',
  );
  const address = hourly(prices, 'publicIpv4');
  const redis = ofType(bill, 'AWS::ElastiCache::ReplicationGroup').map(
    ({ CacheNodeType, ReplicasPerNodeGroup = 0 }) =>
      hourly(prices, `redis.${String(CacheNodeType)}`) * (1 + Number(evaluator.value(ReplicasPerNodeGroup))),
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

/** A cluster that may pause costs half a capacity unit while it runs; any other costs its minimum. */
function auroraUsd(bill: Bill): number {
  const { prices, evaluator, traffic } = bill;
  const instances = ofType(bill, 'AWS::RDS::DBInstance').length;
  const clusters = ofType(bill, 'AWS::RDS::DBCluster').map(({ ServerlessV2ScalingConfiguration }) => {
    const { MinCapacity } = (ServerlessV2ScalingConfiguration ?? {}) as { MinCapacity?: unknown };
    const units = Number(evaluator.value(MinCapacity));
    if (units > 0) return units * prices.hoursPerMonth;
    const runningHours = traffic.activeHours + runningShare(bill) * prices.hoursPerMonth;
    return 0.5 * Math.min(prices.hoursPerMonth, runningHours);
  });
  return (sum(clusters) * instances * hourly(prices, 'auroraAcu')) / prices.hoursPerMonth;
}

/** The share of time in which schedules keep the database running: all of it for one that runs every few minutes. */
function runningShare(bill: Bill): number {
  const minutes = ofType(bill, 'AWS::Events::Rule').map(({ ScheduleExpression }) => {
    const [, every, unit = ''] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(String(ScheduleExpression)) ?? [];
    return Number(every) * ({ minute: 1, hour: 60, day: 1_440 }[unit] ?? Number.NaN);
  });
  return Math.max(0, ...minutes.map((each) => Math.min(1, RUNNING_MINUTES / each) || 0));
}

/** Counts at least one task for each service: before the first image is pushed the desired count is 0. */
function taskLines({ resources, evaluator, prices }: Bill): CostLine[] {
  const definitions = resources.filter(({ Type }) => Type === 'AWS::ECS::TaskDefinition');
  return definitions.map(({ Properties: { Family, Cpu, Memory, RuntimePlatform } = {} }) => {
    const name = String(Family).split('-').at(-1);
    const service = resources.find(
      ({ Type, Properties }) =>
        Type === 'AWS::ECS::Service' && JSON.stringify(Properties).toLowerCase().includes(`"${name}task"`),
    );
    const tasks = Math.max(1, Number(evaluator.value(service?.Properties?.DesiredCount)) || 0);
    const platform = (RuntimePlatform as { CpuArchitecture?: string } | undefined)?.CpuArchitecture;
    const usd =
      (Number(Cpu) / 1024) * hourly(prices, `fargateVcpu.${platform}`) +
      (Number(Memory) / 1024) * hourly(prices, `fargateGb.${platform}`);
    const strategy = JSON.stringify(evaluator.value(firstProvider(service)));
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
  // A rule behind a condition that does not hold is not billed.
  const isThere = (rule: unknown) => JSON.stringify(bill.evaluator.value(rule)) !== NO_VALUE;
  const acls = ofType(bill, 'AWS::WAFv2::WebACL');
  const rules = acls.flatMap(({ Rules }) => (Array.isArray(Rules) ? Rules : [])).filter(isThere);
  const of = (type: string) => ofType(bill, type).length;
  const volumes = ofType(bill, 'AWS::EC2::Instance').flatMap(
    ({ BlockDeviceMappings }) => (BlockDeviceMappings ?? []) as { Ebs: { VolumeSize: number } }[],
  );
  return [
    { item: 'WAF', usd: acls.length * monthly.webAcl + rules.length * monthly.webAclRule },
    { item: 'Secrets', usd: of('AWS::SecretsManager::Secret') * monthly.secret },
    { item: 'Dashboard', usd: of('AWS::CloudWatch::Dashboard') * monthly.dashboard },
    { item: 'Keys', usd: of('AWS::KMS::Key') * monthly.key },
    { item: 'Volumes', usd: sum(volumes.map(({ Ebs }) => Ebs.VolumeSize)) * monthly.volumeGb },
    // One zone for the domain, and one for the names inside the VPC.
    {
      item: 'Hosted zones',
      usd: (1 + of('AWS::ServiceDiscovery::PrivateDnsNamespace')) * monthly.hostedZone,
    },
  ];
}

function monitoringLines(bill: Bill): CostLine[] {
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
    {
      item: 'Mail',
      usd: ofType(bill, 'AWS::SES::EmailIdentity').length > 0 ? traffic.mails * usage.mail : 0,
    },
    { item: 'Traces', usd: (requests + traffic.documents) * usage.trace },
    { item: 'Database I/O', usd: requests * REQUEST_DATABASE_IOS * usage.databaseIo },
    { item: 'Queue', usd: traffic.documents * 4 * usage.queueRequest },
    { item: 'NAT data', usd: hasNat ? traffic.natGb * usage.natGb : 0 },
    { item: 'Storage (S3, Aurora, EFS, ECR)', usd: stored + files + images },
    { item: 'Logs', usd: traffic.logsGb * usage.logGb },
    { item: 'Transfer out', usd: traffic.transferGb * usage.transferOutGb },
  ];
}

/** The sum of a bill in USD. */
export function totalOf(lines: CostLine[]): number {
  return sum(lines.map(({ usd }) => usd));
}

function sum(numbers: number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
