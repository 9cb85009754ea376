import { isWithin, normalizeNetwork, requireAllowedAddress } from './allowed-address.ts';

test.each([
  ['203.0.113.7', '203.0.113.7/32'],
  ['203.0.113.77/24', '203.0.113.0/24'],
  ['10.1.2.3/9', '10.0.0.0/9'],
  ['0.0.0.0/0', '0.0.0.0/0'],
  [' 192.168.0.1/31 ', '192.168.0.0/31'],
  ['2001:DB8::1', '2001:db8::1/128'],
  ['2001:db8:ffff::/33', '2001:db8:8000::/33'],
  ['::/0', '::/0'],
  ['::ffff:10.1.2.3/104', '10.0.0.0/8'],
])('the network %s is stored as %s', (text, stored) => {
  expect(normalizeNetwork(text)).toBe(stored);
});

test.each([
  '',
  'office',
  '10.0.0.0/33',
  '10.0.0.0/-1',
  '10.0.0.0/',
  '10.0.0.0/8/8',
  '10.0.0/8',
  '010.0.0.1',
  '0x0a.0.0.1',
  '167772161',
  '2001:db8::/129',
  'fe80::1%eth0',
  '::ffff:10.0.0.0/90',
  '10.0.0.0/1e1',
])('“%s” is no network', (text) => {
  expect(normalizeNetwork(text)).toBeNull();
});

test.each([
  ['203.0.113.7', ['203.0.113.0/24'], true],
  ['203.0.114.7', ['203.0.113.0/24'], false],
  ['::ffff:203.0.113.7', ['203.0.113.0/24'], true],
  ['2001:db8::5', ['203.0.113.0/24', '2001:db8::/32'], true],
  ['2001:db9::5', ['2001:db8::/32'], false],
  ['203.0.113.7', ['::/0'], false],
  ['test-invoke-source-ip', ['0.0.0.0/0'], false],
])('%s lies in %j: %s', (ip, networks, expected) => {
  expect(isWithin(ip, networks)).toBe(expected);
});

test('every list must allow the address', () => {
  expect(() => requireAllowedAddress('10.0.0.1', [null, null])).not.toThrow();
  expect(() => requireAllowedAddress('10.0.0.1', [['10.0.0.0/8'], null])).not.toThrow();
  expect(() => requireAllowedAddress('10.0.0.1', [['10.0.0.0/8'], ['10.9.0.0/16']])).toThrow('not allowed');
});
