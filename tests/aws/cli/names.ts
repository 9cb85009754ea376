import { list, ofType, type Template } from '../template.ts';
import type { Call } from './commands.ts';

/** The prefix of physical ids that the stand-in for `aws` returns. */
export const PHYSICAL = 'physical:';

/** The type of resource that an option names. */
const NAMES: Record<string, string> = {
  'backup-vault-name': 'AWS::Backup::BackupVault',
  'certificate-arn': 'AWS::CertificateManager::Certificate',
  'db-cluster-identifier': 'AWS::RDS::DBCluster',
  'db-cluster-parameter-group-name': 'AWS::RDS::DBClusterParameterGroup',
  'db-instance-identifier': 'AWS::RDS::DBInstance',
  'db-subnet-group-name': 'AWS::RDS::DBSubnetGroup',
  'email-identity': 'AWS::SES::EmailIdentity',
  'file-system-id': 'AWS::EFS::FileSystem',
  'function-name': 'AWS::Lambda::Function',
  'group-ids': 'AWS::EC2::SecurityGroup',
  'log-group-name': 'AWS::Logs::LogGroup',
  'queue-url': 'AWS::SQS::Queue',
  'replication-group-id': 'AWS::ElastiCache::ReplicationGroup',
  'repository-name': 'AWS::ECR::Repository',
  'repository-names': 'AWS::ECR::Repository',
  'role-name': 'AWS::IAM::Role',
  'secret-id': 'AWS::SecretsManager::Secret',
  'service-name': 'AWS::ECS::Service',
  'source-arn': 'AWS::SQS::Queue',
  'source-db-cluster-identifier': 'AWS::RDS::DBCluster',
  'stack-name': 'AWS::CloudFormation::Stack',
  'target-group-arn': 'AWS::ElasticLoadBalancingV2::TargetGroup',
  'task-definition': 'AWS::ECS::TaskDefinition',
  'topic-arn': 'AWS::SNS::Topic',
  'vpc-security-group-ids': 'AWS::EC2::SecurityGroup',
  bucket: 'AWS::S3::Bucket',
  cluster: 'AWS::ECS::Cluster',
  service: 'AWS::ECS::Service',
  services: 'AWS::ECS::Service',
};

/** Properties that hold a resource's name. */
const OWN_NAMES = [
  'BackupVaultName',
  'ClusterName',
  'DBClusterIdentifier',
  'Family',
  'FunctionName',
  'LogGroupName',
  'Name',
  'RepositoryName',
  'ServiceName',
];

export type Names = (type: string) => Set<string>;

/** The names of a stack's resources by type. Checking a call adds the names of what it creates. */
export function namesOf(template: Template, stack: string): Names {
  const names = new Map([['AWS::CloudFormation::Stack', new Set([stack])]]);
  return (type) => {
    let found = names.get(type);
    if (!found) {
      found = new Set(
        ofType(template, type).flatMap(({ id, properties }) => [
          `${PHYSICAL}${id}`,
          ...OWN_NAMES.flatMap((key) => (typeof properties[key] === 'string' ? [properties[key]] : [])),
        ]),
      );
      names.set(type, found);
    }
    return found;
  };
}

/** Names in a call that the stack does not have. Check calls in order: later ones use what earlier ones create. */
export function unknownNames(call: Call, names: Names): string[] {
  addNew(call, names);
  const options = [...call.options];
  if (call.words === 'logs tail') options.push(['log-group-name', call.positionals]);
  const unknown = options.flatMap(([option, values]) => {
    const type = NAMES[option];
    if (!type) return [];
    return values
      .filter((value) => !names(type).has(value))
      .map((value) => `aws ${call.words}: --${option} ${value} is no ${type} of the stack`);
  });
  return [...unknown, ...unknownAlarms(call, names)];
}

function addNew({ words, options }: Call, names: Names): void {
  const created: [string, string][] = [
    ['new-db-cluster-identifier', 'AWS::RDS::DBCluster'],
    ['new-db-instance-identifier', 'AWS::RDS::DBInstance'],
  ];
  if (words.startsWith('rds restore-')) created.push(['db-cluster-identifier', 'AWS::RDS::DBCluster']);
  if (words === 'cloudformation deploy') created.push(['stack-name', 'AWS::CloudFormation::Stack']);
  if (words === 'rds create-db-instance') created.push(['db-instance-identifier', 'AWS::RDS::DBInstance']);
  for (const [option, type] of created)
    for (const value of list(options.get(option))) names(type).add(String(value));
}

/** CloudFormation names an alarm <stack>-<logical id>-<something>. */
function unknownAlarms({ words, options }: Call, names: Names): string[] {
  const [prefix] = options.get('alarm-name-prefix') ?? [];
  const [stack = ''] = names('AWS::CloudFormation::Stack');
  if (prefix === undefined || prefix === `${stack}-`) return [];
  const alarm = `${PHYSICAL}${prefix.slice(stack.length + 1)}`;
  const known = prefix.startsWith(`${stack}-`) && names('AWS::CloudWatch::Alarm').has(alarm);
  return known ? [] : [`aws ${words}: no alarm of the stack starts with ${prefix}`];
}
