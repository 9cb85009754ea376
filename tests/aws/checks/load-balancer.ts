import { type Check, unless } from '../check.ts';
import { at, idOf, list, objects, ofType, type Props } from '../template.ts';

const LISTENER = 'AWS::ElasticLoadBalancingV2::Listener';
/** AWS's policies that accept only TLS 1.2 and 1.3. */
const MODERN_TLS = /^ELBSecurityPolicy-TLS13-1-[23]-/;

/** HTTPS listeners have a certificate and require TLS 1.2; HTTP listeners only redirect to HTTPS. */
const listenersAreEncrypted: Check = (template) =>
  ofType(template, LISTENER).flatMap(({ id, properties }) => {
    const actions = objects(properties.DefaultActions);
    if (properties.Protocol === 'HTTPS')
      return [
        ...unless(MODERN_TLS.test(String(properties.SslPolicy)), {
          rule: 'tls-policy',
          where: id,
          message: `${String(properties.SslPolicy)} accepts TLS older than 1.2`,
        }),
        ...unless(list(properties.Certificates).length > 0, {
          rule: 'listener-certificate',
          where: id,
          message: 'has no certificate',
        }),
      ];
    const redirects = actions.every(
      (action) => action.Type === 'redirect' && at(action, 'RedirectConfig.Protocol') === 'HTTPS',
    );
    return unless(properties.Protocol === 'HTTP' && redirects, {
      rule: 'http-redirect',
      where: id,
      message: 'answers over plain HTTP instead of redirecting to HTTPS',
    });
  });

/** Targets are registered by address; `/health` decides after two good or three bad responses. */
const targetGroupsFit: Check = (template) =>
  ofType(template, 'AWS::ElasticLoadBalancingV2::TargetGroup').flatMap(({ id, properties }) => {
    const wanted = {
      TargetType: 'ip',
      Port: 8001,
      Protocol: 'HTTP',
      HealthCheckPath: '/health',
      HealthyThresholdCount: 2,
      UnhealthyThresholdCount: 3,
    };
    return Object.entries(wanted)
      .filter(([name, value]) => properties[name] !== value)
      .map(([name, value]) => ({ rule: 'target-group', where: id, message: `${name} is not ${value}` }));
  });

/** The load balancer is in the public subnets, drops malformed headers and uses its own security group. */
const loadBalancerIsPublic: Check = (template) =>
  ofType(template, 'AWS::ElasticLoadBalancingV2::LoadBalancer').flatMap(({ id, properties }) => {
    const subnets = list(properties.Subnets).map((subnet) => idOf(subnet) ?? '');
    const attributes = new Map(
      objects(properties.LoadBalancerAttributes).map(({ Key, Value }) => [Key, String(Value)]),
    );
    return [
      ...unless(subnets.length >= 2 && subnets.every((subnet) => subnet.startsWith('Public')), {
        rule: 'alb-subnets',
        where: id,
        message: `is in ${subnets.join(', ') || 'no subnet'}`,
      }),
      ...unless(attributes.get('routing.http.drop_invalid_header_fields.enabled') === 'true', {
        rule: 'alb-headers',
        where: id,
        message: 'passes malformed headers on',
      }),
      ...unless(
        list(properties.SecurityGroups).some((group) => idOf(group) === 'AlbSecurityGroup'),
        {
          rule: 'alb-group',
          where: id,
          message: 'does not use its security group',
        },
      ),
    ];
  });

/** Paths of the embedder that tell its model, load and throughput. */
const INTERNALS = ['/metrics', '/info'];

/** The load balancer itself answers 403 for the embedder's internals, before any rule forwards them. */
const internalsAreHidden: Check = (template) => {
  const rules = ofType(template, 'AWS::ElasticLoadBalancingV2::ListenerRule');
  return ofType(template, LISTENER)
    .filter(({ properties }) => properties.Protocol === 'HTTPS')
    .flatMap(({ id }) =>
      INTERNALS.filter((path) => !rules.some((rule) => refuses(rule.properties, id, path))).map((path) => ({
        rule: 'alb-internals',
        where: id,
        message: `forwards ${path} to the embedder`,
      })),
    );
};

function refuses(rule: Props, listener: string, path: string): boolean {
  const [action] = objects(rule.Actions);
  const patterns = objects(rule.Conditions).flatMap((condition) =>
    list(at(condition, 'PathPatternConfig.Values')),
  );
  const refused = action?.Type === 'fixed-response' && at(action, 'FixedResponseConfig.StatusCode') === '403';
  return idOf(rule.ListenerArn) === listener && refused && patterns.includes(path);
}

export const LOAD_BALANCER_CHECKS: Check[] = [
  listenersAreEncrypted,
  targetGroupsFit,
  loadBalancerIsPublic,
  internalsAreHidden,
];
