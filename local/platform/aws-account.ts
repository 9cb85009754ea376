/** The account and the region in which the emulated AWS services run. */
export const ACCOUNT_ID = '000000000000';
export const REGION = 'ap-northeast-2';

/** The only credentials that the local S3 accepts. s3rver fixes them; they guard this machine's demo data only. */
export const LOCAL_CREDENTIALS = { accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' };

/** The ARN of a resource of the local account, such as `localArn('sqs', 'ingest')`. */
export function localArn(service: 'sqs' | 'events' | 'lambda', resource: string): string {
  return `arn:aws:${service}:${REGION}:${ACCOUNT_ID}:${resource}`;
}

/** The URL of a queue at an SQS endpoint. */
export function queueUrl(endpoint: string, name: string): string {
  return `${endpoint}/${ACCOUNT_ID}/${name}`;
}
