import { documentKey } from './document-keys.ts';
import { parseIngestionMessage } from './queue.ts';

const TEAM = '01a2066e-4830-73d7-abb7-ab6d5a6057c6';
const DOCUMENT = '01a2066e-4865-76b1-936e-9eb2345e717c';
const KEY = documentKey(TEAM, DOCUMENT);

const s3Event = (...keys: string[]) =>
  JSON.stringify({
    Records: keys.map((key) => ({ eventName: 'ObjectCreated:Post', s3: { object: { key } } })),
  });

const job = (fields: object) => JSON.stringify({ teamId: TEAM, documentId: DOCUMENT, ...fields });

describe('an event of S3', () => {
  test('names its document, whether its key is encoded or not', () => {
    for (const key of [KEY, encodeURIComponent(KEY)])
      expect(parseIngestionMessage(s3Event(key))).toEqual([
        { type: 'ingest', teamId: TEAM, documentId: DOCUMENT, since: null, isUpload: true },
      ]);
  });

  test('says since when its document waits, unless its time is missing or unreadable', () => {
    const at = (eventTime: unknown) =>
      parseIngestionMessage(JSON.stringify({ Records: [{ eventTime, s3: { object: { key: KEY } } }] }))[0];
    expect(at('2026-11-23T04:05:06.789Z')).toMatchObject({ since: new Date('2026-11-23T04:05:06.789Z') });
    for (const none of [undefined, null, 'yesterday']) expect(at(none)).toMatchObject({ since: null });
  });

  test('of several objects names them all', () => {
    expect(parseIngestionMessage(s3Event(KEY, KEY))).toHaveLength(2);
  });

  test.each([
    ['S3’s test event', JSON.stringify({ Service: 'Amazon S3', Event: 's3:TestEvent', Bucket: 'b' })],
    ['an event without records', '{"Records":[]}'],
    ['an object that is no document', s3Event('logs/2026/01.gz')],
    ['a key that only ends like a document’s', s3Event(`other/${KEY}`)],
    ['a key that goes on', s3Event(`${KEY}/thumbnail`)],
    ['a key that climbs', s3Event(`teams/${TEAM}/documents/../${DOCUMENT}`)],
    ['a key with a plus for a space', s3Event(`teams/${TEAM}/documents/${DOCUMENT}+copy`)],
  ])('names no document: %s', (_what, body) => {
    expect(parseIngestionMessage(body)).toEqual([]);
  });
});

test('a job says what is to be done with which document', () => {
  const since = new Date('2026-11-23T04:05:06.789Z');
  const ids = { teamId: TEAM, documentId: DOCUMENT };
  expect(parseIngestionMessage(job({ type: 'ingest', since }))).toEqual([
    { type: 'ingest', ...ids, since, isUpload: false },
  ]);
  expect(parseIngestionMessage(job({ type: 'reindex', source: 'files' }))).toEqual([
    { type: 'reindex', ...ids, source: 'files' },
  ]);
});

test.each([
  '',
  'not json',
  'null',
  '{"Records":1}',
  '{"Records":[{}]}',
  s3Event('%E0%A4%A'),
  job({ type: 'unknown' }),
  job({ type: 'ingest' }),
  job({ type: 'reindex', source: 'nowhere' }),
  job({ type: 'reindex', source: 'chunks', teamId: 'x' }),
])('a message of no known form is an error, so that the queue keeps it: %s', (body) => {
  expect(() => parseIngestionMessage(body)).toThrow();
});
