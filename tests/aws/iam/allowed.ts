import type { Stage } from '#tests/support/lambda-runtime/packaged.ts';
import type { Finding } from '../check.ts';

/** A finding in the template of one stage. */
export type Located = Finding<string> & { stage: Stage };

/** An accepted finding and the reason. `where` matches logical ids; `message` and `stages` restrict it further. */
export type Allowed = {
  rule: string;
  where: RegExp;
  message?: RegExp;
  stages?: Stage[];
  reason: string;
};

/** Accepted findings of our own checks. */
export const ALLOWED_BY_US: Allowed[] = [
  {
    rule: 'wildcard-resource',
    where: /Role\.Policies/,
    message:
      /may do (ec2:(Create|Delete|Assign|Unassign)(NetworkInterface|PrivateIpAddresses)(, )?)+ to every/,
    reason: 'At deploy Lambda requires these rights on every interface, as in AWS’s own managed policy.',
  },
  {
    rule: 'bucket',
    where: /^ServerlessDeploymentBucket$/,
    message: /can be made public/,
    reason:
      'The deploy tool creates this bucket. S3 blocks public access to new buckets by default since April 2023.',
  },
];

/** Accepted findings of cdk-nag's AwsSolutions pack. */
export const ALLOWED_OF_NAG: Allowed[] = [
  {
    rule: 'AwsSolutions-S1',
    where: /Bucket$/,
    reason:
      'The API signs a short-lived link for each download, and the API’s access log records that request.',
  },
  {
    rule: 'AwsSolutions-S1',
    where: /^CloudFrontLogs$/,
    reason: 'The bucket itself holds access logs, for a week, which only operators read.',
  },
  {
    rule: 'AwsSolutions-ELB2',
    where: /^Alb$/,
    reason: 'WAF logs blocked requests and the embedder counts the others; API keys identify callers.',
  },
  {
    rule: 'AwsSolutions-RDS10',
    where: /^AuroraCluster$/,
    stages: ['dev', 'lean'],
    reason: 'Test stages can be removed with one command; a snapshot is kept.',
  },
  {
    rule: 'AwsSolutions-ECS4',
    where: /^Cluster$/,
    stages: ['dev', 'lean'],
    reason: 'Container Insights are billed per metric; the alarms use free metrics.',
  },
  {
    rule: 'AwsSolutions-AEC4',
    where: /^RedisGroup$/,
    stages: ['dev'],
    reason: 'A replica doubles the price; while Redis is unavailable each process counts limits itself.',
  },
  {
    rule: 'AwsSolutions-AEC5',
    where: /^RedisGroup$/,
    reason: 'Only one security group can reach port 6379, so another port number would add no protection.',
  },
  {
    rule: 'AwsSolutions-SMG4',
    where: /Secret$/,
    reason:
      'Operators decide when to rotate, and functions read a rejected secret again; providers issue the LLM keys.',
  },
  {
    rule: 'AwsSolutions-ECS2',
    where: /^EmbedderTask$/,
    reason: 'Settings such as the model’s name are not secret; our own check refuses secrets among them.',
  },
  {
    rule: 'AwsSolutions-APIG2',
    where: /^ApiGatewayRestApi$/,
    reason: 'The functions validate requests with the schemas that also produce the OpenAPI document.',
  },
  {
    rule: 'AwsSolutions-APIG4',
    where: /^ApiGatewayMethod/,
    reason: 'Every function checks sessions and keys itself; an authoriser would add a call to each request.',
  },
  {
    rule: 'AwsSolutions-COG4',
    where: /^ApiGatewayMethod/,
    reason:
      'The platform does not use Cognito: users sign in with Google, and it issues sessions and keys itself.',
  },
  {
    rule: 'AwsSolutions-IAM4',
    where: /^BackupRole$/,
    message: /^Policy::\S+\/AWSBackupServiceRolePolicyFor(Backup|Restores): /,
    reason: 'AWS extends these policies as AWS Backup changes, and only that service can assume the role.',
  },
  {
    rule: 'AwsSolutions-IAM4',
    where: /^ApiLogRole$/,
    message: /^Policy::\S+\/AmazonAPIGatewayPushToCloudWatchLogs: /,
    reason: 'API Gateway writes to log groups that it names itself, and requires this AWS policy.',
  },
  {
    rule: 'AwsSolutions-IAM5',
    where: /Role$/,
    message: /^Resource::\*: /,
    reason: 'Our own check wildcard-resource is stricter: it looks up whether the action supports resources.',
  },
  {
    rule: 'AwsSolutions-IAM5',
    where: /^MalwareScanRole$/,
    message: /^Resource::(<DocumentsBucket\.Arn>\/\*|arn:\S+:rule\/DO-NOT-DELETE-\S+): /,
    reason:
      'GuardDuty’s guide asks for these: it scans objects that come at run time, and names its rule itself.',
  },
  {
    rule: 'AwsSolutions-IAM5',
    where: /^(Documents|Ingest|Sweep|Teams)Role$/,
    message: /^Resource::<DocumentsBucket\.Arn>\/teams\/\*: /,
    reason:
      'Every document is below teams/; teams are created at run time, so the template cannot name them.',
  },
  {
    rule: 'AwsSolutions-IAM5',
    where: /^DocumentsRole$/,
    message: /^Resource::<DocumentsBucket\.Arn>\/teams\/\*\/originals\/\*: /,
    reason: 'Only originals may be deleted; teams are created at run time, so the template cannot name them.',
  },
  {
    rule: 'AwsSolutions-IAM5',
    where: /^(Auth|Ingest|Sweep)Role$/,
    message: /^Resource::<DocumentsBucket\.Arn>\/people\/\*: /,
    reason:
      'Every export of a person is below people/; they are created at run time, so the template cannot name them.',
  },
  {
    rule: 'AwsSolutions-EC23',
    where: /^AlbSecurityGroup$/,
    reason:
      'The public entrance of the embedder; our own check allows only port 443, and 80, which redirects.',
  },
  {
    rule: 'AwsSolutions-EC28',
    where: /^NatInstance$/,
    stages: ['lean'],
    reason: 'Metrics per minute are billed; those per five minutes are enough to see whether it works.',
  },
  {
    rule: 'AwsSolutions-EC29',
    where: /^NatInstance$/,
    stages: ['lean'],
    reason:
      'It stores nothing, and CloudFormation must be able to remove it when it replaces it for a new image.',
  },
  {
    rule: 'AwsSolutions-CFR1',
    where: /Distribution$/,
    reason: 'Operators choose the blocked countries, by geoBlock and blockedCountries.',
  },
  {
    rule: 'AwsSolutions-CFR2',
    where: /Distribution$/,
    reason:
      'A firewall for CloudFront must be in us-east-1, unlike this stack; both distributions only serve files.',
  },
];

