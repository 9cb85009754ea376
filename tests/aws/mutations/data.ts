import { type Mutations, setting } from '../mutation.ts';

/** Faults of the database, the cache, volumes, buckets and queues. */
export const DATA = {
  aurora: {
    fault: 'Aurora is too old to pause at 0 ACU',
    apply: setting('AuroraCluster', 'EngineVersion', '16.1'),
  },
  'aurora-instance': {
    fault: 'the database runs on an instance that is billed by the hour',
    apply: setting('AuroraWriter', 'DBInstanceClass', 'db.r8g.large'),
  },
  'aurora-tls': {
    fault: 'Aurora accepts connections without TLS',
    apply: setting('AuroraParameters', 'Parameters', { max_connections: 500 }),
  },
  'database-tls-client': {
    fault: 'a function does not verify the database’s certificate',
    apply: setting('ChatLambdaFunction', 'Environment.Variables.NODE_TLS_REJECT_UNAUTHORIZED', '0'),
  },
  'data-subnets': {
    fault: 'the database is in public subnets',
    apply: setting('DatabaseSubnets', 'SubnetIds', [{ Ref: 'PublicSubnetA' }, { Ref: 'PublicSubnetC' }]),
  },
  redis: {
    fault: 'Redis accepts connections without TLS',
    apply: setting('RedisGroup', 'TransitEncryptionMode', 'preferred'),
  },
  'redis-tls-client': {
    lesson: 1,
    fault: 'TLS options are hidden in the URL of Redis',
    apply: setting('ChatLambdaFunction', 'Environment.Variables.REDIS_URL', 'rediss://r?ssl_cert_reqs=none'),
  },
  bucket: {
    fault: 'documents are not versioned',
    apply: setting('DocumentsBucket', 'VersioningConfiguration', undefined),
  },
  efs: {
    fault: 'Chroma’s volume is not backed up',
    apply: setting('ChromaVolume', 'BackupPolicy.Status', 'DISABLED'),
  },
  'efs-transit': {
    fault: 'Chroma reads its volume without encryption',
    apply: setting('ChromaTask', 'Volumes.0.EFSVolumeConfiguration.TransitEncryption', 'DISABLED'),
  },
  visibility: {
    fault: 'a message returns to the queue while it is processed',
    apply: setting('IngestQueue', 'VisibilityTimeout', 300),
  },
  'partial-batches': {
    fault: 'one failed message returns its whole batch to the queue',
    apply: setting('IngestEventSourceMappingSQSIngestQueue', 'FunctionResponseTypes', undefined),
  },
  'dead-letters': {
    fault: 'a failing message is retried for ever',
    apply: setting('IngestQueue', 'RedrivePolicy', undefined),
  },
  'dead-letter-retention': {
    fault: 'dead letters are deleted after four days',
    apply: setting('IngestDeadLetterQueue', 'MessageRetentionPeriod', undefined),
  },
  'queue-encryption': {
    fault: 'a queue is not encrypted',
    apply: setting('IngestQueue', 'SqsManagedSseEnabled', false),
  },
  'upload-events': {
    fault: 'the bucket is created before it may write to the queue',
    apply: (template) => {
      delete template.Resources.DocumentsBucket?.DependsOn;
    },
  },
  concurrency: {
    fault: 'a function may open any number of connections',
    apply: setting('ChatLambdaFunction', 'ReservedConcurrentExecutions', undefined),
  },
  connections: {
    // With one pool for each they would just fit: the sweep keeps a pool for each of its two roles.
    fault: 'ten sweeps at once open more connections than Aurora accepts',
    apply: setting('SweepLambdaFunction', 'ReservedConcurrentExecutions', 10),
  },
} satisfies Mutations;
