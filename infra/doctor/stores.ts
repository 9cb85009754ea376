import type { Aws } from './aws.ts';
import { type Checks, type Finding, failed, ok } from './check.ts';
import { type Deployed, idOf } from './stack.ts';
import type { Stage } from './stage.ts';

type Clusters = { DBClusters: { Status: string; DBClusterMembers?: { IsClusterWriter?: boolean }[] }[] };
type Groups = { ReplicationGroups: { Status: string; TransitEncryptionEnabled?: boolean }[] };
type Queue = { Attributes: { ApproximateNumberOfMessages: string } };
type Alarms = { MetricAlarms: { AlarmName: string; AlarmDescription?: string; AlarmActions?: string[] }[] };

export function storeChecks(aws: Aws, stack: Deployed, stage: Stage): Checks {
  return {
    Aurora: () => aurora(aws, stack),
    Redis: () => redis(aws, stack),
    'dead-letter queue': () => deadLetters(aws, stack),
    alarms: () => alarms(aws, stage),
  };
}

/** Runs without a stack too: a new account's limit must be raised before the first deploy. */
export function accountChecks(aws: Aws, { concurrency: needed }: Stage): Checks {
  return {
    'concurrent executions of the account': async () => {
      const { AccountLimit } = await aws<{ AccountLimit: { ConcurrentExecutions: number } }>(
        'lambda',
        'get-account-settings',
      );
      const { ConcurrentExecutions: limit } = AccountLimit;
      if (limit >= needed) return ok(`${limit}, ${needed} are needed`);
      return failed(`${limit}, ${needed} are needed`, 'Request an increase: see step 1 of the first deploy.');
    },
  };
}

async function aurora(aws: Aws, stack: Deployed): Promise<Finding> {
  const id = ['--db-cluster-identifier', idOf(stack, 'AuroraCluster')];
  const { DBClusters } = await aws<Clusters>('rds', 'describe-db-clusters', ...id);
  const [{ Status: status, DBClusterMembers: members = [] } = { Status: 'gone' }] = DBClusters;
  if (status !== 'available')
    return failed(status, 'During maintenance or a start it recovers by itself; otherwise read its events.');
  if (!members.some(({ IsClusterWriter }) => IsClusterWriter))
    return failed('no writer', 'Deploy the stack.');
  return ok(`available, ${members.length} instance${members.length === 1 ? '' : 's'}`);
}

async function redis(aws: Aws, stack: Deployed): Promise<Finding> {
  const id = ['--replication-group-id', idOf(stack, 'RedisGroup')];
  const answer = await aws<Groups>('elasticache', 'describe-replication-groups', ...id);
  const [{ Status: status, TransitEncryptionEnabled: tls = false } = { Status: 'gone' }] =
    answer.ReplicationGroups;
  if (status !== 'available')
    return failed(status, 'The platform works without it; each process then counts limits itself.');
  return tls ? ok('available, with TLS') : failed('without TLS', 'Deploy the stack: clients expect TLS.', 1);
}

async function deadLetters(aws: Aws, stack: Deployed): Promise<Finding> {
  const { Attributes } = await aws<Queue>(
    ...(['sqs', 'get-queue-attributes', '--queue-url', idOf(stack, 'IngestDeadLetterQueue')] as const),
    ...(['--attribute-names', 'ApproximateNumberOfMessages'] as const),
  );
  const count = Number(Attributes.ApproximateNumberOfMessages);
  if (count === 0) return ok('empty');
  return failed(
    `${count} documents failed`,
    'Find the reason in the log of ingest, then run start-message-move-task.',
  );
}

/** Alarms that notify people. The others scale tasks, and one of them is always in ALARM. */
async function alarms(aws: Aws, { stack }: Stage): Promise<Finding> {
  const filters = ['--alarm-name-prefix', `${stack}-`, '--state-value', 'ALARM'];
  const { MetricAlarms } = await aws<Alarms>('cloudwatch', 'describe-alarms', ...filters);
  const active = MetricAlarms.filter(({ AlarmActions = [] }) =>
    AlarmActions.some((arn) => arn.includes(':sns:')),
  );
  if (active.length === 0) return ok('none active');
  const names = active.map(({ AlarmName, AlarmDescription }) => AlarmDescription ?? AlarmName);
  return failed(names.join('; '), 'Compare the metrics on the dashboard that has the stack’s name.');
}
