import type { Wanted } from '../inventory.ts';
import type { Props } from '../template.ts';

const CLUSTER = 'AWS::RDS::DBCluster';
const REDIS = 'AWS::ElastiCache::ReplicationGroup';
const EVERYWHERE_BUT_LEAN = { dev: 1, prod: 1, lean: 0 };
const PROD = { dev: 0, prod: 1, lean: 0 };

const capacity = (scaling: Props): Props => ({
  Engine: 'aurora-postgresql',
  DatabaseName: 'ragdb',
  Port: 5432,
  StorageEncrypted: true,
  BackupRetentionPeriod: 7,
  ServerlessV2ScalingConfiguration: { MaxCapacity: 4, ...scaling },
});

/** Databases, caches, files, documents and queues. */
export const DATA: Wanted[] = [
  {
    what: 'Aurora that is always there and cannot be deleted',
    type: CLUSTER,
    properties: { ...capacity({ MinCapacity: 0.5, SecondsUntilAutoPause: null }), DeletionProtection: true },
    count: PROD,
  },
  {
    what: 'Aurora that pauses',
    type: CLUSTER,
    properties: { ...capacity({ MinCapacity: 0, SecondsUntilAutoPause: 300 }), DeletionProtection: false },
    count: { dev: 1, prod: 0, lean: 1 },
  },
  { what: 'its writer', type: 'AWS::RDS::DBInstance', properties: { DBInstanceClass: 'db.serverless' } },
  {
    what: 'Aurora’s own settings: TLS only, and dead connections dropped within a minute',
    type: 'AWS::RDS::DBClusterParameterGroup',
    properties: {
      Parameters: { 'rds.force_ssl': '1', tcp_keepalives_idle: 45, tcp_keepalives_count: 3 },
    },
  },
  {
    what: 'a sweep that lets Aurora pause',
    type: 'AWS::Events::Rule',
    properties: { ScheduleExpression: 'rate(1 hour)', State: 'ENABLED' },
    count: { dev: 1, prod: 0, lean: 1 },
  },
  {
    what: 'a sweep every minute',
    type: 'AWS::Events::Rule',
    properties: { ScheduleExpression: 'rate(1 minute)', State: 'ENABLED' },
    count: PROD,
  },
  {
    what: 'Redis',
    type: REDIS,
    properties: { Engine: 'redis', EngineVersion: '7.1', CacheNodeType: 'cache.t4g.micro', Port: 6379 },
    count: EVERYWHERE_BUT_LEAN,
  },
  {
    what: 'a replica of Redis that takes over',
    type: REDIS,
    properties: { ReplicasPerNodeGroup: 1, AutomaticFailoverEnabled: true, MultiAZEnabled: true },
    count: PROD,
  },
  {
    what: 'a daily backup, kept for five weeks',
    type: 'AWS::Backup::BackupPlan',
    properties: {
      BackupPlan: {
        BackupPlanRule: [{ ScheduleExpression: 'cron(0 18 * * ? *)', Lifecycle: { DeleteAfterDays: 35 } }],
      },
    },
  },
  { what: 'what is backed up', type: 'AWS::Backup::BackupSelection' },
  { what: 'where to', type: 'AWS::Backup::BackupVault' },
  {
    what: 'Chroma’s volume',
    type: 'AWS::EFS::FileSystem',
    properties: { Encrypted: true, BackupPolicy: { Status: 'ENABLED' } },
    count: EVERYWHERE_BUT_LEAN,
  },
  {
    what: 'the volume’s door in each zone',
    type: 'AWS::EFS::MountTarget',
    count: { dev: 2, prod: 2, lean: 0 },
  },
  {
    what: 'the documents bucket',
    type: 'AWS::S3::Bucket',
    properties: {
      VersioningConfiguration: { Status: 'Enabled' },
      LifecycleConfiguration: {
        Rules: [
          { Status: 'Enabled', Transitions: [{ StorageClass: 'GLACIER_IR', TransitionInDays: 90 }] },
          { Status: 'Enabled', AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 } },
        ],
      },
    },
  },
  {
    what: 'the queue, which gives up after three times',
    type: 'AWS::SQS::Queue',
    properties: { VisibilityTimeout: 1800, RedrivePolicy: { maxReceiveCount: 3 } },
  },
  {
    what: 'the dead letters',
    type: 'AWS::SQS::Queue',
    properties: { MessageRetentionPeriod: 1_209_600, RedrivePolicy: null },
  },
  { what: 'the six secrets, and the key for downloads', type: 'AWS::SecretsManager::Secret', count: 7 },
];
