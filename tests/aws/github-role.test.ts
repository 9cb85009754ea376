import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { POLICIES_CHECKS } from './checks/policies.ts';
import { actionsExist, grantsNameResources, loadActions } from './iam/action-names.ts';
import { ACCOUNT, REGION } from './iam/arn.ts';
import { decide, like } from './iam/iam.ts';
import { grants } from './iam/statements.ts';
import { named, put } from './mutation.ts';
import { resolveTemplate } from './resolve.ts';
import { schemaEngine } from './schema-engine.ts';
import { resolvedTemplateOf, templateOf } from './stages.ts';
import { at, list, type Template } from './template.ts';

// Programs start slowly on a busy machine: the limit is no assertion.
import.meta.jest.setTimeout(180_000);

const whole = parse(readFileSync('infra/github-role.yml', 'utf8')) as Template;
const parameters = { Repository: 'somebody/rag', Stage: 'prod' };
const template = resolveTemplate(whole, parameters);

const here = (service: string, rest: string) => `arn:aws:${service}:${REGION}:${ACCOUNT}:${rest}`;
const role = (name: string) => `arn:aws:iam::${ACCOUNT}:role/${name}`;
const STACK = here('cloudformation', 'stack/rag-platform-prod/0b7c');
const STACK_ROLE = role('rag-platform-prod-cloudformation');
const BUCKET = 'arn:aws:s3:::rag-platform-prod-serverlessdeploymentbucket-1x';
const IMAGES = here('ecr', 'repository/rag-platform-prod-embedder');

test('the template passes AWS’s own schema engine', () => {
  // The engine tries every combination of allowed values: with three for the stage it did not end within minutes.
  const { AllowedValues: _three, ...Stage } = (whole.Parameters?.Stage ?? {}) as { AllowedValues?: string[] };
  const found = schemaEngine()({ ...whole, Parameters: { ...whole.Parameters, Stage } });
  // The engine takes a name with “Secret” for a password; it is the beginning of names.
  expect(found.filter(({ rule, where }) => !(rule === 'W2509' && where === 'SecretsPrefix'))).toEqual([]);
});

test('its policies name existing actions and, if an action supports them, resources', async () => {
  const actions = await loadActions(template);
  expect(actionsExist(actions)(template)).toEqual([]);
  // The two limits name services; what each denies or leaves out is tested below.
  const wide = grantsNameResources(actions)(template).map(({ where }) => where.split('.')[0]);
  expect(wide.filter((id) => id !== 'Boundary' && id !== 'StackPolicy')).toEqual([]);
});

test('nothing in it is broad except what CloudFormation itself may create, and what no one may touch', () => {
  const found = POLICIES_CHECKS.flatMap((check) => check(template));
  expect(found.filter(({ where }) => !where.startsWith('StackPolicy.'))).toEqual([
    // AWS Backup’s own policies name no narrower actions.
    expect.objectContaining({
      rule: 'wildcard-action',
      where: expect.stringContaining('Boundary.') as string,
    }),
  ]);
});

test('GitHub gets its role for one repository and one environment only', () => {
  const [trust] = at(
    template.Resources.DeployRole?.Properties,
    'AssumeRolePolicyDocument.Statement',
  ) as object[];
  expect(trust).toMatchObject({
    Action: 'sts:AssumeRoleWithWebIdentity',
    Condition: {
      StringEquals: {
        'token.actions.githubusercontent.com:aud': 'sts.amazonaws.com',
        'token.actions.githubusercontent.com:sub': { 'Fn::Sub': 'repo:somebody/rag:environment:prod' },
      },
    },
  });
  const { AllowedPattern = '' } = (whole.Parameters?.Repository ?? {}) as { AllowedPattern?: string };
  const pattern = new RegExp(`^${AllowedPattern}$`);
  expect(['somebody/rag', 'somebody/*', '*/rag', 'somebody'].filter((name) => pattern.test(name))).toEqual([
    'somebody/rag',
  ]);
});

test.each(['repo:*', 'repo:somebody/*'])('a role that %s may assume is found', (subject) => {
  const wide = structuredClone(template);
  put(named(wide, 'DeployRole'), 'AssumeRolePolicyDocument.Statement.0.Condition.StringEquals', {
    'token.actions.githubusercontent.com:aud': 'sts.amazonaws.com',
    'token.actions.githubusercontent.com:sub': subject,
  });
  expect(POLICIES_CHECKS.flatMap((check) => check(wide))).toContainEqual(
    expect.objectContaining({ rule: 'trust', where: 'DeployRole' }),
  );
});

