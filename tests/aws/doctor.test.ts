import {
  type Account,
  FUNCTION_EGRESS,
  group,
  healthyAccount,
  WORLD,
} from '#tests/support/doctor/aws-account.ts';
import { examine, failures } from '#tests/support/doctor/examine.ts';
import { PACKAGES_TIMEOUT_MS } from '#tests/support/lambda-runtime/packaged.ts';
import { COMMANDS, parseCall, problemsOf } from './cli/commands.ts';
import { namesOf, unknownNames } from './cli/names.ts';
import { REGION } from './iam/arn.ts';
import { resolvedTemplateOf } from './stages.ts';
import type { Template } from './template.ts';

// Programs start slowly on a busy machine: the limit is no assertion.
import.meta.jest.setTimeout(180_000);

let template: Template;
let healthy: Account;
beforeAll(async () => {
  template = await resolvedTemplateOf('prod');
  healthy = healthyAccount(template);
}, PACKAGES_TIMEOUT_MS);

const refusal = (code: string) => new Error(`An error occurred (${code}) when calling the operation: no`);
const stopped = (...reasons: string[]) => ({
  'ecs describe-services': {
    services: [
      {
        desiredCount: 1,
        runningCount: 0,
        deployments: [{ status: 'PRIMARY', rolloutState: 'IN_PROGRESS' }],
      },
    ],
  },
  'ecs list-tasks': { taskArns: ['arn:task'] },
  'ecs describe-tasks': { tasks: reasons.map((stoppedReason) => ({ stoppedReason, containers: [] })) },
  'logs filter-log-events': { events: [] },
});
const logged = (message: string) => ({ 'logs filter-log-events': { events: [{ message }] } });
const redisSecret = (values: object) => ({
  'secretsmanager get-secret-value redis': { SecretString: JSON.stringify(values) },
});
const egressOf = (...groups: object[]) => ({ 'ec2 describe-security-groups': { SecurityGroups: groups } });
const tables = (subnets: string[], State: string) => ({
  'ec2 describe-route-tables': {
    RouteTables: [
      {
        Associations: subnets.map((each) => ({ SubnetId: `physical:PrivateSubnet${each}` })),
        Routes: [{ DestinationCidrBlock: '0.0.0.0/0', State }],
      },
    ],
  },
});
const EMBEDDER_GROUP = group('EmbedderSecurityGroup', WORLD);
const ALB_GROUP = group('AlbSecurityGroup', ['EmbedderSecurityGroup', 8001]);
const without = (port: number) => FUNCTION_EGRESS.filter(([, each]) => each !== port);

describe('npm run doctor on a healthy stage', () => {
  test('reports no failure, and sends AWS only valid commands about resources of the stack', async () => {
    const found = await examine({ account: healthy });
    expect(failures(found)).toEqual([]);
    const skipped = found.results.filter(({ state }) => state === 'skipped');
    expect(skipped.map(({ name }) => name)).toEqual(['secret anthropic']);
    expect(found.results.length).toBeGreaterThan(35);
    expect(found.exitCode).toBe(0);

    const names = namesOf(template, 'rag-platform-prod');
    const wrong = found.calls.flatMap((args) => {
      const call = parseCall(args);
      return [...problemsOf(call), ...unknownNames(call, names)];
    });
    expect(wrong).toEqual([]);
  });

  test('the recorded answers use AWS’s field names', () => {
    const recorded = { ...healthy, ...stopped('x'), ...logged('x') };
    const wrong = Object.entries(recorded).flatMap(([key, answer]) => {
      const words = key.split(' ').slice(0, 2).join(' ');
      const known = COMMANDS.get(words)?.answers;
      return fieldsOf(answer).flatMap((field) => (known?.has(field) ? [] : [`${words}: ${field}`]));
    });
    expect(wrong).toEqual([]);
  });

  test('prints one line per check and no secret', async () => {
    const { output, exitCode } = await examine({ account: healthy, args: [] });
    expect(output).toContain(`rag-platform-prod in ${REGION}, rag.test`);
    expect(output).toMatch(/✓ embedder tasks +1 of 1 run, rollout COMPLETED/);
    expect(output).toMatch(/– secret anthropic +not configured: api_key empty/);
    expect(output).not.toContain('hush');
    expect(exitCode).toBe(0);
  });

  function fieldsOf(answer: unknown): string[] {
    if (Array.isArray(answer)) return answer.flatMap(fieldsOf);
    if (typeof answer !== 'object' || answer === null) return [];
    return Object.entries(answer).flatMap(([key, inner]) => {
      // Names of environment variables are not AWS's.
      return key === 'Variables' ? [key] : [key, ...fieldsOf(inner)];
    });
  }
});

