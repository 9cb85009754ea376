import { randomUUID } from 'node:crypto';
import { REGION } from '#local/platform/aws-account.ts';
import type { CreatedObject } from './notification.ts';

/**
 * The EICAR test file, which every scanner takes for malware though it is none. It is put together here, so that
 * scanners do not take this file for it. @see https://www.eicar.org/download-anti-malware-testfile/
 */
export const EICAR = ['X5O!P%@AP[4\\PZX54(P^)', '7CC)7}$EICAR-STANDARD-', 'ANTIVIRUS-TEST-FILE!$H+H*'].join(
  '',
);

const THREAT = 'EICAR-Test-File (not a virus)';

/** The event that GuardDuty Malware Protection for S3 sends through EventBridge about an object. It knows EICAR only. */
export function scanResult({ bucket, key, etag }: CreatedObject, bytes: Uint8Array) {
  const isInfected = Buffer.from(bytes).includes(EICAR);
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': 'GuardDuty Malware Protection Object Scan Result',
    source: 'aws.guardduty',
    account: '000000000000',
    time: new Date().toISOString(),
    region: REGION,
    resources: [`arn:aws:guardduty:${REGION}:000000000000:malware-protection-plan/local`],
    detail: {
      schemaVersion: '1.0',
      scanStatus: 'COMPLETED',
      resourceType: 'S3_OBJECT',
      s3ObjectDetails: {
        bucketName: bucket,
        objectKey: key,
        eTag: etag,
        versionId: 'null',
        s3Throttled: false,
      },
      scanResultDetails: {
        scanResultStatus: isInfected ? 'THREATS_FOUND' : 'NO_THREATS_FOUND',
        threats: isInfected ? [{ name: THREAT }] : null,
      },
    },
  };
}