test('a second stage trusts the existing provider', () => {
  const ProviderArn = `arn:aws:iam::${ACCOUNT}:oidc-provider/token.actions.githubusercontent.com`;
  const second = resolveTemplate(whole, { ...parameters, Stage: 'dev', ProviderArn });
  expect(second.Resources.GithubProvider).toBeUndefined();
  expect(
    at(second.Resources.DeployRole?.Properties, 'AssumeRolePolicyDocument.Statement.0.Principal.Federated'),
  ).toBe(ProviderArn);
});

type Case = [action: string, resource: string, context?: Record<string, string>];
const asStackRole = { 'cloudformation:RoleArn': STACK_ROLE };
const MAY: Case[] = [
  ['cloudformation:CreateChangeSet', STACK, asStackRole],
  ['cloudformation:UpdateStack', STACK, asStackRole],
  ['cloudformation:ExecuteChangeSet', STACK],
  ['iam:PassRole', STACK_ROLE, { 'iam:PassedToService': 'cloudformation.amazonaws.com' }],
  ['s3:PutObject', `${BUCKET}/serverless/rag-platform/prod/1/chat.zip`],
  ['lambda:GetFunction', here('lambda', 'function:rag-platform-prod-chat')],
];
const MAY_NOT: Case[] = [
  ['cloudformation:UpdateStack', STACK],
  ['cloudformation:UpdateStack', STACK, { 'cloudformation:RoleArn': role('admin') }],
  ['cloudformation:UpdateStack', here('cloudformation', 'stack/rag-platform-dev/0b7c'), asStackRole],
  ['cloudformation:UpdateStack', here('cloudformation', 'stack/rag-platform-prod-github/1'), asStackRole],
  ['cloudformation:DeleteStack', STACK, asStackRole],
  ['iam:PassRole', STACK_ROLE, { 'iam:PassedToService': 'lambda.amazonaws.com' }],
  ['iam:CreateRole', role('rag-platform-prod-x')],
  ['s3:GetObject', `arn:aws:s3:::rag-platform-prod-documents-${ACCOUNT}/teams/x`],
  ['secretsmanager:GetSecretValue', here('secretsmanager', 'secret:rag-backend/jwt-AbCdEf')],
  ['ecr:PutImage', here('ecr', 'repository/rag-platform-dev-embedder')],
  ['ecr:DeleteRepository', IMAGES],
  ['ecs:UpdateService', here('ecs', 'service/rag-platform-prod/embedder')],
];

function decideFor(by: string, [action, resource, context = {}]: Case) {
  return decide(template, { by, action, resource, context });
}

describe('GitHub’s role', () => {
  test.each(MAY)('may %s %s', (...given) => expect(decideFor('DeployRole', given)).toBe('allow'));
  test.each(MAY_NOT)('may not %s %s', (...given) => expect(decideFor('DeployRole', given)).toBe('deny'));
});

const BOUNDARY = `arn:aws:iam::${ACCOUNT}:policy/rag-platform-prod-boundary`;
const bounded = { 'iam:PermissionsBoundary': BOUNDARY };
const secretOf = (name: string) => here('secretsmanager', `secret:${name}-AbCdEf`);

