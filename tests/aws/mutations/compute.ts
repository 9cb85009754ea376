import { type Mutation, named, put, removing, setting, settingOf, some, without } from '../mutation.ts';
import { objects, type Template } from '../template.ts';

const TASK = 'AWS::ECS::TaskDefinition';
const LISTENER = 'AWS::ElasticLoadBalancingV2::Listener';
const ALARM = 'AWS::CloudWatch::Alarm';
const EMBEDDER = /"Family":[^}]*embedder|EmbedderTask/;

function ofEmbedder(path: string, value: Parameters<typeof settingOf>[2]): Mutation['apply'] {
  return settingOf(TASK, path, value, EMBEDDER);
}

function ofPolicy(
  id: string,
  kind: 'Step' | 'TargetTracking',
  path: string,
  value: number,
): Mutation['apply'] {
  return setting(id, `${kind}ScalingPolicyConfiguration.${path}`, value);
}

function misspellMetric(template: Template): void {
  put(some(template, ALARM, /"MetricName":"CPUUtilization"/).properties, 'MetricName', 'CpuUtilisation');
}

/** Faults of tasks, services, the load balancer, the edge and the alarms. */
export const COMPUTE: Mutation[] = [
  {
    lesson: 4,
    name: 'the embedder’s task is ARM',
    apply: ofEmbedder('RuntimePlatform.CpuArchitecture', 'ARM64'),
  },
  {
    lesson: 4,
    name: 'the embedder’s task names no platform',
    apply: ofEmbedder('RuntimePlatform', undefined),
  },
  { name: 'a task asks for a size Fargate has not', apply: ofEmbedder('Memory', '9000') },
  {
    name: 'a task runs the tag latest',
    apply: ofEmbedder('ContainerDefinitions.0.Image', 'example/rag-embedder:latest'),
  },
  {
    name: 'a container writes no log',
    apply: ofEmbedder('ContainerDefinitions.0.LogConfiguration', undefined),
  },
  { name: 'a container is privileged', apply: ofEmbedder('ContainerDefinitions.0.Privileged', true) },
  {
    name: 'a container may write on its root',
    apply: ofEmbedder('ContainerDefinitions.0.ReadonlyRootFilesystem', false),
  },
  {
    name: 'the embedder’s cache lies on its read-only root',
    apply: ofEmbedder('ContainerDefinitions.0.MountPoints', []),
  },
  {
    name: 'the embedder counts the CPUs of the machine below',
    apply: (template) =>
      without(
        objects(named(template, 'EmbedderTask').ContainerDefinitions)[0] ?? {},
        'Environment',
        ({ Name }) => Name === 'EMBEDDER_WORKERS',
      ),
  },
  {
    name: 'a failing deployment stays',
    apply: setting('EmbedderService', 'DeploymentConfiguration.DeploymentCircuitBreaker.Rollback', false),
  },
  {
    name: 'the service registers another port',
    apply: setting('EmbedderService', 'LoadBalancers.0.ContainerPort', 8000),
  },
  {
    name: 'tasks get public addresses',
    apply: setting('EmbedderService', 'NetworkConfiguration.AwsvpcConfiguration.AssignPublicIp', 'ENABLED'),
  },
  {
    name: 'the target group wants instances',
    apply: setting('EmbedderTargetGroup', 'TargetType', 'instance'),
  },
  { name: 'the health check asks for /', apply: setting('EmbedderTargetGroup', 'HealthCheckPath', '/') },
  {
    name: 'one bad answer takes a task out',
    apply: setting('EmbedderTargetGroup', 'UnhealthyThresholdCount', 1),
  },
  {
    name: 'the load balancer takes TLS 1.0',
    apply: settingOf(LISTENER, 'SslPolicy', 'ELBSecurityPolicy-2016-08', /"SslPolicy"/),
  },
  {
    name: 'port 80 answers instead of redirecting',
    apply: settingOf(
      LISTENER,
      'DefaultActions',
      [{ Type: 'forward', TargetGroupArn: { Ref: 'EmbedderTargetGroup' } }],
      /"Port":80\b/,
    ),
  },
  {
    name: 'image tags can be moved',
    apply: settingOf('AWS::ECR::Repository', 'ImageTagMutability', 'MUTABLE'),
  },
  {
    name: 'images are not scanned',
    apply: settingOf('AWS::ECR::Repository', 'ImageScanningConfiguration.ScanOnPush', false),
  },
  {
    name: 'the embedder scales to forty tasks',
    apply: settingOf('AWS::ApplicationAutoScaling::ScalableTarget', 'MaxCapacity', 40, /ecs/),
  },
  {
    name: 'prod’s embedder runs on capacity that AWS takes back',
    apply: setting('EmbedderService', 'CapacityProviderStrategy.0.CapacityProvider', 'FARGATE_SPOT'),
  },
  { name: 'the cluster knows no capacity', apply: setting('Cluster', 'CapacityProviders', undefined) },
  {
    name: 'CPU is kept at 90 %',
    apply: ofPolicy('EmbedderCpuTracking', 'TargetTracking', 'TargetValue', 90),
  },
  {
    name: 'two tasks more at a time',
    apply: ofPolicy('EmbedderScaleOut', 'Step', 'StepAdjustments.0.ScalingAdjustment', 2),
  },
  { name: 'a task less every minute', apply: ofPolicy('EmbedderScaleIn', 'Step', 'Cooldown', 60) },
  { name: 'a task more after five minutes', apply: setting('EmbedderBusy', 'EvaluationPeriods', 5) },
  { name: 'a task less below 60 %', apply: setting('EmbedderIdle', 'Threshold', 60) },
  { name: 'nothing scales in', apply: setting('EmbedderIdle', 'AlarmActions', [{ Ref: 'AlarmTopic' }]) },
  {
    name: 'the tag latest cannot be pushed twice',
    apply: setting('EmbedderRepository', 'ImageTagMutability', 'IMMUTABLE'),
  },
  { name: 'CPU wakes somebody at 95 %', apply: setting('EmbedderCpuHigh', 'Threshold', 95) },
  {
    name: 'memory wakes somebody after an hour',
    apply: setting('EmbedderMemoryHigh', 'EvaluationPeriods', 60),
  },
  {
    name: 'an unhealthy target may stay so for ten minutes',
    apply: setting('UnhealthyTargets', 'Period', 600),
  },
  { name: 'one request in ten may fail', apply: setting('ApiErrors', 'Threshold', 0.1) },
  { name: 'nobody watches the embedder’s errors', apply: removing(ALARM, /HTTPCode_Target_5XX_Count/) },
  {
    name: 'the budget is ten times as much',
    apply: settingOf('AWS::Budgets::Budget', 'Budget.BudgetLimit.Amount', 2500),
  },
  { name: 'there is no budget', apply: removing('AWS::Budgets::Budget') },
  { name: 'there is no dashboard', apply: removing('AWS::CloudWatch::Dashboard') },
  {
    name: 'metrics are paid by route',
    apply: setting('ApiStage', 'MethodSettings.0.MetricsEnabled', true),
  },
  {
    name: 'port 80 redirects for a while only',
    apply: setting('AlbHttpListener', 'DefaultActions.0.RedirectConfig.StatusCode', 'HTTP_302'),
  },
  {
    name: 'addresses are counted over five minutes',
    apply: setting('WebAcl', 'Rules.0.Statement.RateBasedStatement.EvaluationWindowSec', 300),
  },
  { name: 'api. leads nowhere', apply: removing('AWS::Route53::RecordSet', /ApiRecord/) },
  { name: 'migrations are left out', apply: removing('Custom::Migration') },
  { name: 'an alarm watches a metric that does not exist', apply: misspellMetric },
  {
    name: 'an alarm names a dimension that does not exist',
    apply: (template) =>
      put(some(template, ALARM, /"MetricName":"CPUUtilization"/).properties, 'Dimensions.0.Name', 'Cluster'),
  },
  { name: 'an alarm tells nobody', apply: settingOf(ALARM, 'AlarmActions', undefined) },
  { name: 'nobody watches the dead letters', apply: removing(ALARM, /ApproximateNumberOfMessagesVisible/) },
  { name: 'nobody watches unhealthy targets', apply: removing(ALARM, /UnHealthyHostCount/) },
  {
    name: 'the load balancer is not behind the firewall',
    apply: removing('AWS::WAFv2::WebACLAssociation', /"Alb"/),
  },
  {
    name: 'the API is not behind the firewall',
    apply: removing('AWS::WAFv2::WebACLAssociation', /ApiStage|apigateway/),
  },
  {
    name: 'an address may send ten times as much',
    apply: (template) => {
      const rules = named(template, 'WebAcl').Rules;
      const rated = (Array.isArray(rules) ? rules : []).findIndex((rule) =>
        JSON.stringify(rule).includes('RateBased'),
      );
      put(named(template, 'WebAcl'), `Rules.${rated}.Statement.RateBasedStatement.Limit`, 1000);
    },
  },
  {
    name: 'the firewall knows no SQL injection',
    apply: (template) =>
      without(named(template, 'WebAcl'), 'Rules', (rule) => JSON.stringify(rule).includes('SQLiRuleSet')),
  },
  {
    name: 'the gateway answers in its own words',
    apply: removing('AWS::ApiGateway::GatewayResponse', /DEFAULT_4XX/),
  },
  {
    name: 'the API’s domain takes TLS 1.0',
    apply: settingOf('AWS::ApiGateway::DomainName', 'SecurityPolicy', 'TLS_1_0'),
  },
  {
    lesson: 5,
    name: 'a certificate waits for a person',
    apply: settingOf('AWS::CertificateManager::Certificate', 'DomainValidationOptions', undefined),
  },
  {
    lesson: 5,
    name: 'a certificate is validated by e-mail',
    apply: settingOf('AWS::CertificateManager::Certificate', 'ValidationMethod', 'EMAIL'),
  },
];
