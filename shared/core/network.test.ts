import {
  checkedLookup,
  hostOf,
  INTERNET,
  internetAnd,
  isForbiddenHost,
  isForbiddenLiteral,
  isLocalName,
  isPublicAddress,
  type Network,
  NotPublicError,
} from './network.ts';

/** Hosts of this machine, of private networks and of metadata services, in the ways that a URL may write them. */
const INSIDE = [
  'localhost',
  'LOCALHOST',
  'localhost.',
  'a.localhost',
  'printer.local',
  'metadata.google.internal',
  'host.docker.internal',
  'box.localdomain',
  'router.home.arpa',
  '127.0.0.1',
  '127.1',
  '127.0.1',
  '127.255.255.254',
  '0x7f000001',
  '0x7f.0.0.1',
  '0177.0.0.1',
  '017700000001',
  '2130706433',
  '１２７.0.0.1',
  '127。0。0。1',
  '0',
  '0.0.0.0',
  '10.1.2.3',
  '100.64.0.1',
  '169.254.169.254',
  '169.254.170.2',
  '2852039166',
  '0xa9fea9fe',
  '0251.0376.0251.0376',
  '172.16.0.1',
  '172.31.255.255',
  '192.0.0.192',
  '192.0.2.1',
  '192.168.0.1',
  '192.168.257',
  '198.18.0.1',
  '198.51.100.1',
  '203.0.113.1',
  '224.0.0.1',
  '240.0.0.1',
  '255.255.255.255',
  '[::]',
  '[::1]',
  '[0:0:0:0:0:0:0:1]',
  '[::127.0.0.1]',
  '[::8.8.8.8]',
  '[::7f00:1]',
  '[::ffff:127.0.0.1]',
  '[::ffff:169.254.169.254]',
  '[::ffff:8.8.8.8]',
  '[::ffff:0:127.0.0.1]',
  '[64:ff9b::8.8.8.8]',
  '[64:ff9b:1::7f00:1]',
  '[100::1]',
  '[2001:0:7f00:1::]',
  '[2001:db8::1]',
  '[2002:7f00:1::]',
  '[2606:4700::5efe:127.0.0.1]',
  '[2606:4700::200:5efe:7f00:1]',
  '[3fff::1]',
  '[4000::1]',
  '[fc00::1]',
  '[fd00:ec2::254]',
  '[fe80::1]',
  '[fec0::1]',
  '[ff02::1]',
];

test.each(INSIDE)('%s is not on the public internet', (written) => {
  const host = hostOf(new URL(`http://${written}/`));
  expect(isLocalName(host) || isForbiddenLiteral(host, INTERNET)).toBe(true);
});

test.each(['8.8.8.8', '1.1.1.1', '203.0.114.1', '2606:4700:4700::1111'])(
  '%s is on the public internet',
  (address) => {
    expect(isPublicAddress(address)).toBe(true);
    expect(isForbiddenLiteral(address, INTERNET)).toBe(false);
  },
);

test.each(['example.com', 'localhost.example.com', 'mylocal', 'internal.example'])(
  '%s is not a local name',
  (host) => {
    expect(isLocalName(host)).toBe(false);
  },
);

test('what is no address is not public', () => {
  expect(isPublicAddress('not an address')).toBe(false);
  expect(isPublicAddress('')).toBe(false);
});

test.each([
  [['loopback'], ['127.0.0.1', '::1'], ['10.0.0.1', '169.254.169.254', 'fd00:ec2::254']],
  [
    ['loopback', 'private', 'uniqueLocal'],
    ['127.0.0.1', '10.0.0.1', 'fd12::1'],
    ['169.254.169.254', '0.0.0.0'],
  ],
])('with %j also reaches %j, and not %j', (ranges, reached, refused) => {
  const { isPublic } = internetAnd(ranges);
  expect([...reached, '8.8.8.8'].filter((address) => !isPublic(address))).toEqual([]);
  expect(refused.filter(isPublic)).toEqual([]);
});

function networkOf(addresses: string[]): Network {
  return {
    isPublic: isPublicAddress,
    resolve: (_hostname, done) =>
      done(
        addresses.length > 0 ? null : new Error('ENOTFOUND'),
        addresses.map((address) => ({ address, family: 4 })),
      ),
  };
}

type Found = { error: Error | null; address: unknown };

function lookUp(network: Network): Promise<Found> {
  return new Promise((resolve) => {
    checkedLookup(network)('name.test', {}, (error, address) => resolve({ error, address }));
  });
}

test('a lookup fails when one address of a name is not public', async () => {
  expect((await lookUp(networkOf(['8.8.8.8', '10.0.0.1']))).error).toBeInstanceOf(NotPublicError);
  expect(await lookUp(networkOf(['8.8.8.8', '1.1.1.1']))).toEqual({ error: null, address: '8.8.8.8' });
  const { error } = await lookUp(networkOf([]));
  expect(error).toBeInstanceOf(Error);
  expect(error).not.toBeInstanceOf(NotPublicError);
});

test('a host is forbidden by its name’s addresses; an unknown or slow name is not yet', async () => {
  expect(await isForbiddenHost('name.test', networkOf(['8.8.8.8', '10.0.0.1']), 1_000)).toBe(true);
  expect(await isForbiddenHost('name.test', networkOf(['8.8.8.8']), 1_000)).toBe(false);
  expect(await isForbiddenHost('name.test', networkOf([]), 1_000)).toBe(false);
  expect(await isForbiddenHost('::1', networkOf([]), 1_000)).toBe(true);
  const silent: Network = { isPublic: isPublicAddress, resolve: () => {} };
  expect(await isForbiddenHost('name.test', silent, 1)).toBe(false);
});
