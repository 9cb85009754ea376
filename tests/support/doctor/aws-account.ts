import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { PHYSICAL } from '#tests/aws/cli/names.ts';
import { ACCOUNT } from '#tests/aws/iam/arn.ts';
import { ofType, type Template } from '#tests/aws/template.ts';

/**
 * AWS's answers by `service operation`, optionally followed by the last path segment of an argument. An Error is a
 * refusal.
 */
export type Account = Record<string, object | Error>;

export const NAME_SERVERS = ['ns-1.awsdns-01.org', 'ns-2.awsdns-02.com'];
const physicalId = (logicalId: string) => PHYSICAL + logicalId;

function permissionFor(target: string, port: number): object {
  const peer = target.includes('/')
    ? { IpRanges: [{ CidrIp: target }] }
    : { UserIdGroupPairs: [{ GroupId: physicalId(target) }] };
  return { IpProtocol: 'tcp', FromPort: port, ToPort: port, ...peer };
}

export function group(name: string, ...egress: [string, number][]): object {
  return {
    GroupId: physicalId(name),
    IpPermissionsEgress: egress.map(([target, port]) => permissionFor(target, port)),
  };
}

export const WORLD: [string, number] = ['0.0.0.0/0', 443];
const SERVICE = {
  desiredCount: 1,
  runningCount: 1,
  deployments: [{ status: 'PRIMARY', rolloutState: 'COMPLETED' }],
};
const secret = (values: object) => ({ SecretString: JSON.stringify(values) });

/** AWS's answers for a healthy stage whose stack is this template. */
export function healthyAccount(template: Template, reserved = reservedIn(template)): Account {
  const resources = Object.keys(template.Resources);
  return {
    'sts get-caller-identity': { Account: ACCOUNT },
    'cloudformation describe-stacks': {
      Stacks: [
        {
          StackStatus: 'UPDATE_COMPLETE',
          Outputs: [{ OutputKey: 'ApiUrl', OutputValue: 'https://api.rag.test' }],
        },
      ],
    },
    'cloudformation list-stack-resources': {
      StackResourceSummaries: resources.map((LogicalResourceId) => {
        return {
          LogicalResourceId,
          PhysicalResourceId: physicalId(LogicalResourceId),
          ResourceStatus: 'CREATE_COMPLETE',
        };
      }),
    },
    'lambda get-account-settings': { AccountLimit: { ConcurrentExecutions: 100 + reserved } },
    'acm describe-certificate': { Certificate: { Status: 'ISSUED' } },
    'route53 list-hosted-zones-by-name': { HostedZones: [{ Id: '/hostedzone/Z1', Name: 'rag.test.' }] },
    'route53 get-hosted-zone': { DelegationSet: { NameServers: NAME_SERVERS } },
    'ecs describe-services': { services: [SERVICE] },
    'elbv2 describe-target-health': { TargetHealthDescriptions: [{ TargetHealth: { State: 'healthy' } }] },
    'ec2 describe-route-tables': {
      RouteTables: [
        {
          Associations: [
            { SubnetId: physicalId('PrivateSubnetA') },
            { SubnetId: physicalId('PrivateSubnetC') },
          ],
          Routes: [{ DestinationCidrBlock: '0.0.0.0/0', State: 'active' }],
        },
      ],
    },
    'ec2 describe-security-groups': {
      SecurityGroups: [
        group('FunctionSecurityGroup', ...FUNCTION_EGRESS),
        group('EmbedderSecurityGroup', ['DatabaseSecurityGroup', 5432], WORLD),
        group('AlbSecurityGroup', ['EmbedderSecurityGroup', 8001]),
      ],
    },
    'secretsmanager get-secret-value database': secret({
      username: 'rag',
      password: 'hush-database',
      host: 'db.internal',
      port: 5432,
      dbname: 'ragdb',
    }),
    'secretsmanager get-secret-value database-app': secret({
      username: 'rag',
      password: 'hush-database-app',
      host: 'db.internal',
      port: 5432,
      dbname: 'ragdb',
    }),
    'secretsmanager get-secret-value database-worker': secret({
      username: 'rag',
      password: 'hush-database-worker',
      host: 'db.internal',
      port: 5432,
      dbname: 'ragdb',
    }),
    'secretsmanager get-secret-value redis': secret({ port: 6379, password: 'hush-redis' }),
    'secretsmanager get-secret-value jwt': secret({ secret_key: 'hush-jwt'.repeat(8) }),
    'secretsmanager get-secret-value api-key-pepper': secret({ secret_key: 'hush-'.repeat(10) }),
    'secretsmanager get-secret-value service-public-keys': secret({ public_keys: [{ kid: 'x' }] }),
    'secretsmanager get-secret-value openai': secret({ api_key: 'hush-openai' }),
    'secretsmanager get-secret-value anthropic': secret({ api_key: '' }),
    'secretsmanager get-secret-value google-oauth': secret({
      client_id: 'id',
      client_secret: 'hush-google',
    }),
    'lambda get-function-configuration': { Environment: { Variables: { REDIS_HOST: 'redis.internal' } } },
    'rds describe-db-clusters': {
      DBClusters: [{ Status: 'available', DBClusterMembers: [{ IsClusterWriter: true }] }],
    },
    'elasticache describe-replication-groups': {
      ReplicationGroups: [{ Status: 'available', TransitEncryptionEnabled: true }],
    },
    'sesv2 get-email-identity': { VerifiedForSendingStatus: true, DkimAttributes: { Status: 'SUCCESS' } },
    'sesv2 get-account': { ProductionAccessEnabled: true, SendingEnabled: true },
    'sqs get-queue-attributes': { Attributes: { ApproximateNumberOfMessages: '0' } },
    // One of the two scaling alarms is always in ALARM.
    'cloudwatch describe-alarms': {
      MetricAlarms: [
        { AlarmName: 'rag-platform-prod-EmbedderIdle-1', AlarmActions: ['arn:aws:autoscaling:x'] },
      ],
    },
  };
}

