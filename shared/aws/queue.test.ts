import { readIngestionMessage } from './queue.ts';
import { documentKey } from './storage.ts';

const TEAM = '01a2066e-4830-73d7-abb7-ab6d5a6057c6';
const DOCUMENT = '01a2066e-4865-76b1-936e-9eb2345e717c';
const KEY = documentKey(TEAM, DOCUMENT);

const event = (...keys: string[]) =>
  JSON.stringify({
    Records: keys.map((key) => ({ eventName: 'ObjectCreated:Post', s3: { object: { key } } })),
  });

test('an event names its document, whether its key is encoded or not', () => {
  for (const key of [KEY, encodeURIComponent(KEY)])
    expect(readIngestionMessage(event(key))).toEqual([
      { teamId: TEAM, documentId: DOCUMENT, since: null, reindex: null },
    ]);
});

test('an event tells since when its document waits, unless it has no time or none that can be read', () => {
  const at = (eventTime: unknown) =>
    readIngestionMessage(JSON.stringify({ Records: [{ eventTime, s3: { object: { key: KEY } } }] }))[0]
      ?.since;
  expect(at('2026-11-23T04:05:06.789Z')).toEqual(new Date('2026-11-23T04:05:06.789Z'));
  for (const none of [undefined, null, 'yesterday']) expect(at(none)).toBeNull();
});

test('an event of several objects names them all', () => {
  expect(readIngestionMessage(event(KEY, KEY))).toHaveLength(2);
});

test.each([
  ['S3’s test event', JSON.stringify({ Service: 'Amazon S3', Event: 's3:TestEvent', Bucket: 'b' })],
  ['an event without records', '{"Records":[]}'],
  ['an object that is no document', event('logs/2026/01.gz')],
  ['a key that only ends like a document’s', event(`other/${KEY}`)],
  ['a key that goes on', event(`${KEY}/thumbnail`)],
  ['a key that climbs', event(`teams/${TEAM}/documents/../${DOCUMENT}`)],
  ['a key with a plus for a space', event(`teams/${TEAM}/documents/${DOCUMENT}+copy`)],
])('%s names no document', (_what, body) => {
  expect(readIngestionMessage(body)).toEqual([]);
});

test.each(['', 'not json', '{"Records":1}', '{"Records":[{}]}', event('%E0%A4%A')])(
  'what cannot be an event is an error, for the queue to keep: %s',
  (body) => {
    expect(() => readIngestionMessage(body)).toThrow();
  },
);
