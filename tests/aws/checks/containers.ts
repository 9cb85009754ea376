import { type Check, unless } from '../check.ts';
import { at, idOf, list, mentions, objects, ofType, type Props, type Template } from '../template.ts';

const TASK = 'AWS::ECS::TaskDefinition';
const SERVICE = 'AWS::ECS::Service';
/** A redeployment silently changes what `latest` runs. */
const MOVING_TAG = /:latest"?\}?$/;

/** Each task names its platform explicitly (lesson 4). Our own image is built for x86_64, so its task must be too. */
const tasksArePinned: Check = (template) =>
  ofType(template, TASK).flatMap(({ id, properties }) => [
    ...unless(platformsOf(id).includes(String(at(properties, 'RuntimePlatform.CpuArchitecture'))), {
      rule: 'task-platform',
      where: id,
      message: `does not set CpuArchitecture ${platformsOf(id).join(' or ')}, which its image is built for`,
    }),
    ...unless(at(properties, 'RuntimePlatform.OperatingSystemFamily') === 'LINUX', {
      rule: 'task-platform',
      where: id,
      message: 'does not set OperatingSystemFamily LINUX',
    }),
  ]);

/** Third-party images, such as Chroma's, are published for both platforms. */
function platformsOf(task: string): string[] {
  return task.startsWith('Embedder') ? ['X86_64'] : ['X86_64', 'ARM64'];
}

/** Fargate accepts only certain pairs of CPU units and MiB; tasks of the platform take at most one vCPU. */
const tasksHaveFargateSizes: Check = (template) =>
  ofType(template, TASK).flatMap(({ id, properties }) => {
    const memory: Record<string, [number, number]> = {
      256: [512, 2048],
      512: [1024, 4096],
      1024: [2048, 8192],
    };
    const [least, most] = memory[String(properties.Cpu)] ?? [Infinity, 0];
    const memoryMib = Number(properties.Memory);
    const isFargate = JSON.stringify(properties.RequiresCompatibilities) === '["FARGATE"]';
    return [
      ...unless(memoryMib >= least && memoryMib <= most, {
        rule: 'task-size',
        where: id,
        message: `${String(properties.Cpu)} CPU units with ${memoryMib} MiB is no size that Fargate offers below 2 vCPU`,
      }),
      ...unless(isFargate && properties.NetworkMode === 'awsvpc', {
        rule: 'task-network',
        where: id,
        message: 'is not a Fargate task with its own network interface',
      }),
    ];
  });

/** Containers run a fixed tag without privileges, have a read-only root file system and log to CloudWatch. */
const containersAreLocked: Check = (template) =>
  ofType(template, TASK).flatMap(({ id, properties }) =>
    objects(properties.ContainerDefinitions).flatMap((container) => {
      const where = `${id}.${String(container.Name)}`;
      return [
        ...unless(container.ReadonlyRootFilesystem === true, {
          rule: 'read-only-root',
          where,
          message: 'can write to its root file system',
        }),
        ...unless(!MOVING_TAG.test(JSON.stringify(container.Image)), {
          rule: 'image-tag',
          where,
          message: 'runs a tag that can move',
        }),
        ...unless(at(container, 'LogConfiguration.LogDriver') === 'awslogs', {
          rule: 'container-log',
          where,
          message: 'does not log to CloudWatch',
        }),
        ...unless(container.Privileged !== true, { rule: 'privileged', where, message: 'is privileged' }),
      ];
    }),
  );

/** A container's cache directory is on a writable volume, since its root file system is read-only. */
const directoriesAreWritable: Check = (template) =>
  ofType(template, TASK).flatMap(({ id, properties }) =>
    objects(properties.ContainerDefinitions).flatMap((container) => {
      const writable = objects(container.MountPoints)
        .filter(({ ReadOnly }) => ReadOnly !== true)
        .map(({ ContainerPath }) => String(ContainerPath));
      return objects(container.Environment)
        .filter(({ Name }) => String(Name).endsWith('CACHE_DIR'))
        .flatMap(({ Name, Value }) =>
          unless(
            writable.some((path) => `${String(Value)}/`.startsWith(`${path}/`)),
            {
              rule: 'writable-directory',
              where: `${id}.${String(container.Name)}`,
              message: `${String(Name)} is on the read-only root`,
            },
          ),
        );
    }),
  );

/** The embedder's settings: a worker per CPU of the task, a cache, and a deadline below the load balancer's. */
const embedderIsConfigured: Check = (template) =>
  ofType(template, TASK)
    .filter(({ id }) => id === 'EmbedderTask')
    .flatMap(({ id, properties }) => {
      const settings = objects(at(properties, 'ContainerDefinitions.0.Environment'));
      const valueOf = (name: string) => Number(settings.find(({ Name }) => Name === name)?.Value);
      const cpus = Math.max(Number(properties.Cpu) / 1024, 1);
      const conditions: [string, boolean][] = [
        ['has not one worker per CPU', valueOf('EMBEDDER_WORKERS') === cpus],
        ['waits longer than the load balancer', valueOf('EMBEDDER_DEADLINE_MS') < 60_000],
        ['keeps no cache', settings.some(({ Name }) => Name === 'EMBEDDER_CACHE_DIR')],
      ];
      return conditions.flatMap(([message, ok]) =>
        unless(ok, { rule: 'embedder-settings', where: id, message }),
      );
    });

