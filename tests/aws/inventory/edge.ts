import type { Wanted } from '../inventory.ts';

const LISTENER = 'AWS::ElasticLoadBalancingV2::Listener';
const WEB_ACL = 'AWS::WAFv2::WebACL';
const EVERYWHERE_BUT_LEAN = { dev: 1, prod: 1, lean: 0 };

const managed = (what: string, Name: string): Wanted => ({
  what: `a firewall against ${what}`,
  type: WEB_ACL,
  properties: {
    Rules: [
      {
        OverrideAction: { None: {} },
        Statement: { ManagedRuleGroupStatement: { VendorName: 'AWS', Name } },
      },
    ],
  },
});

/** What faces the internet: load balancer, API, names, certificates, firewall. */
export const EDGE: Wanted[] = [
  {
    what: 'the load balancer',
    type: 'AWS::ElasticLoadBalancingV2::LoadBalancer',
    properties: { Scheme: 'internet-facing', Type: 'application' },
    count: EVERYWHERE_BUT_LEAN,
  },
  {
    what: 'port 80 sends to port 443',
    type: LISTENER,
    properties: {
      Port: 80,
      DefaultActions: [
        { Type: 'redirect', RedirectConfig: { Protocol: 'HTTPS', Port: 443, StatusCode: 'HTTP_301' } },
      ],
    },
    count: EVERYWHERE_BUT_LEAN,
  },
  {
    what: 'TLS 1.2 or newer',
    type: LISTENER,
    properties: { Port: 443, Protocol: 'HTTPS', SslPolicy: 'ELBSecurityPolicy-TLS13-1-2-2021-06' },
    count: EVERYWHERE_BUT_LEAN,
  },
  {
    what: 'the target group: /health, two good answers, three bad ones',
    type: 'AWS::ElasticLoadBalancingV2::TargetGroup',
    properties: {
      Port: 8001,
      Protocol: 'HTTP',
      HealthCheckPath: '/health',
      HealthyThresholdCount: 2,
      UnhealthyThresholdCount: 3,
    },
    count: EVERYWHERE_BUT_LEAN,
  },
  {
    what: 'the API',
    type: 'AWS::ApiGateway::RestApi',
    properties: { EndpointConfiguration: { Types: ['REGIONAL'] } },
  },
  {
    what: 'its stage, without metrics that are paid by route',
    type: 'AWS::ApiGateway::Stage',
    properties: { TracingEnabled: true, MethodSettings: [{ ResourcePath: '/*', MetricsEnabled: false }] },
  },
  {
    what: 'its domain',
    type: 'AWS::ApiGateway::DomainName',
    properties: { SecurityPolicy: 'TLS_1_2', EndpointConfiguration: { Types: ['REGIONAL'] } },
  },
  { what: 'the domain leads to the stage', type: 'AWS::ApiGateway::BasePathMapping' },
  { what: 'its own answers', type: 'AWS::ApiGateway::GatewayResponse', count: 7 },
  {
    what: 'aliases: api., files., app. and, where there is a load balancer, embed.',
    type: 'AWS::Route53::RecordSet',
    properties: { Type: 'A' },
    count: { dev: 4, prod: 4, lean: 3 },
  },
  {
    what: 'the certificate, validated by DNS',
    type: 'AWS::CertificateManager::Certificate',
    properties: { ValidationMethod: 'DNS' },
  },
  {
    what: 'a firewall: 100 requests a minute and address',
    type: WEB_ACL,
    properties: {
      Scope: 'REGIONAL',
      Rules: [
        {
          Action: { Block: { CustomResponse: { ResponseCode: 429 } } },
          Statement: {
            RateBasedStatement: { Limit: 100, EvaluationWindowSec: 60, AggregateKeyType: 'IP' },
          },
        },
      ],
    },
  },
  managed('SQL injection', 'AWSManagedRulesSQLiRuleSet'),
  managed('scripts', 'AWSManagedRulesCommonRuleSet'),
  managed('known attacks', 'AWSManagedRulesKnownBadInputsRuleSet'),
  {
    what: 'what the firewall guards',
    type: 'AWS::WAFv2::WebACLAssociation',
    count: { dev: 2, prod: 2, lean: 1 },
  },
];
