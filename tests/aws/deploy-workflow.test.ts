import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

// Programs start slowly on a busy machine: the limit is no assertion.
import.meta.jest.setTimeout(180_000);

type Step = { name?: string; id?: string; uses?: string; run?: string; if?: string; with?: object };
type Job = {
  needs?: string;
  'runs-on': string;
  'timeout-minutes'?: number;
  permissions?: Record<string, string>;
  environment?: string;
  env?: Record<string, string>;
  steps: Step[];
};
type Workflow = {
  on: { push: { branches: string[] }; workflow_dispatch: { inputs: { stage: { options: string[] } } } };
  permissions: Record<string, string>;
  concurrency: { group: string; 'cancel-in-progress': boolean };
  jobs: Record<'test' | 'deploy', Job>;
};

const text = readFileSync('.github/workflows/deploy-ecs.yml', 'utf8');
const workflow = parse(text) as Workflow;
const { test: testing, deploy } = workflow.jobs;
const commands = deploy.steps.map(({ run = '' }) => run);
const indexOfCommand = (part: string) => commands.findIndex((run) => run.includes(part));

test('it runs for main and by hand, one at a time, and is never cancelled', () => {
  expect(workflow.on.push.branches).toEqual(['main']);
  expect(workflow.on.workflow_dispatch.inputs.stage.options).toEqual(['prod', 'dev', 'lean']);
  expect(workflow.concurrency['cancel-in-progress']).toBe(false);
  expect(workflow.concurrency.group).toContain('inputs.stage');
});

test('it deploys only after every test has passed', () => {
  expect(deploy.needs).toBe('test');
  expect(testing.steps.at(-1)?.run).toBe('bash .ci/run');
});

test('permissions are minimal: only the deploy job may request an identity token', () => {
  expect(workflow.permissions).toEqual({ contents: 'read' });
  expect(testing.permissions).toBeUndefined();
  expect(deploy.permissions).toEqual({ contents: 'read', 'id-token': 'write' });
  expect(text).not.toContain('secrets.');
});

test('it assumes a temporary role, and CloudFormation uses another one', () => {
  const credentials = deploy.steps.find(({ uses }) => uses?.includes('configure-aws-credentials@'));
  expect(credentials?.with).toEqual({
    'role-to-assume': '${{ vars.AWS_ROLE_ARN }}',
    'aws-region': '${{ vars.AWS_REGION }}',
  });
  expect(deploy.environment).toBe("${{ inputs.stage || 'prod' }}");
  expect(deploy.env?.STACK_ROLE).toBe('${{ vars.AWS_STACK_ROLE_ARN }}');
  expect(deploy.env?.BOUNDARY).toBe('${{ vars.AWS_BOUNDARY_ARN }}');
  const deploys = commands.filter((run) => run.includes('serverless deploy'));
  expect(deploys).toHaveLength(2);
  for (const run of deploys)
    expect(run).toContain('--param "deploymentRole=$STACK_ROLE" --param "permissionsBoundary=$BOUNDARY"');
});

test('packages are installed by the project’s script: `npm ci` refuses a lock file without other systems’ binaries', () => {
  expect(text).not.toContain('npm ci');
  expect(commands.filter((run) => run.includes('node local/install.mjs'))).toHaveLength(2);
});

describe('a deploy, and the rollback,', () => {
  const deploys = commands
    .map((run) => run.slice(run.indexOf('read -ra')))
    .filter((run) => run.includes('npx serverless'));

  test.each([
    ['no parameters', '', []],
    [
      'the parameters of the variable',
      '--param alarmEmail=a@b.kr --param nat=instance',
      ['--param', 'alarmEmail=a@b.kr', '--param', 'nat=instance'],
    ],
  ])('passes on %s', (_what, given, passed) => {
    expect(deploys).toHaveLength(2);
    for (const run of deploys) {
      const stubs = 'npx() { printf "%s\\n" "$@"; }; aws() { :; };';
      const args = execFileSync('bash', ['-euo', 'pipefail', '-c', `${stubs}\n${run}`], {
        encoding: 'utf8',
        env: {
          ...process.env,
          STAGE: 'x',
          DOMAIN: 'd',
          HOSTED_ZONE_ID: 'Z',
          STACK_ROLE: 'r',
          BOUNDARY: 'b',
          TAG: 't',
          PREVIOUS: 't',
          CLUSTER: 'c',
          SERVICE: 's',
          DEPLOY_PARAMS: given,
        },
      });
      const words = args.trim().split('\n');
      expect(words.slice(0, 4)).toEqual(['serverless', 'deploy', '--stage', 'x']);
      expect(words.slice(words.indexOf('embedderImageTag=t') + 1)).toEqual(passed);
    }
  });
});

test('images are pushed with the commit and latest as tags, and only latest may move', () => {
  expect(deploy.env?.TAG).toBe('${{ github.sha }}');
  const build = commands.find((run) => run.includes('docker build')) ?? '';
  expect(build).toContain('docker push "$IMAGE:$TAG"');
  expect(build).toContain('docker push "$IMAGE:latest"');
  const resources = readFileSync('infra/embedder.yml', 'utf8');
  expect(resources).toMatch(/ImageTagMutability: IMMUTABLE_WITH_EXCLUSION/);
  expect(resources).toMatch(/ExclusionFilterValue: latest/);
});

