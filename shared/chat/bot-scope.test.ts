import { botScope } from './bot-scope.ts';

const bot = {
  collection_ids: ['a', 'b'],
  filter: { collection_ids: ['b', 'c'], document_ids: ['1', '2'], metadata: { final: true } },
};

test('a request’s filter narrows the bot’s, which narrows its collections', () => {
  expect(botScope({ ...bot, filter: null }, null)).toEqual({
    collectionIds: ['a', 'b'],
    documentIds: null,
    conditions: [],
  });
  const own = [{ op: 'in', key: 'final', allowed: [true] }];
  expect(botScope(bot, undefined)).toEqual({
    collectionIds: ['b'],
    documentIds: ['1', '2'],
    conditions: own,
  });
  const asked = { document_ids: ['2', '3'], metadata: { final: false, year: { gte: 2024 } } };
  expect(botScope(bot, asked)).toEqual({
    collectionIds: ['b'],
    documentIds: ['2'],
    conditions: [
      ...own,
      { op: 'in', key: 'final', allowed: [false] },
      { op: 'range', key: 'year', type: 'number', gte: '2024' },
    ],
  });
});

test('a request cannot reach what the bot does not read', () => {
  const asked = { collection_ids: ['c', 'd'], document_ids: ['9'] };
  expect(botScope(bot, asked)).toMatchObject({ collectionIds: [], documentIds: [] });
});