describe('npm run doctor reports the failed check, the remedy and the lesson', () => {
  test.each<[string, Account, string, number | undefined]>([
    ['a Redis secret with a URL', redisSecret({ password: 'x', url: 'rediss://h?ssl=0' }), 'secret redis', 1],
    ['options behind the Redis host', redisSecret({ password: 'x', host: 'h?ssl=0' }), 'secret redis', 1],
    ['a Redis secret without password', redisSecret({ port: 6379 }), 'secret redis', undefined],
    [
      'a Redis secret that is no JSON',
      { 'secretsmanager get-secret-value redis': { SecretString: 'x' } },
      'secret redis',
      1,
    ],
    [
      'a Redis URL with a query',
      {
        'lambda get-function-configuration': {
          Environment: { Variables: { REDIS_URL: 'rediss://h?tls=true' } },
        },
      },
      'Redis settings of the functions',
      1,
    ],
    ['a subnet without a route table', tables(['A'], 'active'), 'routes of the private subnets', 2],
    ['a deleted NAT', tables(['A', 'C'], 'blackhole'), 'routes of the private subnets', 2],
    ...[5432, 6379, 8000, 8001].map((port): [string, Account, string, number] => [
      `functions that cannot reach ${port}`,
      egressOf(group('FunctionSecurityGroup', ...without(port)), EMBEDDER_GROUP, ALB_GROUP),
      'egress of the security groups',
      3,
    ]),
    [
      'an embedder that reaches nothing',
      egressOf(group('FunctionSecurityGroup', ...FUNCTION_EGRESS), group('EmbedderSecurityGroup'), ALB_GROUP),
      'egress of the security groups',
      3,
    ],
    [
      'a pending certificate',
      { 'acm describe-certificate': { Certificate: { Status: 'PENDING_VALIDATION' } } },
      'ACM certificate',
      5,
    ],
    [
      'name servers of another zone',
      { 'route53 get-hosted-zone': { DelegationSet: { NameServers: ['ns-9.awsdns-09.net'] } } },
      'name servers of the hosted zone',
      5,
    ],
    [
      'a stack that was rolled back',
      {
        'cloudformation describe-stacks': {
          Stacks: [
            {
              StackStatus: 'UPDATE_ROLLBACK_COMPLETE',
              Outputs: [{ OutputKey: 'ApiUrl', OutputValue: 'https://api.rag.test' }],
            },
          ],
        },
      },
      'stack rag-platform-prod',
      undefined,
    ],
    [
      'failed documents',
      { 'sqs get-queue-attributes': { Attributes: { ApproximateNumberOfMessages: '2' } } },
      'dead-letter queue',
      undefined,
    ],
    [
      'a target that does not answer',
      {
        'elbv2 describe-target-health': {
          TargetHealthDescriptions: [{ TargetHealth: { State: 'unhealthy', Reason: 'Target.Timeout' } }],
        },
      },
      'load balancer’s targets',
      3,
    ],
    [
      'an active alarm',
      {
        'cloudwatch describe-alarms': { MetricAlarms: [{ AlarmName: 'a', AlarmActions: ['arn:aws:sns:x'] }] },
      },
      'alarms',
      undefined,
    ],
    [
      'an unavailable database',
      { 'rds describe-db-clusters': { DBClusters: [{ Status: 'inaccessible-encryption-credentials' }] } },
      'Aurora',
      undefined,
    ],
  ])('inside AWS: %s', async (_, change, name, lesson) => {
    const found = await examine({ account: { ...healthy, ...change } });
    expect(failures(found)).toEqual([{ name, lesson }]);
    expect(found.lessons).toEqual(lesson ? [lesson] : []);
    expect(found.results.find((result) => result.name === name)?.next).toMatch(/\w{3}/);
    expect(found.exitCode).toBe(1);
  });

  test.each<[string, Account, number | undefined]>([
    [
      'an image of another platform',
      stopped(
        'CannotPullContainerError: image Manifest does not contain descriptor matching platform linux/amd64',
      ),
      4,
    ],
    [
      'a binary of another platform, reported only in the log',
      {
        ...stopped('Essential container in task exited'),
        ...logged('exec /usr/local/bin/node: exec format error'),
      },
      4,
    ],
    [
      'no route to the registry',
      stopped('ResourceInitializationError: unable to pull secrets: i/o timeout'),
      2,
    ],
    ['no answer on the port', stopped('Task failed ELB health checks'), 3],
    ['a tag that was not pushed', stopped('CannotPullContainerError: rag:0 not found'), undefined],
  ])('tasks that do not start: %s', async (_, change, lesson) => {
    const found = await examine({ account: { ...healthy, ...change } });
    expect(failures(found)).toEqual([
      { name: 'embedder tasks', lesson },
      { name: 'Chroma task', lesson },
    ]);
  });

  test('the report ends with the lessons in full', async () => {
    const account = { ...healthy, ...tables([], 'active'), ...redisSecret({ password: 'x', host: 'h?' }) };
    const { output } = await examine({ account, args: [] });
    expect(output).toMatch(/✗ secret redis.*\n +→ .*\(lesson 1\)/);
    expect(output).toMatch(/2 failed.*\nLesson 1 applies: .*REDIS_TLS.*\nLesson 2 applies: .*table/);
  });
});

