import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AppError } from '#shared/core/errors.ts';
import { fetchPublicUrl } from './fetch-public-url.ts';

type Network = NonNullable<Parameters<typeof fetchPublicUrl>[2]>;

const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

/** Starts a server on this machine. @returns its port */
async function serve(listener: RequestListener): Promise<number> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

/** A network where names have these addresses and only 127.0.0.1 is public. */
function network(names: Record<string, string[]> = { 'public.test': ['127.0.0.1'] }): Network {
  return {
    isPublic: (address) => address === '127.0.0.1',
    isOpen: () => true,
    resolve: (hostname, done) => {
      const addresses = (names[hostname] ?? []).map((address) => ({ address, family: 4 }));
      done(addresses.length > 0 ? null : new Error('ENOTFOUND'), addresses);
    },
  };
}

async function failure(promise: Promise<unknown>): Promise<AppError> {
  const error: unknown = await promise.then(
    () => new Error('it was fetched'),
    (thrown: unknown) => thrown,
  );
  if (error instanceof AppError) return error;
  throw error;
}

const NOT_PUBLIC = 'The address cannot be fetched: it is not a public address.';

test('a page has its content type, its bytes, and the last part of its address as file name', async () => {
  const port = await serve((_request, response) => {
    response.setHeader('Content-Type', 'text/html; charset=utf-8').end('<h1>안내</h1>');
  });
  const path = encodeURIComponent('안내문.html'.normalize('NFD'));
  const fetched = await fetchPublicUrl(`http://public.test:${port}/docs/${path}?v=2`, 1_000, network());
  expect(fetched).toEqual({
    bytes: Buffer.from('<h1>안내</h1>'),
    contentType: 'text/html; charset=utf-8',
    filename: '안내문.html',
  });
});

test.each([
  ['/', 'public.test'],
  ['/%E0%A4%A', '%E0%A4%A'],
  ['/a%2F..%2F..%2Fetc%00passwd', 'a....etcpasswd'],
  [`/${'x'.repeat(500)}`, 'x'.repeat(200)],
])('a name that cannot be a file’s is made one: %s', async (path, filename) => {
  const port = await serve((_request, response) => response.end('x'));
  expect((await fetchPublicUrl(`http://public.test:${port}${path}`, 10, network())).filename).toBe(filename);
});

test('redirects are followed, relative ones from their own address', async () => {
  const port = await serve((request, response) => {
    if (request.url === '/end') response.end('there');
    else response.writeHead(302, { Location: '/end' }).end();
  });
  const { bytes, filename } = await fetchPublicUrl(`http://public.test:${port}/start`, 10, network());
  expect([bytes.toString(), filename]).toEqual(['there', 'end']);
});

test.each([
  ['a private name', 'http://inside.test/secret'],
  ['another loopback address', 'http://127.0.0.2/secret'],
  ['the cloud’s metadata', 'http://169.254.169.254/latest/meta-data/'],
  ['the cloud’s metadata in decimal', 'http://2852039166/latest/meta-data/'],
  ['a mapped address', 'http://[::ffff:169.254.169.254]/'],
])('a redirect to %s is not followed', async (_what, location) => {
  const port = await serve((_request, response) => response.writeHead(302, { Location: location }).end());
  const names = { 'public.test': ['127.0.0.1'], 'inside.test': ['10.0.0.7'] };
  const error = await failure(fetchPublicUrl(`http://public.test:${port}/`, 10, network(names)));
  expect([error.code, error.message]).toEqual(['unknown_url', NOT_PUBLIC]);
});

test('redirects to a file, to an invalid address and without end are refused', async () => {
  for (const location of ['file:///etc/passwd', 'http://[bad', 'http:///', '/again']) {
    const port = await serve((_request, response) => response.writeHead(301, { Location: location }).end());
    const error = await failure(fetchPublicUrl(`http://public.test:${port}/`, 10, network()));
    expect(error.code).toBe('unknown_url');
  }
});

test('a name with a private address is refused, and connections go to the checked address', async () => {
  const port = await serve((_request, response) => response.end('x'));
  const mixed = network({ 'mixed.test': ['127.0.0.1', '192.168.0.1'] });
  expect((await failure(fetchPublicUrl(`http://mixed.test:${port}/`, 10, mixed))).message).toBe(NOT_PUBLIC);
  let asked = 0;
  const rebinding: Network = {
    ...network(),
    resolve: (_hostname, done) => {
      asked += 1;
      done(null, [{ address: asked === 1 ? '127.0.0.1' : '10.0.0.1', family: 4 }]);
    },
  };
  expect((await fetchPublicUrl(`http://rebind.test:${port}/`, 10, rebinding)).bytes.toString()).toBe('x');
  expect(asked).toBe(1);
});

test('a body over the limit is cut off, not read to its end', async () => {
  const port = await serve((_request, response) => {
    const timer = setInterval(() => response.write(Buffer.alloc(1_000)), 1);
    response.on('close', () => clearInterval(timer));
  });
  const error = await failure(fetchPublicUrl(`http://public.test:${port}/endless`, 5_000, network()));
  expect(error.code).toBe('payload_too_large');
});

test.each<[string, RequestListener, RegExp]>([
  ['an error', (_request, response) => response.writeHead(404).end('no'), /answered 404/],
  ['nothing', (_request, response) => response.end(), /empty/],
  ['half of it', (_request, response) => void response.write('ha', () => response.destroy()), /broke off/],
  ['no answer', (request) => request.destroy(), /cannot be reached/],
])('a server that gives %s is reported as such', async (_what, listener, message) => {
  const port = await serve(listener);
  const error = await failure(fetchPublicUrl(`http://public.test:${port}/`, 10, network()));
  expect([error.code, error.fields?.[0]?.path]).toEqual(['unknown_url', 'url']);
  expect(error.message).toMatch(message);
});

test('an invalid address is refused', async () => {
  for (const url of ['', 'nowhere', 'ftp://public.test/', 'http://'])
    expect((await failure(fetchPublicUrl(url, 10, network()))).code).toBe('unknown_url');
});
