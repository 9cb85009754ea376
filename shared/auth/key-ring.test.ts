import { acceptedKeys, currentKey, readRing } from './key-ring.ts';

const HOUR = 3_600_000;
const at = (hour: number) => new Date(hour * HOUR).toISOString();
const added = (name: string, hour: number, more = {}) => ({ secret: name, active_from: at(hour), ...more });
const ring = readRing('first', [added('third', 20), added('second', 10)]);

const names = (keys: { secret: string }[]) => keys.map(({ secret }) => secret);

test.each([
  [0, 'first'],
  [9.9, 'first'],
  [10, 'second'],
  [19.9, 'second'],
  [20, 'third'],
  [1_000, 'third'],
])('at hour %s the newest active key signs: %s', (hour, secret) => {
  expect(currentKey(ring, hour * HOUR).secret).toBe(secret);
});

test.each([
  [0, ['third', 'second', 'first']],
  [14.9, ['third', 'second', 'first']],
  [15.1, ['third', 'second']],
  [24.9, ['third', 'second']],
  [25.1, ['third']],
])('at hour %s, with five hours of grace, these are accepted: %s', (hour, secrets) => {
  expect(names(acceptedKeys(ring, 5 * HOUR, hour * HOUR))).toEqual(secrets);
});

test('after a leak the older keys are refused at once, but not before the new key signs', () => {
  const leaked = readRing('first', [added('second', 10), added('third', 11, { revokes_older: true })]);
  expect(names(acceptedKeys(leaked, 5 * HOUR, 10.5 * HOUR))).toEqual(['third', 'second', 'first']);
  expect(names(acceptedKeys(leaked, 5 * HOUR, 11 * HOUR))).toEqual(['third']);
});

test('a key’s id depends on its secret alone', () => {
  const [first, second] = readRing('first', [added('second', 10)]);
  expect(readRing('second', [])[0]?.id).toBe(second?.id);
  expect(first?.id).not.toBe(second?.id);
  expect(first?.id).toMatch(/^[0-9a-f]{12}$/);
});