/** Accepted findings of AWS's schema engine. */
export const ALLOWED_OF_ENGINE: Allowed[] = [
  {
    rule: 'W3005',
    where: /LambdaFunction$/,
    message: /^DependsOn: '\w+Role'/,
    reason: 'The deploy tool adds this DependsOn for each role that is named by its logical id.',
  },
  {
    rule: 'F3031',
    where: /(LogGroup|ChromaVolume)$/,
    message: /^Properties\.KmsKeyId: '' does not match pattern/,
    reason:
      'The parameter’s default is empty; its condition, which the engine ignores, drops the property then.',
  },
  {
    rule: 'F3033',
    where: /Role$/,
    message: /^Properties\.PermissionsBoundary: length 0 /,
    reason:
      'The parameter’s default is empty; its condition, which the engine ignores, drops the property then.',
  },
];

/** The findings that no entry of the list accepts. */
export function notAllowed(findings: Located[], allowed: Allowed[]): Located[] {
  return findings.filter((finding) => !allowed.some((entry) => covers(entry, finding)));
}

/** The entries that match no finding any more and should be deleted. */
export function stale(findings: Located[], allowed: Allowed[]): Allowed[] {
  return allowed.filter((entry) => !findings.some((finding) => covers(entry, finding)));
}

function covers({ rule, where, message = /^/, stages }: Allowed, finding: Located): boolean {
  const isHere = stages === undefined || stages.includes(finding.stage);
  return isHere && finding.rule === rule && where.test(finding.where) && message.test(finding.message);
}
