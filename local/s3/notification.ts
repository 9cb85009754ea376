import { randomBytes } from 'node:crypto';
import type { S3Event } from 'aws-lambda';
import { REGION } from '#local/platform/aws-account.ts';

export type CreatedObject = {
  bucket: string;
  key: string;
  bytes: number;
  /** MD5 of the content in hex. */
  etag: string;
  /** The operation that created it: `Post`, `Put`, `Copy` or `CompleteMultipartUpload`. */
  by: string;
  sourceIp: string;
};

let last = 0n;

/** The event that S3 sends to a queue for a new object. Its key is encoded like a form value. */
export function objectCreated(object: CreatedObject): S3Event {
  return {
    Records: [
      {
        eventVersion: '2.1',
        eventSource: 'aws:s3',
        awsRegion: REGION,
        eventTime: new Date().toISOString(),
        eventName: `ObjectCreated:${object.by}`,
        userIdentity: { principalId: 'AWS:LOCAL' },
        requestParameters: { sourceIPAddress: object.sourceIp },
        responseElements: {
          'x-amz-request-id': randomBytes(8).toString('hex').toUpperCase(),
          'x-amz-id-2': randomBytes(56).toString('base64'),
        },
        s3: {
          s3SchemaVersion: '1.0',
          configurationId: 'ingest',
          bucket: {
            name: object.bucket,
            ownerIdentity: { principalId: 'LOCAL' },
            arn: `arn:aws:s3:::${object.bucket}`,
          },
          object: {
            key: encodeKey(object.key),
            size: object.bytes,
            eTag: object.etag,
            sequencer: nextSequencer(),
          },
        },
      },
    ],
  };
}

/** The message that S3 sends once when a notification is configured. Consumers must ignore it. */
export function testEvent(bucket: string) {
  return {
    Service: 'Amazon S3',
    Event: 's3:TestEvent',
    Time: new Date().toISOString(),
    Bucket: bucket,
    RequestId: randomBytes(8).toString('hex').toUpperCase(),
    HostId: randomBytes(56).toString('base64'),
  };
}

/** Encodes a key as in S3 events: space is `+`, `/` stays, all but `A-Z a-z 0-9 . - * _` is percent-encoded. */
export function encodeKey(key: string): string {
  return encodeURIComponent(key)
    .replace(/[!'()~]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%20', '+')
    .replaceAll('%2F', '/');
}

/** A value greater than all before it: consumers compare the sequencers of two events of one key. */
function nextSequencer(): string {
  const now = BigInt(Date.now()) << 20n;
  last = now > last ? now : last + 1n;
  return last.toString(16).toUpperCase().padStart(18, '0');
}
