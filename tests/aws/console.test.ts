import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { parse } from 'yaml';
import { consoleHeaders, isApiPath } from '#local/gateway/console.ts';
import { ROOT } from '#local/platform/options.ts';
import { temporaryDirectory } from '#tests/support/temporary.ts';
import { resolvedTemplateOf } from './stages.ts';
import { at, objects, type Props, type Template } from './template.ts';

type Paths = { handler(event: { request: { uri: string } }): { uri: string } };

const { handler } = createRequire(import.meta.url)('../../infra/console-paths.cjs') as Paths;
let template: Template;
let distribution: Props;
beforeAll(async () => {
  template = await resolvedTemplateOf('prod');
  distribution = at(propertiesOf('ConsoleDistribution'), 'DistributionConfig') as Props;
});

function propertiesOf(id: string): Props {
  return template.Resources[id]?.Properties as Props;
}

/** The path patterns of the API, as CloudFront reads them: `*` is any text. */
function apiPatterns(): RegExp[] {
  return objects(distribution.CacheBehaviors).map(
    ({ PathPattern }) => new RegExp(`^${String(PathPattern).replaceAll('.', '\\.').replaceAll('*', '.*')}$`),
  );
}

describe('the console’s distribution', () => {
  test.each([
    '/v1/me',
    '/v1/teams/x/bots/y/chat',
    '/mcp',
    '/mcp/bots/x',
    '/.well-known/oauth-protected-resource',
    '/docs',
    '/docs/swagger-ui.css',
    '/openapi.json',
    '/health',
    '/ready',
  ])('sends %s to the API, as the local gateway does', (uri) => {
    expect([apiPatterns().some((each) => each.test(uri)), isApiPath(uri)]).toEqual([true, true]);
  });

  test.each([
    '/',
    '/documents',
    '/documents/0192f0c1',
    '/chat/a/b',
    '/team',
    '/assets/index-1.js',
    '/healthy',
  ])('keeps %s for the console, as the local gateway does', (uri) => {
    expect([apiPatterns().some((each) => each.test(uri)), isApiPath(uri)]).toEqual([false, false]);
  });

  test('neither caches nor compresses what the API answers, and lets every method pass', () => {
    const behaviours = objects(distribution.CacheBehaviors);
    expect(behaviours.length).toBeGreaterThan(0);
    for (const behaviour of behaviours)
      expect(behaviour).toMatchObject({
        TargetOriginId: 'api',
        Compress: false,
        CachePolicyId: '4135ea2d-6df8-44a3-9df3-4b5a84be39ad',
        OriginRequestPolicyId: 'b689b0a8-53d0-40ab-baf2-68738e2966ac',
        ViewerProtocolPolicy: 'https-only',
        AllowedMethods: expect.arrayContaining(['POST', 'PATCH', 'DELETE', 'OPTIONS']),
      });
  });

  test('replaces no error of the API by a page', () => {
    expect(distribution.CustomErrorResponses).toBeUndefined();
  });

  test('sends the same security headers as the local gateway', () => {
    const config = at(propertiesOf('ConsoleHeaders'), 'ResponseHeadersPolicyConfig') as Props;
    const bucket = 'https://bucket https://files.example.com';
    const local = consoleHeaders(bucket);
    const [policy, { Bucket }] = at(
      config,
      'SecurityHeadersConfig.ContentSecurityPolicy.ContentSecurityPolicy.Fn::Sub',
    ) as unknown as [string, { Bucket: unknown }];
    expect(policy.replaceAll('${Bucket}', bucket)).toBe(local['Content-Security-Policy']);
    expect(JSON.stringify(Bucket)).toContain('DocumentsBucket.RegionalDomainName');
    expect(JSON.stringify(Bucket)).toContain('https://files.');
    const custom = objects(at(config, 'CustomHeadersConfig.Items')).map(({ Header, Value }) => [
      Header,
      Value,
    ]);
    for (const [name, value] of custom) expect([name, local[String(name)]]).toEqual([name, value]);
    expect(custom.map(([name]) => name)).toEqual([
      'Cross-Origin-Opener-Policy',
      'Cross-Origin-Resource-Policy',
      'Permissions-Policy',
    ]);
    expect(at(config, 'SecurityHeadersConfig.FrameOptions.FrameOption')).toBe(local['X-Frame-Options']);
    expect(at(config, 'SecurityHeadersConfig.ReferrerPolicy.ReferrerPolicy')).toBe(local['Referrer-Policy']);
  });
});

