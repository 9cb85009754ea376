import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { answerDeploy, type DeployEvent, isDeployEvent } from './cloudformation.ts';

const answers: { headers: IncomingHttpHeaders; body: unknown }[] = [];
let server: Server;
let status = 200;

beforeAll(async () => {
  server = createServer((request, response) => {
    void take(request).finally(() => response.writeHead(status).end());
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
});
beforeEach(() => {
  answers.length = 0;
  status = 200;
});
afterAll(() => server.close());

async function take(request: IncomingMessage): Promise<void> {
  answers.push({ headers: request.headers, body: await json(request) });
}

function deploy(RequestType: DeployEvent['RequestType']): DeployEvent {
  const ResponseURL = `http://127.0.0.1:${(server.address() as AddressInfo).port}/answer`;
  return { RequestType, ResponseURL, StackId: 'stack', RequestId: 'one', LogicalResourceId: 'Migration' };
}

async function work(): Promise<string[]> {
  return ['0001'];
}

test('CloudFormation is told that the work succeeded', async () => {
  expect(await answerDeploy(deploy('Create'), work)).toEqual(['0001']);
  const request = { StackId: 'stack', RequestId: 'one', LogicalResourceId: 'Migration' };
  expect(answers.map(({ body }) => body)).toEqual([
    { Status: 'SUCCESS', PhysicalResourceId: 'migration', ...request },
  ]);
});

test('the response has no Content-Type, which the presigned URL would refuse', async () => {
  await answerDeploy(deploy('Create'), work);
  expect(answers[0]?.headers).not.toHaveProperty('content-type');
});

test('failed work fails the deploy, with the reason', async () => {
  const failing = () => Promise.reject(new Error('relation "teams" already exists'));
  expect(await answerDeploy(deploy('Update'), failing)).toBeNull();
  expect(answers[0]?.body).toMatchObject({ Status: 'FAILED', Reason: 'relation "teams" already exists' });
});

test('the deletion of a stack runs no work', async () => {
  const never = () => Promise.reject(new Error('called'));
  await answerDeploy({ ...deploy('Delete'), PhysicalResourceId: 'migration' }, never);
  expect(answers[0]?.body).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: 'migration' });
});

test('an undelivered response is an error, so that Lambda retries', async () => {
  status = 403;
  await expect(answerDeploy(deploy('Create'), work)).rejects.toThrow('answered 403');
  expect(answers).toHaveLength(1);
});

test('only a request of CloudFormation is recognized as one', () => {
  expect(isDeployEvent(deploy('Create'))).toBe(true);
  expect(isDeployEvent({})).toBe(false);
});
