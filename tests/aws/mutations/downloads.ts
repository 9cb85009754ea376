import { type Mutation, named, put, setting, settingOf, some } from '../mutation.ts';
import { objects, type Template } from '../template.ts';

const BEHAVIOUR = 'DistributionConfig.DefaultCacheBehavior';

/** Changes what the documents' bucket allows CloudFront. */
function inBucketPolicy(key: string, value: Parameters<typeof put>[2]): Mutation['apply'] {
  return (template: Template) => {
    const policy = named(template, 'DocumentsBucketPolicy').PolicyDocument;
    const [statement] = objects((policy as { Statement?: [] }).Statement).filter(
      ({ Sid }) => Sid === 'Downloads',
    );
    if (!statement) throw new Error('The bucket allows CloudFront nothing.');
    put(statement, key, value);
  };
}

/** Faults between CloudFront, its key and the buckets behind it. */
export const DOWNLOADS: Mutation[] = [
  {
    name: 'documents can be fetched without a signature',
    apply: setting('DownloadsDistribution', `${BEHAVIOUR}.TrustedKeyGroups`, undefined),
  },
  {
    name: 'a downloaded file loses its name',
    apply: setting('DownloadsDistribution', `${BEHAVIOUR}.OriginRequestPolicyId`, undefined),
  },
  {
    name: 'CloudFront keeps documents that were deleted',
    apply: setting(
      'DownloadsDistribution',
      `${BEHAVIOUR}.CachePolicyId`,
      '658327ea-f89d-4fab-a63d-7e88639e58f6',
    ),
  },
  {
    name: 'CloudFront takes TLS 1.0',
    apply: setting(
      'DownloadsDistribution',
      'DistributionConfig.ViewerCertificate.MinimumProtocolVersion',
      'TLSv1',
    ),
  },
  {
    name: 'CloudFront reads the documents as anyone could',
    apply: setting('DownloadsDistribution', 'DistributionConfig.Origins.0.OriginAccessControlId', undefined),
  },
  { name: 'any distribution may read documents', apply: inBucketPolicy('Condition', undefined) },
  {
    name: 'CloudFront may delete documents',
    apply: inBucketPolicy('Action', ['s3:GetObject', 's3:DeleteObject']),
  },
  {
    name: 'links are signed with a key that nobody trusts',
    apply: setting('DownloadsKeyGroup', 'KeyGroupConfig.Items', []),
  },
  {
    name: 'chat may read the key of downloads',
    apply: (template) => {
      const { properties } = some(template, 'AWS::IAM::Role', /ChatLogGroup/);
      put(properties, 'Policies.0.PolicyDocument.Statement.0.Resource', [{ Ref: 'DownloadsSecret' }]);
    },
  },
  {
    name: 'the private key of downloads stands in a function’s environment',
    apply: settingOf(
      'AWS::Lambda::Function',
      'Environment.Variables.DOWNLOADS_PRIVATE_KEY',
      '-----BEGIN PRIVATE KEY-----',
      /DocumentsLambdaFunction/,
    ),
  },
];
