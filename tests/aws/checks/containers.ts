import { type Check, unless } from '../check.ts';
import { at, idOf, list, mentions, objects, ofType, type Props, type Template } from '../template.ts';

const TASK = 'AWS::ECS::TaskDefinition';
const SERVICE = 'AWS::ECS::Service';
/** Latest is what a redeployment silently changes; a tag that comes from a parameter or a digest does not. */
const MOVING_TAG = /:latest"?\}?$/;

/** Lesson 4: the platform is said in so many words; what runs our own image, which is built for x86_64, is x86_64. */
const tasksArePinned: Check = (template) =>
  ofType(template, TASK).flatMap(({ id, properties }) => [
    ...unless(platformsOf(id).includes(String(at(properties, 'RuntimePlatform.CpuArchitecture'))), {
      rule: 'task-platform',
      where: id,
      message: `does not say CpuArchitecture ${platformsOf(id).join(' or ')}, which its image is built for`,
    }),
    ...unless(at(properties, 'RuntimePlatform.OperatingSystemFamily') === 'LINUX', {
      rule: 'task-platform',
      where: id,
      message: 'does not say OperatingSystemFamily LINUX',
    }),
  ]);

/** Images of others, such as Chroma's, are published for both. */
function platformsOf(task: string): string[] {
  return task.startsWith('Embedder') ? ['X86_64'] : ['X86_64', 'ARM64'];
}

/** Fargate takes only certain pairs of CPU units and MiB; the spec asks for 0.25–1 vCPU and up to 2 GB. */
const tasksHaveFargateSizes: Check = (template) =>
  ofType(template, TASK).flatMap(({ id, properties }) => {
    const memory: Record<string, [number, number]> = {
      256: [512, 2048],
      512: [1024, 4096],
      1024: [2048, 8192],
    };
    const [least, most] = memory[String(properties.Cpu)] ?? [Infinity, 0];
    const asked = Number(properties.Memory);
    const isFargate = JSON.stringify(properties.RequiresCompatibilities) === '["FARGATE"]';
    return [
      ...unless(asked >= least && asked <= most, {
        rule: 'task-size',
        where: id,
        message: `${String(properties.Cpu)} CPU units with ${asked} MiB is no size of Fargate's`,
      }),
      ...unless(isFargate && properties.NetworkMode === 'awsvpc', {
        rule: 'task-network',
        where: id,
        message: 'is no Fargate task with an address of its own',
      }),
    ];
  });

/** Containers: no moving tag, no root file system to write on, a log of their own, essential. */
const containersAreLocked: Check = (template) =>
  ofType(template, TASK).flatMap(({ id, properties }) =>
    objects(properties.ContainerDefinitions).flatMap((container) => {
      const where = `${id}.${String(container.Name)}`;
      return [
        ...unless(container.ReadonlyRootFilesystem === true, {
          rule: 'read-only-root',
          where,
          message: 'can write on its root file system',
        }),
        ...unless(!MOVING_TAG.test(JSON.stringify(container.Image)), {
          rule: 'image-tag',
          where,
          message: 'runs a tag that moves',
        }),
        ...unless(at(container, 'LogConfiguration.LogDriver') === 'awslogs', {
          rule: 'container-log',
          where,
          message: 'writes no log',
        }),
        ...unless(container.Privileged !== true, { rule: 'privileged', where, message: 'is privileged' }),
      ];
    }),
  );

/** What a container is told to keep files in lies on a volume that it may write on: its root it may not. */
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

/** Without these the embedder counts the CPUs of the machine below, keeps no cache, or outwaits the load balancer. */
const embedderIsTold: Check = (template) =>
  ofType(template, TASK)
    .filter(({ id }) => id === 'EmbedderTask')
    .flatMap(({ id, properties }) => {
      const told = objects(at(properties, 'ContainerDefinitions.0.Environment'));
      const valueOf = (name: string) => Number(told.find(({ Name }) => Name === name)?.Value);
      const cpus = Math.max(Number(properties.Cpu) / 1024, 1);
      const holds: [string, boolean][] = [
        ['its workers are not as many as its CPUs', valueOf('EMBEDDER_WORKERS') === cpus],
        ['waits longer than the load balancer', valueOf('EMBEDDER_DEADLINE_MS') < 60_000],
        ['keeps no cache', told.some(({ Name }) => Name === 'EMBEDDER_CACHE_DIR')],
      ];
      return holds.flatMap(([message, ok]) => unless(ok, { rule: 'embedder-settings', where: id, message }));
    });

/** Services stand in private subnets without public addresses and go back to the last good deployment by themselves. */
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

/** Named by the service, and known to its cluster: else ECS refuses to make it. */
function isOnProviders(template: Template, { CapacityProviderStrategy, Cluster }: Props): boolean {
  const names = objects(CapacityProviderStrategy).map(({ CapacityProvider }) => String(CapacityProvider));
  const known = list(template.Resources[idOf(Cluster) ?? '']?.Properties?.CapacityProviders);
  return names.length > 0 && names.every((name) => name.startsWith('FARGATE') && known.includes(name));
}

function hasNatInstance(template: Template): boolean {
  return ofType(template, 'AWS::EC2::Instance').some(({ id }) => /nat/i.test(id));
}

/** The service registers the container port that its target group and its health check speak to. */
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

/** The embedder scales between one and four tasks, on CPU at 70 % and by the steps of the specification. */
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

/** Images are scanned when pushed, and a tag never changes what it names. */
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
      message: 'lets tags be moved',
    }),
  ]);

export const CONTAINERS_CHECKS: Check[] = [
  tasksArePinned,
  tasksHaveFargateSizes,
  containersAreLocked,
  directoriesAreWritable,
  embedderIsTold,
  servicesAreSafe,
  servicesMeetTheirTargets,
  embedderScales,
  repositoriesAreScanned,
];
