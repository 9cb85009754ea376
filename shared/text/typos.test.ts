import { stem } from './stem.ts';
import { nearbyWords } from './typos.ts';

test.each([
  ['printr', 'printer'],
  ['schedueld', 'scheduled'],
  ['reimbursment', 'reimbursement'],
  ['holliday', 'holiday'],
])('%s is one edit from %s', (typed, meant) => {
  expect(nearbyWords(typed)).toContainEqual([stem(meant)]);
});

test.each([
  ['연챠휴가', ['연차', '차휴', '휴가']],
  ['연챠', ['연차']],
  ['제텍근무', null],
])('%s is one jamo from %j', (typed, meant) => {
  if (meant) expect(nearbyWords(typed)).toContainEqual(meant);
  else expect(nearbyWords(typed)).not.toContainEqual(['재택', '택근', '근무']);
});

test('letters of short words are not replaced: most have neighbours of another meaning', () => {
  expect(nearbyWords('tire')).not.toContainEqual(['time']);
  expect(nearbyWords('abc')).toEqual([]);
  expect(nearbyWords('약')).toEqual([]);
});

test('what is no plain word has no neighbours', () => {
  for (const word of ['', 'c01777', 'getUserName', 'x'.repeat(40)]) expect(nearbyWords(word)).toEqual([]);
});