export const FUNCTION_EGRESS: [string, number][] = [
  ['DatabaseSecurityGroup', 5432],
  ['RedisSecurityGroup', 6379],
  ['ChromaSecurityGroup', 8000],
  ['EmbedderSecurityGroup', 8001],
  WORLD,
];

function reservedIn(template: Template): number {
  return ofType(template, 'AWS::Lambda::Function').reduce(
    (sum, { properties }) => sum + Number(properties.ReservedConcurrentExecutions ?? 0),
    0,
  );
}

/**
 * Each call is recorded in its own file, since concurrent calls would mix their lines. A unit separator ends each
 * argument.
 */
const PROGRAM = String.raw`#!/bin/sh
printf '%s\037' "$@" > "$AWS_CALLS/$$"
found="$AWS_ACCOUNT/$1 $2"
for each; do
  if [ -f "$AWS_ACCOUNT/$1 $2 \${each##*/}" ]; then found="$AWS_ACCOUNT/$1 $2 \${each##*/}"; fi
done
if [ -f "$found" ]; then exec /bin/cat "$found"; fi
if [ -f "$found.refusal" ]; then /bin/cat "$found.refusal" >&2; else echo "not recorded: $found" >&2; fi
exit 254
`.replaceAll('\\$', '$');

/** Installs a program `aws` that answers for this account. @returns the environment that it needs */
export function installAws(directory: string, account: Account): { AWS_ACCOUNT: string; AWS_CALLS: string } {
  const [answers, calls] = [path.join(directory, 'account'), path.join(directory, 'calls')];
  mkdirSync(answers);
  mkdirSync(calls);
  for (const [key, answer] of Object.entries(account)) {
    const isRefusal = answer instanceof Error;
    const content = isRefusal ? `\n${answer.message}\n` : JSON.stringify(answer);
    writeFileSync(path.join(answers, isRefusal ? `${key}.refusal` : key), content);
  }
  writeFileSync(path.join(directory, 'aws'), PROGRAM, { mode: 0o755 });
  return { AWS_ACCOUNT: answers, AWS_CALLS: calls };
}

/** The arguments of each recorded call. */
export function readCalls({ AWS_CALLS }: { AWS_CALLS: string }): string[][] {
  const files = readdirSync(AWS_CALLS).map((name) => readFileSync(path.join(AWS_CALLS, name), 'utf8'));
  return files.map((content) => content.split('\u001f').slice(0, -1));
}
