import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { temporaryDirectory } from '#tests/support/temporary.ts';
import { readService } from './service.ts';

function write(files: Record<string, string>): string {
  const dir = temporaryDirectory('service');
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(dir, name), text);
  return path.join(dir, 'serverless.yml');
}

const TEXT = `
service: rag
provider:
  name: aws
  timeout: 29
  memorySize: \${param:lambdaMemory}
  apiGateway: { binaryMediaTypes: ['image/*'] }
  environment: { BUCKET: !Sub 'docs-\${AWS::AccountId}', HOST: !GetAtt Db.Endpoint.Address }
functions:
  teams:
    handler: functions/teams/handler.handler
    events:
      - http: { method: any, path: '/v1/teams/{proxy+}' }
      - http: GET v1/teams
  chat:
    handler: functions/chat/handler.handler
    timeout: 300
    events:
      - http: &streamed
          method: post
          path: /v1/chat
          timeoutInMillis: 300000
          response: { transferMode: STREAM }
      - http: { <<: *streamed, path: /v1/more }
  ingest:
    handler: functions/ingest/handler.handler
    timeout: 600
    events:
      - sqs: { arn: !GetAtt Queue.Arn, batchSize: 5, maximumConcurrency: 4 }
  sweep:
    handler: functions/sweep/handler.handler
    events: [{ schedule: rate(1 minute) }]
`;

describe('serverless.yml', () => {
  test('yields each endpoint with its function and timeout, and ignores CloudFormation tags', () => {
    const { endpoints, binaryMediaTypes } = readService(write({ 'serverless.yml': TEXT }));
    const teams = {
      name: 'teams',
      module: 'functions/teams/handler',
      exportName: 'handler',
      timeoutMs: 29_000,
    };
    expect(endpoints).toMatchObject([
      { lambda: teams, method: 'ANY', resource: '/v1/teams/{proxy+}', stream: false, timeoutMs: 29_000 },
      { lambda: teams, method: 'GET', resource: '/v1/teams', stream: false },
      { lambda: { name: 'chat' }, method: 'POST', resource: '/v1/chat', stream: true, timeoutMs: 300_000 },
      { lambda: { name: 'chat' }, method: 'POST', resource: '/v1/more', stream: true, timeoutMs: 300_000 },
    ]);
    expect(endpoints[0]?.lambda.memoryMb).toBe(1_024);
    expect(binaryMediaTypes).toEqual(['image/*']);
  });

  test('yields the consumers of queues and the functions that run on a schedule', () => {
    const { consumers, schedules } = readService(write({ 'serverless.yml': TEXT }));
    expect(consumers).toMatchObject([
      { lambda: { name: 'ingest', timeoutMs: 600_000 }, batchSize: 5, concurrency: 4 },
    ]);
    expect(schedules).toMatchObject([{ name: 'sweep' }]);
  });

  test('its functions may be kept in other files', () => {
    const file = write({
      'serverless.yml': 'functions:\n  - ${file(one.yml)}\n',
      'one.yml':
        "health: { handler: ./functions/health/handler.handler, events: [{ http: 'GET /health' }] }\n",
    });
    expect(readService(file).endpoints).toMatchObject([
      { resource: '/health', lambda: { timeoutMs: 6_000 } },
    ]);
  });

  test('without functions, or with a handler that names no export, it is refused', () => {
    expect(() => readService(write({ 'serverless.yml': 'service: x' }))).toThrow('declares no functions');
    expect(() =>
      readService(write({ 'serverless.yml': 'functions: { a: { handler: functions/a } }' })),
    ).toThrow('Function a: handler must read');
  });
});
