import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { describeWith } from '#tests/support/needs.ts';
import { platform } from '#tests/support/platform.ts';

/** Every address of this machine but 127.0.0.1 and ::1. 127.0.0.2 is one on Linux: it shows a listener on 0.0.0.0. */
const otherAddresses = [
  '127.0.0.2',
  ...Object.values(networkInterfaces()).flatMap((addresses = []) =>
    addresses.filter(({ internal, scopeid }) => !internal && !scopeid).map(({ address }) => address),
  ),
];

describe('no part of the platform is reachable from another machine', () => {
  test.each([
    'API_URL',
    'DATABASE_URL',
    'CHROMA_URL',
    'EMBEDDER_URL',
    'OIDC_ISSUER',
    'AWS_ENDPOINT_URL_S3',
    'AWS_ENDPOINT_URL_SQS',
  ])('%s', expectLoopbackOnly);

  describeWith('redis-server', 'with Redis', () => {
    test('REDIS_URL', () => expectLoopbackOnly('REDIS_URL'));
  });
});

async function expectLoopbackOnly(setting: string): Promise<void> {
  const { hostname, port } = new URL((await platform()).env[setting] ?? '');
  expect(await accepts(hostname, Number(port))).toBe(true);
  const reachable = otherAddresses.map(async (address) => [address, await accepts(address, Number(port))]);
  expect(await Promise.all(reachable)).toEqual(otherAddresses.map((address) => [address, false]));
}

function accepts(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: 2_000 }, () => settle(true));
    const settle = (accepted: boolean) => {
      socket.destroy();
      resolve(accepted);
    };
    socket.once('error', () => settle(false));
    socket.once('timeout', () => settle(false));
  });
}
