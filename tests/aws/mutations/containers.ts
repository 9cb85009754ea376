import { type Mutations, named, setting, without } from '../mutation.ts';
import { objects } from '../template.ts';

const CONTAINER = 'ContainerDefinitions.0';

/** Faults of tasks, services, images and the load balancer. */
export const CONTAINERS = {
  'task-platform': {
    lesson: 4,
    fault: 'the embedder’s task runs on ARM',
    apply: setting('EmbedderTask', 'RuntimePlatform.CpuArchitecture', 'ARM64'),
  },
  'task-size': {
    fault: 'a task has two CPUs, a size that no stage needs',
    apply: (template) => {
      setting('ChromaTask', 'Cpu', '2048')(template);
      setting('ChromaTask', 'Memory', '4096')(template);
    },
  },
  'task-network': {
    fault: 'a task has no network interface of its own',
    apply: setting('ChromaTask', 'NetworkMode', 'bridge'),
  },
  'read-only-root': {
    fault: 'a container may write to its root file system',
    apply: setting('EmbedderTask', `${CONTAINER}.ReadonlyRootFilesystem`, false),
  },
  'image-tag': {
    fault: 'a task runs the tag latest',
    apply: setting('EmbedderTask', `${CONTAINER}.Image`, 'example/rag-embedder:latest'),
  },
  'container-log': {
    fault: 'a container does not log to CloudWatch',
    apply: setting('EmbedderTask', `${CONTAINER}.LogConfiguration.LogDriver`, 'fluentd'),
  },
  privileged: {
    fault: 'a container is privileged',
    apply: setting('EmbedderTask', `${CONTAINER}.Privileged`, true),
  },
  'writable-directory': {
    fault: 'the embedder’s cache directory is on its read-only root',
    apply: setting('EmbedderTask', `${CONTAINER}.MountPoints`, []),
  },
  'embedder-settings': {
    fault: 'the embedder starts a worker per CPU of the host',
    apply: (template) =>
      without(
        objects(named(template, 'EmbedderTask').ContainerDefinitions)[0] ?? {},
        'Environment',
        ({ Name }) => Name === 'EMBEDDER_WORKERS',
      ),
  },
  'service-public': {
    fault: 'tasks get public addresses',
    apply: setting('EmbedderService', 'NetworkConfiguration.AwsvpcConfiguration.AssignPublicIp', 'ENABLED'),
  },
  'circuit-breaker': {
    fault: 'a failing deployment is not rolled back',
    apply: setting('EmbedderService', 'DeploymentConfiguration.DeploymentCircuitBreaker.Rollback', false),
  },
  'launch-type': {
    fault: 'the cluster lacks the capacity provider of its service',
    apply: setting('Cluster', 'CapacityProviders', undefined),
  },
  'service-port': {
    fault: 'the service registers another port than its container’s',
    apply: setting('EmbedderService', 'LoadBalancers.0.ContainerPort', 8000),
  },
  'scaling-range': {
    fault: 'the embedder scales to three tasks only',
    apply: setting('EmbedderScaling', 'MaxCapacity', 3),
  },
  'scaling-target': {
    fault: 'CPU is kept at 90 %',
    apply: setting('EmbedderCpuTracking', 'TargetTrackingScalingPolicyConfiguration.TargetValue', 90),
  },
  'ecr-scan': {
    fault: 'pushed images are not scanned',
    apply: setting('EmbedderRepository', 'ImageScanningConfiguration.ScanOnPush', false),
  },
  'ecr-tags': {
    fault: 'image tags can be moved',
    apply: setting('EmbedderRepository', 'ImageTagMutability', 'MUTABLE'),
  },
  'tls-policy': {
    fault: 'the load balancer accepts TLS 1.0',
    apply: setting('AlbHttpsListener', 'SslPolicy', 'ELBSecurityPolicy-2016-08'),
  },
  'listener-certificate': {
    fault: 'the HTTPS listener has no certificate',
    apply: setting('AlbHttpsListener', 'Certificates', []),
  },
  'http-redirect': {
    fault: 'port 80 forwards requests instead of redirecting them',
    apply: setting('AlbHttpListener', 'DefaultActions', [
      { Type: 'forward', TargetGroupArn: { Ref: 'EmbedderTargetGroup' } },
    ]),
  },
  'target-group': {
    fault: 'the load balancer checks the health of /',
    apply: setting('EmbedderTargetGroup', 'HealthCheckPath', '/'),
  },
  'alb-subnets': {
    fault: 'the load balancer is in private subnets',
    apply: setting('Alb', 'Subnets', [{ Ref: 'PrivateSubnetA' }, { Ref: 'PrivateSubnetC' }]),
  },
  'alb-internals': {
    fault: 'the internet may read the metrics of the embedder',
    apply: setting('EmbedderInternals', 'Conditions.0.PathPatternConfig.Values', ['/info']),
  },
  'alb-headers': {
    fault: 'the load balancer passes malformed headers on',
    apply: setting('Alb', 'LoadBalancerAttributes.0.Value', 'false'),
  },
  'alb-group': {
    fault: 'the load balancer uses another security group',
    apply: setting('Alb', 'SecurityGroups', [{ Ref: 'FunctionSecurityGroup' }]),
  },
} satisfies Mutations;