test.each([
  ['/', '/index.html'],
  ['/documents/0192f0c1-6f0b', '/index.html'],
  ['/chat/a/b', '/index.html'],
  ['/assets/index-BY1.js', '/assets/index-BY1.js'],
  ['/pdfjs/cmaps/UniKS-UCS2-H.bcmap', '/pdfjs/cmaps/UniKS-UCS2-H.bcmap'],
])('the path %s leads to %s', (uri, file) => {
  expect(handler({ request: { uri } }).uri).toBe(file);
});

test('people come back to the console after signing in, and links of citations lead there', async () => {
  const variables = at(propertiesOf('AuthLambdaFunction'), 'Environment.Variables') as Props;
  expect(variables.API_URL).toBe('https://app.example.com');
  expect(String(variables.RETURN_TO_URLS).split(',')).toContain('https://app.example.com/');
  const without = await resolvedTemplateOf('prod', { Console: 'false', CorsOrigins: '' });
  expect(at(without.Resources.AuthLambdaFunction?.Properties, 'Environment.Variables.API_URL')).toBe(
    'https://api.example.com',
  );
  expect(Object.keys(without.Resources).filter((id) => id.startsWith('Console'))).toEqual([]);
});

test('the browser may upload to the bucket from the console', () => {
  const [rule] = objects(at(propertiesOf('DocumentsBucket'), 'CorsConfiguration.CorsRules'));
  expect(JSON.stringify(rule?.AllowedOrigins)).toContain('https://app.example.com');
});

describe('publishing', () => {
  /** Runs the script with a stand-in for the AWS CLI. @returns the calls of it */
  function publish(bucket: string): string[] {
    const directory = temporaryDirectory('publish');
    for (const folder of ['node_modules/.bin', 'console/dist/assets', 'bin'])
      mkdirSync(path.join(directory, folder), { recursive: true });
    const calls = path.join(directory, 'calls');
    writeFileSync(calls, '');
    const program = (file: string, text: string) => {
      writeFileSync(path.join(directory, file), `#!/usr/bin/env bash\n${text}\n`);
      chmodSync(path.join(directory, file), 0o755);
    };
    program('node_modules/.bin/node', `echo "build $*" >> ${calls}`);
    program(
      'bin/aws',
      `case "$*" in *ConsoleBucketName*) echo "${bucket}";; *ConsoleDistributionId*) echo E1;; *) echo "$*" >> ${calls};; esac`,
    );
    execFileSync('bash', [path.join(ROOT, '.ci/publish-console'), 'dev'], {
      cwd: directory,
      env: { ...process.env, PATH: `${directory}/bin:${process.env.PATH}` },
    });
    return readFileSync(calls, 'utf8').trim().split('\n').filter(Boolean);
  }

  test('sends the files that never change before the page that names them, and empties the cache', () => {
    const [build, assets, rest, invalidation, ...more] = publish('the-bucket');
    expect(build).toContain('local/console/build.ts');
    expect(assets).toMatch(/s3 sync console\/dist\/assets s3:\/\/the-bucket\/assets .*immutable/);
    expect(rest).toMatch(/s3 sync console\/dist s3:\/\/the-bucket .*--exclude assets\/\* .*no-cache/);
    expect(invalidation).toMatch(/create-invalidation --distribution-id E1 --paths \/\*/);
    expect(more).toEqual([]);
  });

  test('does nothing for a stage without the console', () => {
    expect(publish('')).toEqual([]);
  });

  test('is part of a deploy and of its rollback', () => {
    const workflow = parse(readFileSync('.github/workflows/deploy-ecs.yml', 'utf8')) as {
      jobs: { deploy: { steps: { run?: string }[] } };
    };
    const runs = workflow.jobs.deploy.steps.map(({ run = '' }) => run);
    const position = (part: string) => runs.findIndex((run) => run.includes(part));
    expect(runs.filter((run) => run.includes('.ci/publish-console'))).toHaveLength(2);
    expect(position('.ci/publish-console')).toBeGreaterThan(position('npx serverless deploy'));
  });
});