describe('the smoke test', () => {
  const smoke = deploy.steps.find(({ name }) => name === 'Smoke test')?.run ?? '';

  test.each([
    ['a load balancer', 'https://embed.example.com', ['https://embed.example.com/health']],
    ['none', '', []],
  ])('checks the endpoints of a stage with %s', (_what, output, more) => {
    const aws = `aws() { echo ${output}; }; curl() { echo "\${@: -1}"; };`;
    const requested = execFileSync('bash', ['-euo', 'pipefail', '-c', `${aws}\n${smoke}`], {
      encoding: 'utf8',
      env: { ...process.env, STAGE: 'x', DOMAIN: 'example.com' },
    });
    expect(requested.trim().split('\n')).toEqual([
      'https://api.example.com/health',
      'https://api.example.com/ready',
      ...more,
    ]);
  });

  test('fails if one of them is unhealthy', () => {
    const { status } = spawnSync('bash', [
      '-euo',
      'pipefail',
      '-c',
      `aws() { :; }; curl() { return 22; };\n${smoke}`,
    ]);
    expect(status).not.toBe(0);
  });

  test('reads an output that the stack has where it has a load balancer', () => {
    const [, output] = /OutputKey=='(\w+)'/.exec(smoke) ?? [];
    expect(readFileSync('infra/api.yml', 'utf8')).toMatch(new RegExp(`${output}: \\{ Condition: HasAlb`));
  });
});

test('every action is pinned to a commit and none keeps the repository’s credentials', () => {
  const actions = [...testing.steps, ...deploy.steps].filter(({ uses }) => uses);
  for (const { uses } of actions) expect(uses).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40}$/);
  for (const { with: given } of actions.filter(({ uses }) => uses?.startsWith('actions/checkout@')))
    expect(given).toMatchObject({ 'persist-credentials': false });
});

test('the image is built for x86_64 on such a machine, and looked at before it is deployed', () => {
  expect(deploy['runs-on']).toBe('ubuntu-24.04');
  expect(commands.join('\n')).toContain('docker build --platform linux/amd64 -f Dockerfile.embedder');
  expect(commands.join('\n')).toContain('= linux/amd64');
});

test('it builds, scans, deploys, waits and checks the health, in this order', () => {
  const order = [
    'docker build',
    'image-scan-complete',
    'embedderImageTag=$TAG',
    'services-stable',
    'curl --fail',
  ].map(indexOfCommand);
  expect(order).not.toContain(-1);
  expect(order).toEqual(order.toSorted((a, b) => a - b));
});

test('a deploy that does not work is rolled back, and then the console too', () => {
  const [back, files] = deploy.steps.slice(-2);
  for (const step of [back, files])
    expect(step?.if).toMatch(/^failure\(\) && steps\.deploy\.outcome == 'success'/);
  expect(back?.run).toContain('embedderImageTag=$PREVIOUS');
  expect(files?.run).toContain('.ci/publish-console');
  expect(deploy.steps.find(({ id }) => id === 'deploy')?.run).toContain('serverless deploy');
});

test('names and parameters match the service', () => {
  const service = readFileSync('serverless.yml', 'utf8');
  const resources = readFileSync('infra/embedder.yml', 'utf8');
  expect(service).toMatch(/^service: rag-platform$/m);
  for (const name of ['domain', 'hostedZoneId', 'embedderImageTag']) {
    expect(service).toMatch(new RegExp(`^ {4}${name}: `, 'm'));
    expect(text).toContain(`--param "${name}=`);
  }
  const prefix = '${self:service}-${sls:stage}';
  expect(resources).toContain(`ClusterName: ${prefix}`);
  expect(resources).toContain(`RepositoryName: ${prefix}-embedder`);
  expect(resources).toContain(`ServiceName: ${deploy.env?.SERVICE}`);
});

test.each(deploy.steps.filter(({ run }) => run).map(({ run = '', name = run }) => [name, run] as const))(
  'the shell understands: %s',
  (_name, run) => {
    const { status, stderr } = spawnSync('bash', ['-n'], { input: run, encoding: 'utf8' });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  },
);

describe('the version to roll back to', () => {
  const script = (/case .* esac/.exec(text)?.[0] ?? '').replace('>> "$GITHUB_ENV"', '');

  test.each([
    [
      '1.dkr.ecr.x.amazonaws.com/rag:2fe3032aa8c1d2b4e5f60718293a4b5c6d7e8f90',
      '2fe3032aa8c1d2b4e5f60718293a4b5c6d7e8f90',
    ],
    ['1.dkr.ecr.x.amazonaws.com/rag-platform-prod-embedder', ''],
    ['1.dkr.ecr.x.amazonaws.com/rag:latest', ''],
  ])('%s is commit %j', (image, commit) => {
    const output = execFileSync('bash', ['-c', script], {
      encoding: 'utf8',
      env: { ...process.env, image },
    });
    expect(output.trim()).toBe(commit && `PREVIOUS=${commit}`);
  });
});
