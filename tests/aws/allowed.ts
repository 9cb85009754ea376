import type { Stage } from '#tests/support/packaged.ts';
import type { Finding } from './template.ts';

/** A finding in the template of one stage. */
export type Located = Finding & { stage: Stage };

/** A finding we live with, and why. `where` is a pattern of logical ids, `message` and `stages` narrow it down. */
export type Allowed = {
  rule: string;
  where: RegExp;
  message?: RegExp;
  stages?: Stage[];
  reason: string;
};

/** What our own checks, those in cdk-nag's words among them, find and we want so. */
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
    rule: 'AwsSolutions-RDS11',
    where: /^AuroraCluster$/,
    reason: 'Port 5432 is reached by two security groups only; another number would hide it from nobody.',
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
