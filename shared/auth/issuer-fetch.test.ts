import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { loadConfig, reloadConfig } from '#shared/core/config.ts';
import { isForbiddenIssuer, issuerFetch, problemOf } from './issuer-fetch.ts';

let server: Server;
let url: string;
let hits = 0;

beforeAll(async () => {
  await loadConfig('sign_in');
  server = createServer((request, response) => {
    hits += 1;
    if (request.url === '/away') response.writeHead(302, { Location: 'http://169.254.169.254/' });
    response.end(request.url === '/long' ? Buffer.alloc(2_000_000) : '{"a":1}');
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(() => {
  server.close();
});

beforeEach(() => {
  hits = 0;
});

async function allowLoopback(allowed: boolean): Promise<void> {
  process.env['OIDC_ALLOW_LOOPBACK'] = String(allowed);
  await reloadConfig('sign_in');
}

const get = (address: string) =>
  issuerFetch(address, { method: 'GET', headers: {}, body: undefined, redirect: 'manual' });

test.each([
  'http://127.0.0.1',
  'https://127.0.0.1',
  'https://localhost',
  'https://a.localhost',
  'https://[::1]',
  'https://[::127.0.0.1]',
  'https://[::ffff:169.254.169.254]',
  'https://0x7f000001',
  'https://2130706433',
  'https://10.1.2.3',
  'https://100.64.0.1',
  'https://192.168.0.1',
  'https://169.254.169.254',
  'https://0.0.0.0',
  'https://[fd00::1]',
  'https://login.example.com:444',
  'ftp://login.example.com',
])('%s is refused as it is written, and not connected to', async (address) => {
  await allowLoopback(false);
  expect(problemOf(new URL(address))).not.toBeNull();
  await expect(get(address)).rejects.toThrow('fetch failed');
});

test('a name of this machine is refused when it is looked up', async () => {
  await allowLoopback(false);
  expect(await isForbiddenIssuer(new URL('https://localhost'))).toBe(true);
  await expect(get(`${url}/`)).rejects.toThrow('fetch failed');
  expect(hits).toBe(0);
});

test('a public issuer may be fetched', async () => {
  await allowLoopback(false);
  expect(problemOf(new URL('https://login.example.com/realms/a'))).toBeNull();
  expect(problemOf(new URL('https://8.8.8.8/'))).toBeNull();
});

describe('on a machine of one’s own', () => {
  test('loopback is fetched, other private addresses are not', async () => {
    await allowLoopback(true);
    expect(await (await get(`${url}/`)).json()).toEqual({ a: 1 });
    await expect(get('http://10.1.2.3/')).rejects.toThrow('fetch failed');
  });

  test('a redirect is not followed, and a long answer is not read', async () => {
    await allowLoopback(true);
    expect((await get(`${url}/away`)).status).toBe(302);
    await expect(get(`${url}/long`)).rejects.toThrow('fetch failed');
  });
});