describe('CloudFormation’s role', () => {
  const own = role('rag-platform-prod-ChatRole-1X');
  const backup = 'arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForBackup';
  test.each<Case>([
    ['iam:CreateRole', own, bounded],
    ['iam:PutRolePolicy', own, bounded],
    ['iam:PutRolePermissionsBoundary', own, bounded],
    ['iam:DeleteRole', own],
    ['iam:PassRole', own, { 'iam:PassedToService': 'lambda.amazonaws.com' }],
    ['iam:AttachRolePolicy', own, { ...bounded, 'iam:PolicyARN': backup }],
    ['lambda:UpdateFunctionCode', here('lambda', 'function:rag-platform-prod-chat')],
    ['lambda:CreateEventSourceMapping', '*'],
    ['s3:PutBucketPolicy', `arn:aws:s3:::rag-platform-prod-documents-${ACCOUNT}`],
    ['secretsmanager:CreateSecret', secretOf('rag-backend/jwt')],
    ['secretsmanager:GetRandomPassword', '*'],
    ['rds:ModifyDBCluster', here('rds', 'cluster:rag-platform-prod')],
    ['ec2:CreateVpc', here('ec2', 'vpc/*')],
    ['kms:CreateGrant', here('kms', 'key/x')],
    ['ses:CreateEmailIdentity', here('ses', 'identity/example.com')],
  ])('may %s %s', (...given) => expect(decideFor('StackRole', given)).toBe('allow'));

  test.each<Case>([
    // Escalation: a role without the boundary, with another one, or without it afterwards.
    ['iam:CreateRole', own],
    ['iam:CreateRole', own, { 'iam:PermissionsBoundary': 'arn:aws:iam::aws:policy/AdministratorAccess' }],
    ['iam:PutRolePolicy', own],
    [
      'iam:PutRolePermissionsBoundary',
      own,
      { 'iam:PermissionsBoundary': 'arn:aws:iam::aws:policy/AdministratorAccess' },
    ],
    ['iam:DeleteRolePermissionsBoundary', own],
    ['iam:AttachRolePolicy', own, { 'iam:PolicyARN': backup }],
    [
      'iam:AttachRolePolicy',
      own,
      { ...bounded, 'iam:PolicyARN': 'arn:aws:iam::aws:policy/AdministratorAccess' },
    ],
    ['iam:CreatePolicyVersion', BOUNDARY],
    ['iam:SetDefaultPolicyVersion', BOUNDARY],
    ['iam:DeletePolicy', `arn:aws:iam::${ACCOUNT}:policy/rag-platform-prod-stack`],
    ['iam:PutRolePolicy', STACK_ROLE, bounded],
    ['iam:UpdateAssumeRolePolicy', STACK_ROLE],
    ['iam:UpdateAssumeRolePolicy', role('rag-platform-prod-github')],
    ['iam:PassRole', STACK_ROLE, { 'iam:PassedToService': 'lambda.amazonaws.com' }],
    ['iam:CreateRole', role('admin'), bounded],
    ['iam:PassRole', own, { 'iam:PassedToService': 'ec2.amazonaws.com' }],
    ['iam:CreateUser', `arn:aws:iam::${ACCOUNT}:user/x`],
    ['iam:CreateAccessKey', `arn:aws:iam::${ACCOUNT}:user/x`],
    ['sts:AssumeRole', role('admin')],
    ['organizations:LeaveOrganization', '*'],
    ['dynamodb:DeleteTable', here('dynamodb', 'table/x')],
    ['cloudformation:UpdateStack', here('cloudformation', 'stack/rag-platform-prod-github/1')],
    // Other stages and other people's data in the account.
    ['s3:GetObject', 'arn:aws:s3:::somebody/x'],
    ['s3:DeleteBucket', 'arn:aws:s3:::rag-platform-dev-documents'],
    ['secretsmanager:GetSecretValue', secretOf('payroll')],
    ['lambda:UpdateFunctionCode', here('lambda', 'function:payroll')],
    ['rds:DeleteDBCluster', here('rds', 'cluster:payroll')],
    ['ecr:PutImage', here('ecr', 'repository/payroll')],
    ['kms:ScheduleKeyDeletion', here('kms', 'key/x')],
    ['kms:PutKeyPolicy', here('kms', 'key/x')],
    ['ses:SendEmail', here('ses', 'identity/example.com')],
  ])('may not %s %s', (...given) => expect(decideFor('StackRole', given)).toBe('deny'));

  test('is itself within a boundary, the same that it has as its policy', () => {
    const { PermissionsBoundary, ManagedPolicyArns } = template.Resources.StackRole?.Properties ?? {};
    expect([PermissionsBoundary, ManagedPolicyArns]).toEqual([
      { Ref: 'StackPolicy' },
      [{ Ref: 'StackPolicy' }],
    ]);
  });

  test('may use every service of the stack, and no other but tags', async () => {
    const used = Object.values((await templateOf('prod')).Resources).flatMap(({ Type }) => {
      const name = Type.split('::')[1] ?? '';
      return Type.startsWith('AWS::') && name !== 'IAM' ? (IAM_PREFIX[name] ?? name.toLowerCase()) : [];
    });
    const [statement] = at(template.Resources.StackPolicy?.Properties, 'PolicyDocument.Statement') as {
      Action: string[];
    }[];
    const allowed = (statement?.Action ?? []).map((action) => action.split(':')[0] ?? '');
    expect([...new Set(used)].filter((service) => !allowed.includes(service))).toEqual([]);
    const more = allowed.filter((service) => !used.includes(service));
    expect([...new Set(more)]).toEqual(['backup-storage', 'kms', 'ssm', 'tag']);
  });
});

/** Services whose actions have another prefix than their resource types. */
const IAM_PREFIX: Record<string, string> = {
  ApplicationAutoScaling: 'application-autoscaling',
  CertificateManager: 'acm',
  EFS: 'elasticfilesystem',
  ElasticLoadBalancingV2: 'elasticloadbalancing',
};

