import { type Mutations, named, put, removing, setting, without } from '../mutation.ts';
import { objects } from '../template.ts';

/** The override that makes one rule about bodies count instead of block. */
const BODY_OVERRIDE = 'Rules.3.Statement.ManagedRuleGroupStatement.RuleActionOverrides.0';

/** Faults of the firewall, names, certificates, gateway answers and CloudFront. */
export const EDGE = {
  'waf-rules': {
    fault: 'the firewall has no rules against SQL injection',
    apply: (template) => without(named(template, 'WebAcl'), 'Rules', ({ Name }) => Name === 'sql-injection'),
  },
  'waf-rate': {
    fault: 'ten minutes of an office count as one',
    apply: setting('WebAcl', 'Rules.0.Statement.RateBasedStatement.EvaluationWindowSec', 600),
  },
  'waf-count': {
    fault: 'a rule group counts requests instead of blocking them',
    apply: setting('WebAcl', 'Rules.3.OverrideAction', { Count: {} }),
  },
  'waf-body': {
    fault: 'the firewall blocks a note about Log4j',
    apply: setting('WebAcl', BODY_OVERRIDE, undefined),
  },
  'waf-text': {
    fault: 'the refusal names a limit that does not hold',
    apply: setting('WebAcl', 'CustomResponseBodies.RateLimited.Content', 'More than 7 requests'),
  },
  'waf-association': {
    fault: 'the load balancer is not behind the firewall',
    apply: removing('WebAclForAlb'),
  },
  certificate: {
    fault: 'a certificate is validated by e-mail',
    apply: setting('Certificate', 'ValidationMethod', 'EMAIL'),
  },
  'certificate-zone': {
    lesson: 5,
    fault: 'a certificate waits for a person to add its DNS records',
    apply: setting('Certificate', 'DomainValidationOptions', undefined),
  },
  'domain-tls': {
    fault: 'the API’s domain accepts TLS 1.0',
    apply: setting('ApiDomain', 'SecurityPolicy', 'TLS_1_0'),
  },
  'gateway-response': {
    fault: 'errors of the gateway itself lack the CORS headers',
    apply: setting('GatewayResponse5xx', 'ResponseParameters', undefined),
  },
  reference: {
    fault: 'a reference names a resource that does not exist',
    apply: setting('ChatLambdaFunction', 'Environment.Variables.X', { Ref: 'NoSuchThing' }),
  },
  downloads: {
    fault: 'CloudFront serves documents without a signature',
    apply: setting(
      'DownloadsDistribution',
      'DistributionConfig.DefaultCacheBehavior.TrustedKeyGroups',
      undefined,
    ),
  },
  'downloads-key': {
    fault: 'links are signed with a key that no distribution trusts',
    apply: setting('DownloadsKeyGroup', 'KeyGroupConfig.Items', []),
  },
  'cloudfront-tls': {
    fault: 'CloudFront accepts the ciphers of 2019',
    apply: setting(
      'ConsoleDistribution',
      'DistributionConfig.ViewerCertificate.MinimumProtocolVersion',
      'TLSv1.2_2019',
    ),
  },
  'cloudfront-countries': {
    fault: 'CloudFront has no list of blocked countries',
    apply: setting('ConsoleDistribution', 'DistributionConfig.Restrictions', undefined),
  },
  'cloudfront-bucket': {
    fault: 'CloudFront may delete documents',
    apply: (template) => {
      const policy = named(template, 'DocumentsBucketPolicy').PolicyDocument;
      const [statement = {}] = objects((policy as { Statement: [] }).Statement).filter(
        ({ Sid }) => Sid === 'Downloads',
      );
      put(statement, 'Action', ['s3:GetObject', 's3:DeleteObject']);
    },
  },
} satisfies Mutations;
