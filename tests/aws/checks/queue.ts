import { type Check, unless } from '../check.ts';
import { at, idOf, list, ofType, type Template } from '../template.ts';

const MAPPING = 'AWS::Lambda::EventSourceMapping';
const FUNCTION = 'AWS::Lambda::Function';

/** A message must not come back while it is worked on: AWS asks for six times the function's timeout. */
const visibilityOutlastsWork: Check = (template) =>
  ofType(template, MAPPING).flatMap(({ id, properties }) => {
    const queue = template.Resources[idOf(properties.EventSourceArn) ?? ''];
    if (queue?.Type !== 'AWS::SQS::Queue') return [];
    const worker = template.Resources[idOf(properties.FunctionName) ?? ''];
    const visibility = Number(queue.Properties?.VisibilityTimeout ?? 30);
    const timeout = Number(worker?.Properties?.Timeout ?? 3);
    return [
      ...unless(visibility >= 6 * timeout, {
        rule: 'visibility',
        where: idOf(properties.EventSourceArn) ?? id,
        message: `comes back after ${visibility} s, the function may work for ${timeout} s`,
      }),
      ...unless(list(properties.FunctionResponseTypes).includes('ReportBatchItemFailures'), {
        rule: 'partial-batches',
        where: id,
        message: 'one bad message takes the good ones back with it',
      }),
      ...unless(at(queue.Properties, 'RedrivePolicy.deadLetterTargetArn') !== undefined, {
        rule: 'dead-letters',
        where: idOf(properties.EventSourceArn) ?? id,
        message: 'keeps what fails for ever',
      }),
    ];
  });

/** Queues are encrypted, and dead letters live for the longest time there is: two weeks. */
const queuesKeepMessages: Check = (template) => {
  const queues = ofType(template, 'AWS::SQS::Queue');
  const dead = new Set(
    queues.flatMap(({ properties }) => idOf(at(properties, 'RedrivePolicy.deadLetterTargetArn')) ?? []),
  );
  return queues.flatMap(({ id, properties }) => [
    ...unless(properties.SqsManagedSseEnabled === true || properties.KmsMasterKeyId !== undefined, {
      rule: 'queue-encryption',
      where: id,
      message: 'is not encrypted',
    }),
    ...unless(!dead.has(id) || properties.MessageRetentionPeriod === 1_209_600, {
      rule: 'dead-letter-retention',
      where: id,
      message: 'forgets dead letters before two weeks are over',
    }),
  ]);
};

/** The documents bucket tells the queue about every new object, and may: the policy is there before the bucket. */
const uploadsReachTheQueue: Check = (template) =>
  ofType(template, 'AWS::S3::Bucket')
    .filter(({ id }) => id === 'DocumentsBucket')
    .flatMap(({ id, properties, resource }) => {
      const target = idOf(at(properties, 'NotificationConfiguration.QueueConfigurations.0.Queue'));
      const policies = ofType(template, 'AWS::SQS::QueuePolicy').filter(({ properties }) =>
        list(properties.Queues).some((queue) => target !== undefined && idOf(queue) === target),
      );
      const waits = policies.some((policy) => list(resource.DependsOn as string[]).includes(policy.id));
      return [
        ...unless(target === 'IngestQueue', { rule: 'upload-events', where: id, message: 'tells no queue' }),
        ...unless(waits, {
          rule: 'upload-events',
          where: id,
          message: 'is made before it may write to the queue: its deploy would fail',
        }),
      ];
    });

/** Measured by AWS per ACU for Aurora PostgreSQL serverless: 189 at 1 ACU, 823 at 4; 189 each is the safe side. */
const CONNECTIONS_PER_ACU = 189;
/** What `DATABASE_POOL_SIZE` defaults to. */
const POOL_SIZE = 3;
/** A process keeps a pool for each role of the database that its code takes. The test of the packages looks for these. */
export const WITH_TWO_ROLES = ['sweep'];

/** What all functions may open together stays below 80 % of what Aurora takes at its largest. */
const connectionsAreEnough: Check = (template) => {
  const clusters = ofType(template, 'AWS::RDS::DBCluster');
  if (clusters.length === 0) return [];
  const acu = Number(at(clusters[0]?.properties, 'ServerlessV2ScalingConfiguration.MaxCapacity'));
  const told = ofType(template, 'AWS::RDS::DBClusterParameterGroup').map(({ properties }) =>
    at(properties, 'Parameters.max_connections'),
  );
  const limit = Math.floor(0.8 * Math.min(acu * CONNECTIONS_PER_ACU, Number(told[0] ?? Infinity)));
  const own = databaseFunctions(template);
  const sum = own.reduce((total, { concurrency, pool }) => total + (concurrency ?? 0) * pool, 0);
  return [
    ...own.flatMap(({ id, concurrency }) =>
      unless(concurrency !== undefined, {
        rule: 'concurrency',
        where: id,
        message: 'may open any number of connections',
      }),
    ),
    ...unless(sum <= limit, {
      rule: 'connections',
      where: clusters[0]?.id ?? '',
      message: `functions may open ${sum} connections, 80 % of its limit are ${limit}`,
    }),
  ];
};

/** Functions that reach the database are those that stand in its network; the embedder's tasks look up API keys. */
function databaseFunctions(template: Template) {
  const tasks = ofType(template, 'AWS::ApplicationAutoScaling::ScalableTarget').map(({ id, properties }) => ({
    id,
    concurrency: Number(properties.MaxCapacity) as number | undefined,
    pool: POOL_SIZE,
  }));
  const functions = ofType(template, FUNCTION)
    .filter(({ properties }) => properties.VpcConfig !== undefined)
    .map(({ id, properties }) => ({
      id,
      concurrency: properties.ReservedConcurrentExecutions as number | undefined,
      pool: rolesOf(id) * Number(at(properties, 'Environment.Variables.DATABASE_POOL_SIZE') ?? POOL_SIZE),
    }));
  return [...functions, ...tasks];
}

function rolesOf(id: string): number {
  return WITH_TWO_ROLES.includes(id.replace(/LambdaFunction$/, '').toLowerCase()) ? 2 : 1;
}

export const QUEUE_CHECKS: Check[] = [
  visibilityOutlastsWork,
  queuesKeepMessages,
  uploadsReachTheQueue,
  connectionsAreEnough,
];
