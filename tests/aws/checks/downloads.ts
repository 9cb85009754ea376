import { type Check, unless } from '../check.ts';
import { grants, statements } from '../iam/statements.ts';
import {
  at,
  idOf,
  isProps,
  list,
  mentions,
  objects,
  ofType,
  type Props,
  type Template,
} from '../template.ts';

const DISTRIBUTION = 'AWS::CloudFront::Distribution';
/** AWS's managed cache policy CachingDisabled. */
const CACHING_DISABLED = '4135ea2d-6df8-44a3-9df3-4b5a84be39ad';
const FUNCTION = 'AWS::Lambda::Function';

/** The public distribution that serves the documents bucket. */
function ofDocuments(template: Template) {
  return ofType(template, DISTRIBUTION).filter(({ properties }) =>
    mentions(at(properties, 'DistributionConfig.Origins'), 'DocumentsBucket'),
  );
}

/** CloudFront serves documents only over HTTPS, by a signed link, uncached and with the signed file name. */
const downloadsAreSigned: Check = (template) =>
  ofDocuments(template).flatMap(({ id, properties }) => {
    const behaviour = at(properties, 'DistributionConfig.DefaultCacheBehavior');
    const groups = list(at(behaviour, 'TrustedKeyGroups')).map((group) => idOf(group) ?? '');
    const holds: [string, boolean][] = [
      [
        'serves documents without a signature',
        groups.length > 0 && groups.every((group) => template.Resources[group] !== undefined),
      ],
      [
        'has other behaviours, which need no signature',
        objects(at(properties, 'DistributionConfig.CacheBehaviors')).length === 0,
      ],
      ['caches documents, so that deleted ones stay', at(behaviour, 'CachePolicyId') === CACHING_DISABLED],
      ['does not forward the file’s name to S3', forwardsName(template, behaviour)],
      ['answers plain HTTP', at(behaviour, 'ViewerProtocolPolicy') === 'https-only'],
    ];
    return holds.flatMap(([message, ok]) => unless(ok, { rule: 'downloads', where: id, message }));
  });

/** The cache policy forwards no query, so only the origin request policy can forward the file name to S3. */
function forwardsName(template: Template, behaviour: Props[string] | undefined): boolean {
  const policy = template.Resources[idOf(at(behaviour, 'OriginRequestPolicyId')) ?? '']?.Properties;
  const names = at(policy, 'OriginRequestPolicyConfig.QueryStringsConfig.QueryStrings');
  return list(names).includes('response-content-disposition');
}

/** Every distribution requires the TLS policy of 2021 or newer and has a list of blocked countries. */
const distributionsAreStrict: Check = (template) =>
  ofType(template, DISTRIBUTION).flatMap(({ id, properties }) => [
    ...unless(
      /^TLSv1\.(2_202[1-9]|3)/.test(
        String(at(properties, 'DistributionConfig.ViewerCertificate.MinimumProtocolVersion')),
      ),
      { rule: 'cloudfront-tls', where: id, message: 'accepts an older TLS policy than that of 2021' },
    ),
    ...unless(at(properties, 'DistributionConfig.Restrictions.GeoRestriction') !== undefined, {
      rule: 'cloudfront-countries',
      where: id,
      message: 'has no list of blocked countries',
    }),
  ]);

/** A bucket policy allows CloudFront only reads, and only by the distribution whose origin is the bucket. */
const bucketsServeTheirDistribution: Check = (template) =>
  statements(template)
    .filter(({ statement }) => list(at(statement, 'Principal.Service')).includes('cloudfront.amazonaws.com'))
    .flatMap(({ where, statement }) => {
      const bucket = idOf(template.Resources[where.split('.')[0] ?? '']?.Properties?.Bucket) ?? '';
      const owner = ofType(template, DISTRIBUTION).find(({ properties }) =>
        mentions(at(properties, 'DistributionConfig.Origins'), bucket),
      );
      const source = isProps(statement.Condition) && at(statement.Condition.StringEquals, 'aws:SourceArn');
      const isBound = owner !== undefined && mentions(source, owner.id);
      return unless(isBound && list(statement.Action).every((action) => action === 's3:GetObject'), {
        rule: 'cloudfront-bucket',
        where,
        message: 'allows another distribution, or more than reads',
      });
    });

/** Only functions that sign links may read the key, and they name a key that the distribution trusts. */
const onlySignersReadTheKey: Check = (template) =>
  ofType(template, FUNCTION).flatMap(({ id, properties }) => {
    const variables = at(properties, 'Environment.Variables');
    const role = idOf(properties.Role) ?? '';
    const mayRead = grants(template).some(
      ({ where, statement }) => where.startsWith(`${role}.`) && mentions(statement, 'DownloadsSecret'),
    );
    const makesLinks = Boolean(at(variables, 'DOWNLOADS_URL'));
    const key = idOf(at(variables, 'DOWNLOADS_KEY_PAIR_ID')) ?? '';
    const isTrusted = ofType(template, 'AWS::CloudFront::KeyGroup').some((group) =>
      mentions(group.properties, key),
    );
    return [
      ...unless(mayRead === makesLinks, {
        rule: 'downloads-key',
        where: id,
        message: makesLinks ? 'may not read the key it signs with' : 'may read a key that it does not use',
      }),
      ...unless(!makesLinks || isTrusted, {
        rule: 'downloads-key',
        where: id,
        message: 'signs with a key that no distribution trusts',
      }),
    ];
  });

export const DOWNLOADS_CHECKS: Check[] = [
  downloadsAreSigned,
  distributionsAreStrict,
  bucketsServeTheirDistribution,
  onlySignersReadTheKey,
];
