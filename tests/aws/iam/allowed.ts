import type { Stage } from '#tests/support/lambda-runtime/packaged.ts';
import type { Finding } from '../check.ts';

/** A finding in the template of one stage. */
export type Located = Finding<string> & { stage: Stage };

/** A finding we live with, and why. `where` is a pattern of logical ids, `message` and `stages` narrow it down. */
export type Allowed = {
  rule: string;
  where: RegExp;
  message?: RegExp;
  stages?: Stage[];
  reason: string;
};

/** What our own checks find and we want so. */
export const ALLOWED_BY_US: Allowed[] = [
  {
    rule: 'wildcard-resource',
    where: /Role\.Policies/,
    message:
      /may do (ec2:(Create|Delete|Assign|Unassign)(NetworkInterface|PrivateIpAddresses)(, )?)+ to every/,
    reason:
      'Lambda checks at deploy that the role may do so to any interface, as in AWS’s own managed policy.',
  },
  {
    rule: 'bucket',
    where: /^ServerlessDeploymentBucket$/,
    message: /can be made public/,
    reason: 'The deploy tool’s bucket: S3 blocks public access to new buckets by itself since April 2023.',
  },
];

/** What cdk-nag's AwsSolutions pack finds and we want so. */
export const ALLOWED_OF_NAG: Allowed[] = [
  {
    rule: 'AwsSolutions-S1',
    where: /Bucket$/,
    reason:
      'Documents are reached by short-lived addresses that the API signs, and its access log has each of those calls.',
  },
  {
    rule: 'AwsSolutions-S1',
    where: /^CloudFrontLogs$/,
    reason: 'It is a log itself, of a week, which only operators read.',
  },
  {
    rule: 'AwsSolutions-ELB2',
    where: /^Alb$/,
    reason:
      'WAF logs what it refuses and the embedder counts the rest; who calls is known by API key, not by address.',
  },
  {
    rule: 'AwsSolutions-RDS10',
    where: /^AuroraCluster$/,
    stages: ['dev', 'lean'],
    reason: 'Stages for trying things out can be torn down in one command; a snapshot is kept.',
  },
  {
    rule: 'AwsSolutions-ECS4',
    where: /^Cluster$/,
    stages: ['dev', 'lean'],
    reason: 'Container Insights are paid by the metric; the free ones carry the alarms.',
  },
  {
    rule: 'AwsSolutions-AEC4',
    where: /^RedisGroup$/,
    stages: ['dev'],
    reason: 'A replica doubles its price; while Redis is away general limits are counted in each process.',
  },
  {
    rule: 'AwsSolutions-AEC5',
    where: /^RedisGroup$/,
    reason: 'Port 6379 is reached by one security group only; another number would hide it from nobody.',
  },
  {
    rule: 'AwsSolutions-SMG4',
    where: /Secret$/,
    reason:
      'Functions fetch a refused secret again; when to rotate is the operator’s choice, and LLM keys come from others.',
  },
  {
    rule: 'AwsSolutions-ECS2',
    where: /^EmbedderTask$/,
    reason: 'Settings such as the model’s name are no secrets; a check of ours refuses secrets among them.',
  },
  {
    rule: 'AwsSolutions-APIG2',
    where: /^ApiGatewayRestApi$/,
    reason: 'Requests are checked by the functions’ schemas, which also make the OpenAPI document.',
  },
  {
    rule: 'AwsSolutions-APIG4',
    where: /^ApiGatewayMethod/,
    reason:
      'Every function checks sessions and keys itself: an authoriser would be asked once more for each request.',
  },
  {
    rule: 'AwsSolutions-COG4',
    where: /^ApiGatewayMethod/,
    reason: 'There is no Cognito: people sign in with Google, and sessions and keys are our own.',
  },
  {
    rule: 'AwsSolutions-IAM4',
    where: /^BackupRole$/,
    message: /^Policy::\S+\/AWSBackupServiceRolePolicyFor(Backup|Restores): /,
    reason:
      'What AWS Backup needs changes with AWS Backup; AWS keeps these lists, and only that service can use them.',
  },
  {
    rule: 'AwsSolutions-IAM4',
    where: /^ApiLogRole$/,
    message: /^Policy::\S+\/AmazonAPIGatewayPushToCloudWatchLogs: /,
    reason: 'API Gateway writes to groups it names itself, and asks for exactly this policy of AWS.',
  },
  {
    rule: 'AwsSolutions-IAM5',
    where: /Role$/,
    message: /^Resource::\*: /,
    reason:
      'Our own check wildcard-resource is stricter: it looks up whether AWS ties the action to resources at all.',
  },
  {
    rule: 'AwsSolutions-IAM5',
    where: /^(Documents|Ingest|Sweep)Role$/,
    message: /^Resource::<DocumentsBucket\.Arn>\/teams\/\*: /,
    reason: 'Every document lies below teams/; teams come and go, so that no template can name them.',
  },
  {
    rule: 'AwsSolutions-EC23',
    where: /^AlbSecurityGroup$/,
    reason:
      'The embedder’s public door; our own check of groups holds it to ports 443 and 80, which redirects.',
  },
  {
    rule: 'AwsSolutions-EC28',
    where: /^NatInstance$/,
    stages: ['lean'],
    reason:
      'Metrics by the minute are paid one by one; those by five minutes are enough to see that it is well.',
  },
  {
    rule: 'AwsSolutions-EC29',
    where: /^NatInstance$/,
    stages: ['lean'],
    reason:
      'It keeps nothing, and CloudFormation, which replaces it by each new image, could not remove the old one.',
  },
  {
    rule: 'AwsSolutions-CFR1',
    where: /Distribution$/,
    reason: 'Which countries are refused is for the operator to say, by geoBlock and blockedCountries.',
  },
  {
    rule: 'AwsSolutions-CFR2',
    where: /Distribution$/,
    reason:
      'A firewall of CloudFront has to stand in us-east-1, where this stack is not; both only hand out files.',
  },
];

/** What AWS's schema engine finds and we want so. */
export const ALLOWED_OF_ENGINE: Allowed[] = [
  {
    rule: 'W3005',
    where: /LambdaFunction$/,
    message: /^DependsOn: '\w+Role'/,
    reason: 'The deploy tool writes this DependsOn itself for each role that is named by its logical id.',
  },
];

/** The findings that no entry of the list allows. */
export function notAllowed(findings: Located[], allowed: Allowed[]): Located[] {
  return findings.filter((finding) => !allowed.some((entry) => covers(entry, finding)));
}

/** The entries that allow nothing any more: what they excused has gone, and so should they. */
export function stale(findings: Located[], allowed: Allowed[]): Allowed[] {
  return allowed.filter((entry) => !findings.some((finding) => covers(entry, finding)));
}

function covers({ rule, where, message = /^/, stages }: Allowed, finding: Located): boolean {
  const isHere = stages === undefined || stages.includes(finding.stage);
  return isHere && finding.rule === rule && where.test(finding.where) && message.test(finding.message);
}