/** Services run on Fargate without public addresses and roll a failed deployment back. */
const servicesAreSafe: Check = (template) =>
  ofType(template, SERVICE).flatMap(({ id, properties }) => {
    const network = at(properties, 'NetworkConfiguration.AwsvpcConfiguration');
    const breaker = at(properties, 'DeploymentConfiguration.DeploymentCircuitBreaker');
    const needsPublic = ofType(template, 'AWS::EC2::NatGateway').length === 0 && !hasNatInstance(template);
    return [
      ...unless(at(network, 'AssignPublicIp') !== 'ENABLED' || needsPublic, {
        rule: 'service-public',
        where: id,
        message: 'its tasks get public addresses',
      }),
      ...unless(at(breaker, 'Enable') === true && at(breaker, 'Rollback') === true, {
        rule: 'circuit-breaker',
        where: id,
        message: 'a failing deployment is not rolled back',
      }),
      ...unless(properties.LaunchType === 'FARGATE' || isOnProviders(template, properties), {
        rule: 'launch-type',
        where: id,
        message: 'does not run on Fargate',
      }),
    ];
  });

/** ECS creates a service only if its cluster has the capacity providers that the service names. */
function isOnProviders(template: Template, { CapacityProviderStrategy, Cluster }: Props): boolean {
  const names = objects(CapacityProviderStrategy).map(({ CapacityProvider }) => String(CapacityProvider));
  const known = list(template.Resources[idOf(Cluster) ?? '']?.Properties?.CapacityProviders);
  return names.length > 0 && names.every((name) => name.startsWith('FARGATE') && known.includes(name));
}

function hasNatInstance(template: Template): boolean {
  return ofType(template, 'AWS::EC2::Instance').some(({ id }) => /nat/i.test(id));
}

/** Service, container and target group use the same port. */
const servicesMeetTheirTargets: Check = (template) =>
  ofType(template, SERVICE).flatMap(({ id, properties }) =>
    objects(properties.LoadBalancers).flatMap((binding) => {
      const group = template.Resources[idOf(binding.TargetGroupArn) ?? ''];
      const task = template.Resources[idOf(properties.TaskDefinition) ?? ''];
      const ports = objects(task?.Properties?.ContainerDefinitions).flatMap((container) =>
        objects(container.PortMappings).map(({ ContainerPort }) => ContainerPort),
      );
      const agree =
        group?.Properties?.Port === binding.ContainerPort && ports.includes(binding.ContainerPort ?? 0);
      return unless(agree, {
        rule: 'service-port',
        where: id,
        message: 'service, container and target group do not agree on the port',
      });
    }),
  );

/** The embedder scales to up to four tasks and keeps CPU at 70 %. */
const embedderScales: Check = (template) => {
  const policies = ofType(template, 'AWS::ApplicationAutoScaling::ScalingPolicy');
  return ofType(template, 'AWS::ApplicationAutoScaling::ScalableTarget')
    .filter(({ properties }) => properties.ServiceNamespace === 'ecs')
    .flatMap(({ id, properties }) => {
      const own = policies.filter((policy) => mentions(policy.properties, id));
      const tracking = own.map(({ properties }) =>
        at(properties, 'TargetTrackingScalingPolicyConfiguration.TargetValue'),
      );
      return [
        ...unless(Number(properties.MinCapacity) >= 0 && properties.MaxCapacity === 4, {
          rule: 'scaling-range',
          where: id,
          message: 'does not scale up to four tasks',
        }),
        ...unless(tracking.includes(70), {
          rule: 'scaling-target',
          where: id,
          message: 'does not keep CPU at 70 %',
        }),
      ];
    });
};

/** Images are scanned when pushed, and tags cannot be moved. */
const repositoriesAreScanned: Check = (template) =>
  ofType(template, 'AWS::ECR::Repository').flatMap(({ id, properties }) => [
    ...unless(at(properties, 'ImageScanningConfiguration.ScanOnPush') === true, {
      rule: 'ecr-scan',
      where: id,
      message: 'does not scan what is pushed',
    }),
    ...unless(String(properties.ImageTagMutability).startsWith('IMMUTABLE'), {
      rule: 'ecr-tags',
      where: id,
      message: 'allows tags to move',
    }),
  ]);

export const CONTAINERS_CHECKS: Check[] = [
  tasksArePinned,
  tasksHaveFargateSizes,
  containersAreLocked,
  directoriesAreWritable,
  embedderIsConfigured,
  servicesAreSafe,
  servicesMeetTheirTargets,
  embedderScales,
  repositoriesAreScanned,
];
