import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { POLICIES_CHECKS } from './checks/policies.ts';
import { actionsExist, grantsNameResources, loadActions } from './iam/action-names.ts';
import { ACCOUNT, REGION } from './iam/arn.ts';
import { decide } from './iam/iam.ts';
import { named, put } from './mutation.ts';
import { resolveTemplate } from './resolve.ts';
import { schemaEngine } from './schema-engine.ts';
import { at, type Template } from './template.ts';

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
  expect(schemaEngine()(whole)).toEqual([]);
});

test('its policies name existing actions and, if an action supports them, resources', async () => {
  const actions = await loadActions(template);
  expect([actionsExist(actions), grantsNameResources(actions)].flatMap((check) => check(template))).toEqual(
    [],
  );
});

test('nothing in it is broad except what CloudFormation itself may create', () => {
  expect(POLICIES_CHECKS.flatMap((check) => check(template))).toEqual([
    {
      rule: 'managed-policy',
      where: 'StackRole',
      message: expect.stringContaining('PowerUserAccess') as string,
    },
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

describe('CloudFormation’s role', () => {
  const own = role('rag-platform-prod-ChatRole-1X');
  test.each<Case>([
    ['iam:CreateRole', own],
    ['iam:PutRolePolicy', own],
    ['iam:PassRole', own, { 'iam:PassedToService': 'lambda.amazonaws.com' }],
    [
      'iam:AttachRolePolicy',
      own,
      { 'iam:PolicyARN': 'arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForBackup' },
    ],
  ])('may %s %s', (...given) => expect(decideFor('StackRole', given)).toBe('allow'));

  test.each<Case>([
    ['iam:PutRolePolicy', STACK_ROLE],
    ['iam:UpdateAssumeRolePolicy', role('rag-platform-prod-github')],
    ['iam:CreateRole', role('admin')],
    ['iam:AttachRolePolicy', own, { 'iam:PolicyARN': 'arn:aws:iam::aws:policy/AdministratorAccess' }],
    ['iam:PassRole', own, { 'iam:PassedToService': 'ec2.amazonaws.com' }],
    ['iam:CreateUser', `arn:aws:iam::${ACCOUNT}:user/x`],
  ])('may not %s %s', (...given) => expect(decideFor('StackRole', given)).toBe('deny'));
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