describe('a role of the stack, whatever its template grants', () => {
  /** The boundary's template with a role that a hostile commit gave everything. */
  const hostile = (): Template => {
    const everything = {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
    };
    const Properties = {
      PermissionsBoundary: { Ref: 'Boundary' },
      Policies: [{ PolicyDocument: everything }],
    };
    return {
      ...template,
      Resources: { ...template.Resources, Evil: { Type: 'AWS::IAM::Role', Properties } },
    };
  };

  test.each<Case>([
    ['iam:CreateUser', `arn:aws:iam::${ACCOUNT}:user/x`],
    ['iam:PutRolePolicy', role('rag-platform-prod-ChatRole-1X'), bounded],
    [
      'iam:PassRole',
      role('rag-platform-prod-ChatRole-1X'),
      { 'iam:PassedToService': 'lambda.amazonaws.com' },
    ],
    ['sts:AssumeRole', role('admin')],
    ['lambda:UpdateFunctionCode', here('lambda', 'function:rag-platform-prod-chat')],
    ['cloudformation:UpdateStack', STACK],
    ['ec2:RunInstances', '*'],
    ['secretsmanager:GetSecretValue', secretOf('payroll')],
    ['s3:GetObject', 'arn:aws:s3:::somebody/x'],
    ['sqs:ReceiveMessage', here('sqs', 'payroll')],
    ['rds:DeleteDBCluster', here('rds', 'cluster:rag-platform-prod')],
    ['organizations:LeaveOrganization', '*'],
  ])('may not %s %s', (action, resource, context = {}) => {
    expect(decide(hostile(), { by: 'Evil', action, resource, context })).toBe('deny');
  });

  test('has the boundary, and every action that its own policies grant is within it', async () => {
    const stack = await templateOf('prod');
    const roles = Object.entries(stack.Resources).filter(([, { Type }]) => Type === 'AWS::IAM::Role');
    expect(roles.length).toBeGreaterThan(15);
    for (const [id, { Properties }] of roles)
      expect([id, Properties?.PermissionsBoundary]).toEqual([
        id,
        { 'Fn::If': ['HasPermissionsBoundary', { Ref: 'PermissionsBoundary' }, { Ref: 'AWS::NoValue' }] },
      ]);
    const within = at(template.Resources.Boundary?.Properties, 'PolicyDocument.Statement') as {
      Action: string[];
    }[];
    const patterns = within.flatMap(({ Action }) => Action);
    const granted = grants(await resolvedTemplateOf('prod')).flatMap(({ statement }) =>
      list(statement.Action),
    );
    const outside = granted.filter((action) => !patterns.some((pattern) => like(pattern, String(action))));
    expect(outside).toEqual([]);
  });
});

describe('the workflow’s own commands', () => {
  const text = readFileSync('.github/workflows/deploy-ecs.yml', 'utf8').replaceAll(/\\\n\s*/g, '');
  const commands = [
    ...new Set([...text.matchAll(/\baws ([a-z]+) (wait )?([a-z-]+)/g)].map(([found]) => found)),
  ];
  /** The permissions that each command needs. The last two are of `docker push` and `docker pull`. */
  const needs: Record<string, Case[]> = {
    'aws cloudformation describe-stacks': [['cloudformation:DescribeStacks', STACK]],
    'aws ecr describe-repositories': [['ecr:DescribeRepositories', IMAGES]],
    'aws ecr get-login-password': [['ecr:GetAuthorizationToken', '*']],
    'aws ecr describe-images': [['ecr:DescribeImages', IMAGES]],
    'aws ecr wait image-scan-complete': [['ecr:DescribeImageScanFindings', IMAGES]],
    'aws ecr describe-image-scan-findings': [['ecr:DescribeImageScanFindings', IMAGES]],
    'aws ecs describe-services': [
      ['ecs:DescribeServices', here('ecs', 'service/rag-platform-prod/embedder')],
    ],
    'aws ecs wait services-stable': [
      ['ecs:DescribeServices', here('ecs', 'service/rag-platform-prod/embedder')],
    ],
    'aws ecs describe-task-definition': [['ecs:DescribeTaskDefinition', '*']],
    'docker push': [
      'BatchCheckLayerAvailability',
      'InitiateLayerUpload',
      'UploadLayerPart',
      'CompleteLayerUpload',
      'PutImage',
    ].map((name): Case => [`ecr:${name}`, IMAGES]),
    'docker pull': ['BatchGetImage', 'GetDownloadUrlForLayer'].map((name): Case => [`ecr:${name}`, IMAGES]),
  };

  test('are all in this list', () => {
    expect(commands.length).toBeGreaterThan(5);
    expect(commands.filter((command) => !(command in needs))).toEqual([]);
  });

  test.each(Object.entries(needs))('%s is allowed', (command, cases) => {
    expect(text).toContain(command);
    expect(cases.map((each) => decideFor('DeployRole', each))).toEqual(cases.map(() => 'allow'));
  });
});
