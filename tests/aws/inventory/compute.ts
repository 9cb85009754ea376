import type { Wanted } from '../inventory.ts';
import type { Props } from '../template.ts';

const POLICY = 'AWS::ApplicationAutoScaling::ScalingPolicy';
const ALARM = 'AWS::CloudWatch::Alarm';
const SERVICE = 'AWS::ECS::Service';
const EVERYWHERE_BUT_LEAN = { dev: 1, prod: 1, lean: 0 };

const step = (ScalingAdjustment: number, Cooldown: number): Props => ({
  PolicyType: 'StepScaling',
  StepScalingPolicyConfiguration: {
    AdjustmentType: 'ChangeInCapacity',
    Cooldown,
    StepAdjustments: [{ ScalingAdjustment }],
  },
});

const cpuAlarm = (properties: Props): Props => ({
  Namespace: 'AWS/ECS',
  MetricName: 'CPUUtilization',
  Statistic: 'Average',
  Period: 60,
  ...properties,
});

/** Functions, tasks, how they scale and how traffic reaches them. */
export const COMPUTE: Wanted[] = [
  {
    what: 'functions on ARM and Node 24, traced, with connections of their own number',
    type: 'AWS::Lambda::Function',
    properties: {
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      TracingConfig: { Mode: 'Active' },
    },
    count: 11,
  },
  { what: 'functions, and no more', type: 'AWS::Lambda::Function', count: 11 },
  { what: 'migrations at every deploy', type: 'Custom::Migration' },
  { what: 'the cluster', type: 'AWS::ECS::Cluster' },
  {
    what: 'the embedder’s task: half a processor, 2 GB, x86',
    type: 'AWS::ECS::TaskDefinition',
    properties: {
      Cpu: 512,
      Memory: 2048,
      RuntimePlatform: { OperatingSystemFamily: 'LINUX', CpuArchitecture: 'X86_64' },
      ContainerDefinitions: [{ Name: 'embedder', PortMappings: [{ ContainerPort: 8001 }] }],
    },
  },
  {
    what: 'the embedder, on capacity that stays',
    type: SERVICE,
    properties: {
      ServiceName: 'embedder',
      DesiredCount: 1,
      CapacityProviderStrategy: [{ CapacityProvider: 'FARGATE' }],
    },
    count: EVERYWHERE_BUT_LEAN,
  },
  {
    what: 'the embedder, on spare capacity',
    type: SERVICE,
    properties: {
      ServiceName: 'embedder',
      DesiredCount: 1,
      CapacityProviderStrategy: [{ CapacityProvider: 'FARGATE_SPOT' }],
    },
    count: { dev: 0, prod: 0, lean: 1 },
  },
  {
    what: 'Chroma, on capacity that stays',
    type: SERVICE,
    properties: { LaunchType: 'FARGATE', DesiredCount: 1 },
    count: EVERYWHERE_BUT_LEAN,
  },
  {
    what: 'one to four embedders',
    type: 'AWS::ApplicationAutoScaling::ScalableTarget',
    properties: { ServiceNamespace: 'ecs', MinCapacity: 1, MaxCapacity: 4 },
  },
  {
    what: 'CPU about 70 %',
    type: POLICY,
    properties: {
      PolicyType: 'TargetTrackingScaling',
      TargetTrackingScalingPolicyConfiguration: {
        TargetValue: 70,
        PredefinedMetricSpecification: { PredefinedMetricType: 'ECSServiceAverageCPUUtilization' },
      },
    },
  },
  { what: 'one more', type: POLICY, properties: step(1, 60) },
  {
    what: 'one more above 70 % for a minute',
    type: ALARM,
    properties: cpuAlarm({
      Threshold: 70,
      EvaluationPeriods: 1,
      ComparisonOperator: 'GreaterThanThreshold',
      AlarmActions: [{ Ref: 'EmbedderScaleOut' }],
    }),
  },
  { what: 'one less', type: POLICY, properties: step(-1, 600) },
  {
    what: 'one less below 30 % for ten minutes',
    type: ALARM,
    properties: cpuAlarm({
      Threshold: 30,
      EvaluationPeriods: 10,
      ComparisonOperator: 'LessThanThreshold',
      AlarmActions: [{ Ref: 'EmbedderScaleIn' }],
    }),
  },
  {
    what: 'images: scanned, their tags fixed, but for latest',
    type: 'AWS::ECR::Repository',
    properties: {
      ImageScanningConfiguration: { ScanOnPush: true },
      ImageTagMutability: 'IMMUTABLE_WITH_EXCLUSION',
      ImageTagMutabilityExclusionFilters: [{ ImageTagMutabilityExclusionFilterValue: 'latest' }],
    },
  },
  {
    what: 'names inside the network',
    type: 'AWS::ServiceDiscovery::Service',
    count: { dev: 2, prod: 2, lean: 1 },
  },
];
