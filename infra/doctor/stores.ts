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

/** It needs no stack: a new account's limit has to be raised before the first deploy. */
export function accountChecks(aws: Aws, { concurrency: needed }: Stage): Checks {
  return {
    'concurrent executions of the account': async () => {
      const { AccountLimit } = await aws<{ AccountLimit: { ConcurrentExecutions: number } }>(
        'lambda',
        'get-account-settings',
      );
      const { ConcurrentExecutions: limit } = AccountLimit;
      if (limit >= needed) return ok(`${limit}, ${needed} are needed`);
      return failed(`${limit}, ${needed} are needed`, 'Ask for more: README, first deploy, step 1.');
    },
  };
}

async function aurora(aws: Aws, stack: Deployed): Promise<Finding> {
  const id = ['--db-cluster-identifier', idOf(stack, 'AuroraCluster')];
  const { DBClusters } = await aws<Clusters>('rds', 'describe-db-clusters', ...id);
  const [{ Status: status, DBClusterMembers: members = [] } = { Status: 'gone' }] = DBClusters;
  if (status !== 'available')
    return failed(status, 'It comes back by itself from maintenance and start; else look at its events.');
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
    return failed(status, 'The platform works without it meanwhile, with limits per process.');
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
    `${count} documents were given up`,
    'Find out why in the log of ingest, then start-message-move-task.',
  );
}

/** Those that tell people; others only move the number of tasks, and one of them always stands at ALARM. */
async function alarms(aws: Aws, { stack }: Stage): Promise<Finding> {
  const asked = ['--alarm-name-prefix', `${stack}-`, '--state-value', 'ALARM'];
  const { MetricAlarms } = await aws<Alarms>('cloudwatch', 'describe-alarms', ...asked);
  const ringing = MetricAlarms.filter(({ AlarmActions = [] }) =>
    AlarmActions.some((arn) => arn.includes(':sns:')),
  );
  if (ringing.length === 0) return ok('none rings');
  const names = ringing.map(({ AlarmName, AlarmDescription }) => AlarmDescription ?? AlarmName);
  return failed(names.join('; '), 'The dashboard of the stack’s name shows the metrics beside each other.');
}
