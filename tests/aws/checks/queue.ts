import { type Check, unless } from '../check.ts';
import { at, idOf, list, ofType, type Template } from '../template.ts';

const MAPPING = 'AWS::Lambda::EventSourceMapping';
const FUNCTION = 'AWS::Lambda::Function';

/** A message stays invisible while it is processed: AWS requires six times the function's timeout. */
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
        message: `returns after ${visibility} s, although the function may run for ${timeout} s`,
      }),
      ...unless(list(properties.FunctionResponseTypes).includes('ReportBatchItemFailures'), {
        rule: 'partial-batches',
        where: id,
        message: 'one failed message returns the whole batch',
      }),
      ...unless(at(queue.Properties, 'RedrivePolicy.deadLetterTargetArn') !== undefined, {
        rule: 'dead-letters',
        where: idOf(properties.EventSourceArn) ?? id,
        message: 'retries failing messages for ever',
      }),
    ];
  });

/** Queues are encrypted, and dead letters are kept for two weeks, the longest that SQS allows. */
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
      message: 'keeps dead letters for less than two weeks',
    }),
  ]);
};

/** The documents bucket sends events of new objects to the queue, and depends on the policy that allows it. */
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
        ...unless(target === 'IngestQueue', {
          rule: 'upload-events',
          where: id,
          message: 'sends no events to the queue',
        }),
        ...unless(waits, {
          rule: 'upload-events',
          where: id,
          message: 'is created before it may write to the queue, so the deploy fails',
        }),
      ];
    });

/** AWS documents 189 connections at 1 ACU and 823 at 4; 189 per ACU is the lower bound. */
const CONNECTIONS_PER_ACU = 189;
/** The default of `DATABASE_POOL_SIZE`. */
const POOL_SIZE = 3;
/** Functions that open a pool for each of two database roles; the test of the packages compares them with the code. */
export const WITH_TWO_ROLES = ['ingest', 'sweep'];

/** All functions together open at most 80 % of the connections that Aurora accepts at its maximum capacity. */
const connectionsAreEnough: Check = (template) => {
  const clusters = ofType(template, 'AWS::RDS::DBCluster');
  if (clusters.length === 0) return [];
  const acu = Number(at(clusters[0]?.properties, 'ServerlessV2ScalingConfiguration.MaxCapacity'));
  const configured = ofType(template, 'AWS::RDS::DBClusterParameterGroup').map(({ properties }) =>
    at(properties, 'Parameters.max_connections'),
  );
  const limit = Math.floor(0.8 * Math.min(acu * CONNECTIONS_PER_ACU, Number(configured[0] ?? Infinity)));
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

/** What connects to the database: the functions in the VPC. The embedder does not. */
function databaseFunctions(template: Template) {
  return ofType(template, FUNCTION)
    .filter(({ properties }) => properties.VpcConfig !== undefined)
    .map(({ id, properties }) => ({
      id,
      concurrency: properties.ReservedConcurrentExecutions as number | undefined,
      pool: rolesOf(id) * Number(at(properties, 'Environment.Variables.DATABASE_POOL_SIZE') ?? POOL_SIZE),
    }));
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
