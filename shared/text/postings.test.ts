import { toPostings } from './postings.ts';

test('each term lists its chunks, its frequency there, and their lengths', () => {
  const { postings, length } = toPostings([
    { ordinal: 0, terms: ['연차', '휴가', '연차'] },
    { ordinal: 1, terms: [] },
    { ordinal: 2, terms: ['연차'] },
  ]);
  expect(length).toBe(4);
  expect(postings).toEqual([
    { term: '연차', ordinals: [0, 2], frequencies: [2, 1], lengths: [3, 1] },
    { term: '휴가', ordinals: [0], frequencies: [1], lengths: [3] },
  ]);
});

test('a document without terms has no postings', () => {
  expect(toPostings([{ ordinal: 0, terms: [] }])).toEqual({ postings: [], length: 0 });
});

test('a term may be named like a property of Object.prototype', () => {
  const terms = ['constructor', '__proto__', 'constructor'];
  const { postings } = toPostings([{ ordinal: 0, terms }]);
  expect(postings.map(({ term, frequencies }) => [term, frequencies])).toEqual([
    ['constructor', [2]],
    ['__proto__', [1]],
  ]);
});