describe('npm run doctor continues without', () => {
  test('the AWS CLI: the checks from outside still run', async () => {
    const found = await examine({ args: ['--json', '--domain', 'rag.test'] });
    expect(found.results.filter(({ detail }) => detail === 'needs the AWS CLI').length).toBe(7);
    expect(found.results.filter(({ state }) => state === 'ok').length).toBeGreaterThan(12);
    expect(found.exitCode).toBe(0);
  });

  test.each([
    ['credentials', 'Unable to locate credentials. You can configure …', 'needs AWS credentials'],
    ['a connection to AWS', 'Could not connect to the endpoint URL', 'Could not connect to the endpoint URL'],
  ])('%s', async (_, said, detail) => {
    const account = { 'sts get-caller-identity': new Error(said) };
    const found = await examine({ account, args: ['--json', '--domain', 'rag.test'] });
    expect(found.results[0]).toMatchObject({ state: 'skipped', detail });
    expect(found.results.filter(({ state }) => state === 'ok').length).toBeGreaterThan(12);
  });

  test('a permission: only that check is skipped', async () => {
    const account = { ...healthy, 'rds describe-db-clusters': refusal('AccessDenied') };
    const found = await examine({ account });
    expect(found.results).toContainEqual(
      expect.objectContaining({
        name: 'Aurora',
        state: 'skipped',
        detail: 'these credentials may not rds describe-db-clusters',
      }),
    );
    expect(found.exitCode).toBe(0);
  });

  test('a stack: it reports how to deploy, and the account’s limit', async () => {
    const account = {
      'sts get-caller-identity': {},
      'cloudformation describe-stacks': refusal('ValidationError'),
      'lambda get-account-settings': { AccountLimit: { ConcurrentExecutions: 10 } },
    };
    const found = await examine({ account });
    expect(failures(found).map(({ name }) => name)).toEqual([
      'stack rag-platform-prod',
      'concurrent executions of the account',
    ]);
  });

  test('enough concurrency: one execution less than needed is a failure', async () => {
    const [limit] = Object.values(
      healthy['lambda get-account-settings'] as Record<string, { ConcurrentExecutions: number }>,
    );
    const less = { AccountLimit: { ConcurrentExecutions: (limit?.ConcurrentExecutions ?? 0) - 1 } };
    const found = await examine({ account: { ...healthy, 'lambda get-account-settings': less } });
    expect(failures(found).map(({ name }) => name)).toEqual(['concurrent executions of the account']);
  });
});
