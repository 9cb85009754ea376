import { type Check, unless } from '../check.ts';
import { at, idOf, isProps, list, objects, ofType, type Props, type Template } from '../template.ts';

const RULE_GROUPS = [
  'AWSManagedRulesCommonRuleSet',
  'AWSManagedRulesKnownBadInputsRuleSet',
  'AWSManagedRulesSQLiRuleSet',
];

/** The firewall limits each address to 100 requests a minute and has AWS's rules against common attacks. */
const firewallHasItsRules: Check = (template) =>
  ofType(template, 'AWS::WAFv2::WebACL').flatMap(({ id, properties }) => {
    const rules = objects(properties.Rules);
    const managed = rules.map((rule) => at(rule, 'Statement.ManagedRuleGroupStatement.Name'));
    return [
      ...RULE_GROUPS.flatMap((name) =>
        unless(managed.includes(name), { rule: 'waf-rules', where: id, message: `lacks ${name}` }),
      ),
      ...unless(rules.some(isRateLimit), {
        rule: 'waf-rate',
        where: id,
        message: 'allows an address more than 100 requests in 60 s',
      }),
      ...rules.flatMap((rule) =>
        unless(at(rule, 'OverrideAction.Count') === undefined, {
          rule: 'waf-count',
          where: id,
          message: `${String(rule.Name)} only counts`,
        }),
      ),
    ];
  });

function isRateLimit(rule: Props): boolean {
  const statement = at(rule, 'Statement.RateBasedStatement');
  const blocks = at(rule, 'Action.Block') !== undefined;
  return blocks && at(statement, 'Limit') === 100 && at(statement, 'EvaluationWindowSec') === 60;
}

/** The rule against bodies above 8 KB only counts: uploaded texts are longer. */
const firewallTakesLongTexts: Check = (template) =>
  ofType(template, 'AWS::WAFv2::WebACL').flatMap(({ id, properties }) =>
    objects(properties.Rules)
      .map((rule) => at(rule, 'Statement.ManagedRuleGroupStatement'))
      .filter(isProps)
      .filter(({ Name }) => Name === 'AWSManagedRulesCommonRuleSet')
      .flatMap(({ RuleActionOverrides }) =>
        unless(
          objects(RuleActionOverrides).some(
            (override) =>
              override.Name === 'SizeRestrictions_BODY' && at(override, 'ActionToUse.Count') !== undefined,
          ),
          { rule: 'waf-body-size', where: id, message: 'blocks bodies above 8 KB' },
        ),
      ),
  );

/** The API's stage and the load balancer, which face the internet, are behind the firewall. */
const entrancesAreGuarded: Check = (template) => {
  const guarded = ofType(template, 'AWS::WAFv2::WebACLAssociation').map(({ properties }) =>
    JSON.stringify(properties.ResourceArn),
  );
  const needed = [
    ...ofType(template, 'AWS::ElasticLoadBalancingV2::LoadBalancer'),
    ...ofType(template, 'AWS::ApiGateway::Stage'),
  ];
  return needed.flatMap(({ id }) =>
    unless(
      guarded.some((arn) => arn.includes(id)),
      {
        rule: 'waf-association',
        where: id,
        message: 'is not behind the firewall',
      },
    ),
  );
};

/** Certificates are validated by DNS, domains require TLS 1.2, and CloudFront refuses plain HTTP. */
const domainsAreSafe: Check = (template) => [
  ...ofType(template, 'AWS::CertificateManager::Certificate').flatMap(({ id, properties }) =>
    unless(properties.ValidationMethod === 'DNS', {
      rule: 'certificate',
      where: id,
      message: 'waits for a person to answer an e-mail',
    }),
  ),
  ...ofType(template, 'AWS::ApiGateway::DomainName').flatMap(({ id, properties }) =>
    unless(/TLS_?1[_-]?[23]|TLS13/.test(String(properties.SecurityPolicy)), {
      rule: 'domain-tls',
      where: id,
      message: 'accepts TLS older than 1.2',
    }),
  ),
  ...ofType(template, 'AWS::CloudFront::Distribution').flatMap(({ id, properties }) =>
    unless(at(properties, 'DistributionConfig.DefaultCacheBehavior.ViewerProtocolPolicy') !== 'allow-all', {
      rule: 'cloudfront-tls',
      where: id,
      message: 'serves plain HTTP',
    }),
  ),
];

/** Errors that the gateway returns itself (throttled, too large, unknown route) are problem+json with CORS headers. */
const gatewayAnswersAreProblems: Check = (template) => {
  const responses = ofType(template, 'AWS::ApiGateway::GatewayResponse');
  if (ofType(template, 'AWS::ApiGateway::RestApi').length === 0) return [];
  return [
    ...['DEFAULT_4XX', 'DEFAULT_5XX'].flatMap((type) =>
      unless(
        responses.some(({ properties }) => properties.ResponseType === type),
        {
          rule: 'gateway-response',
          where: type,
          message: 'the gateway uses its default response',
        },
      ),
    ),
    ...responses.flatMap(({ id, properties }) => {
      const headers = (properties.ResponseParameters ?? {}) as Props;
      const hasCors = 'gatewayresponse.header.Access-Control-Allow-Origin' in headers;
      const text = JSON.stringify(properties);
      return unless(hasCors && text.includes('application/problem+json'), {
        rule: 'gateway-response',
        where: id,
        message: 'is not problem+json with CORS headers',
      });
    }),
  ];
};

/** Every reference names a resource that exists once conditions are decided. */
const referencesExist: Check = (template) =>
  Object.entries(template.Resources).flatMap(([id, resource]) => {
    const targets = new Set([...references(resource), ...list(resource.DependsOn as string[]).map(String)]);
    return [...targets]
      .filter((target) => !(target in template.Resources) && !target.startsWith('AWS::'))
      .map((target) => ({
        rule: 'reference',
        where: id,
        message: `refers to ${target}, which does not exist`,
      }));
  });

function references(resource: Template['Resources'][string]): string[] {
  const text = JSON.stringify(resource.Properties ?? {});
  const refs = [...text.matchAll(/\{"Ref":"([^"]+)"\}/g)].map(([, id = '']) => id);
  const attributes = [...text.matchAll(/"Fn::GetAtt":\["([^"]+)"/g)].map(([, id = '']) => id);
  return [...refs, ...attributes];
}

/** Each certificate names the hosted zone for its validation; without it, it waits for a person (lesson 5). */
const certificatesNameTheirZone: Check = (template) =>
  ofType(template, 'AWS::CertificateManager::Certificate').flatMap(({ id, properties }) => {
    const options = objects(properties.DomainValidationOptions);
    const names = [properties.DomainName, ...list(properties.SubjectAlternativeNames)].filter(Boolean);
    const isZoned =
      options.length === names.length && options.every(({ HostedZoneId }) => HostedZoneId !== undefined);
    return unless(isZoned, {
      rule: 'certificate-zone',
      where: id,
      message: `validates ${options.length} of ${names.length} names by itself; ${idOf(properties.DomainName) ?? ''}`,
    });
  });

export const EDGE_CHECKS: Check[] = [
  firewallHasItsRules,
  firewallTakesLongTexts,
  entrancesAreGuarded,
  domainsAreSafe,
  gatewayAnswersAreProblems,
  referencesExist,
  certificatesNameTheirZone,
];
