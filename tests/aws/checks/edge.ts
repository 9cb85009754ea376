import { type Check, unless } from '../check.ts';
import { at, idOf, list, objects, ofType, type Props, type Template } from '../template.ts';

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
  entrancesAreGuarded,
  domainsAreSafe,
  gatewayAnswersAreProblems,
  referencesExist,
  certificatesNameTheirZone,
];
