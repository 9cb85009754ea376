import type { Account } from './signature.ts';

/** The only account that s3rver knows; it guards nothing but this machine's own demo data. */
export const LOCAL_ACCOUNT: Account = { accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' };
