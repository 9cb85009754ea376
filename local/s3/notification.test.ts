import { encodeKey, objectCreated, testEvent } from './notification.ts';

test('keys are encoded as AWS encodes them in events', () => {
  expect(encodeKey("teams/1/보고서 (최종)+~'.pdf")).toBe(
    'teams/1/%EB%B3%B4%EA%B3%A0%EC%84%9C+%28%EC%B5%9C%EC%A2%85%29%2B%7E%27.pdf',
  );
});

test('the event of a new object has its bucket, encoded key, size and tag', () => {
  const object = { bucket: 'docs', key: 'a b.pdf', bytes: 3, etag: 'e3', by: 'Post', sourceIp: '127.0.0.1' };
  const [record] = objectCreated(object).Records;
  expect(record).toMatchObject({
    eventSource: 'aws:s3',
    eventName: 'ObjectCreated:Post',
    s3: {
      bucket: { name: 'docs', arn: 'arn:aws:s3:::docs' },
      object: { key: 'a+b.pdf', size: 3, eTag: 'e3' },
    },
  });
});

test('of two events the later one has the greater sequencer', () => {
  const object = { bucket: 'docs', key: 'a', bytes: 0, etag: '', by: 'Put', sourceIp: '127.0.0.1' };
  const sequencers = Array.from(
    { length: 50 },
    () => objectCreated(object).Records[0]?.s3.object.sequencer ?? '',
  );
  expect(sequencers).toEqual([...new Set(sequencers)].sort());
});

test('the test event has no records', () => {
  expect(testEvent('docs')).toMatchObject({ Event: 's3:TestEvent', Bucket: 'docs' });
  expect(testEvent('docs')).not.toHaveProperty('Records');
});
