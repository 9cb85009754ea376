import type { Aws } from './aws.ts';
import { type Checks, type Finding, failed, type Lesson, ok } from './check.ts';
import { type Deployed, idOf } from './stack.ts';
import type { Stage } from './stage.ts';

type Services = {
  services: {
    desiredCount: number;
    runningCount: number;
    deployments?: { status: string; rolloutState?: string; rolloutStateReason?: string }[];
  }[];
};
type Tasks = { tasks: { stoppedReason?: string; containers?: { reason?: string }[] }[] };
type TargetHealths = { TargetHealthDescriptions: { TargetHealth: { State: string; Reason?: string } }[] };

export function taskChecks(aws: Aws, stack: Deployed, stage: Stage): Checks {
  const embedder = { aws, stack, cluster: stage.stack, logs: `/rag-platform/${stage.name}/embedder` };
  const chroma = { ...embedder, logs: `/rag-platform/${stage.name}/chroma` };
  return {
    'embedder tasks': () => tasksOf({ ...embedder, service: 'EmbedderService' }),
    ...(stack.resources.has('ChromaService')
      ? { 'Chroma task': () => tasksOf({ ...chroma, service: 'ChromaService' }) }
      : {}),
    ...(stack.resources.has('EmbedderTargetGroup')
      ? { 'load balancer’s targets': () => targets(aws, stack) }
      : {}),
  };
}

type Service = { aws: Aws; stack: Deployed; cluster: string; service: string; logs: string };

async function tasksOf(where: Service): Promise<Finding> {
  const { aws, stack, cluster, service } = where;
  const id = idOf(stack, service);
  const answer = await aws<Services>('ecs', 'describe-services', '--cluster', cluster, '--services', id);
  const [found] = answer.services;
  if (!found) return failed('the service does not exist', 'Deploy the stack.');
  const { desiredCount: desired, runningCount: running } = found;
  if (desired === 0)
    return failed(
      'the desired count is 0',
      'Build and push an image, then deploy with --param embedderImageTag=….',
    );
  const rollout = found.deployments?.find(({ status }) => status === 'PRIMARY');
  const state = `${running} of ${desired} run, rollout ${rollout?.rolloutState ?? 'unknown'}`;
  if (running >= desired && rollout?.rolloutState === 'COMPLETED') return ok(state);
  return await whyStopped(where, [state, rollout?.rolloutStateReason].filter(Boolean).join(': '));
}

/** Why tasks stop, by a pattern of the message; the first match counts. */
const REASONS: { pattern: RegExp; next: string; lesson?: Lesson }[] = [
  {
    pattern: /exec format error|does not contain descriptor matching platform/i,
    next: 'Build again: docker build --platform linux/amd64 -f Dockerfile.embedder …',
    lesson: 4,
  },
  {
    pattern: /CannotPull.*not found/i,
    next: 'The tag is not in the repository: push it, or deploy with an existing one.',
  },
  {
    pattern: /CannotPull|ResourceInitializationError|i\/o timeout|could not be read/i,
    next: 'The task cannot reach AWS: check the subnets’ routes below, then egress to 443.',
    lesson: 2,
  },
  {
    pattern: /health checks/i,
    next: 'It starts, but does not answer on its port: read its log, then check the security groups below.',
    lesson: 3,
  },
  { pattern: /OutOfMemory|code 137/i, next: 'It needs more memory: Memory in infra/embedder.yml.' },
];

async function whyStopped({ aws, stack, cluster, service, logs }: Service, state: string): Promise<Finding> {
  const of = ['--cluster', cluster, '--service-name', idOf(stack, service), '--desired-status', 'STOPPED'];
  const { taskArns } = await aws<{ taskArns: string[] }>('ecs', 'list-tasks', ...of);
  const { tasks } =
    taskArns.length > 0
      ? await aws<Tasks>('ecs', 'describe-tasks', '--cluster', cluster, '--tasks', ...taskArns.slice(0, 10))
      : { tasks: [] };
  const reasons = tasks.flatMap(({ stoppedReason, containers = [] }) => [
    ...containers.map(({ reason }) => reason),
    stoppedReason,
  ]);
  const messages = [
    ...new Set([...(await logged(aws, logs)), ...reasons.filter((reason) => reason !== undefined)]),
  ];
  const found = REASONS.find(({ pattern }) => messages.some((reason) => pattern.test(reason)));
  const message = messages.find((reason) => found?.pattern.test(reason)) ?? messages[0];
  const next = found?.next ?? `Read its log: aws logs tail ${logs} --since 1h`;
  return failed([state, message].filter(Boolean).join('; '), next, found?.lesson);
}

/** Log lines that explain a stop: for some failures ECS only reports that the task ended. */
async function logged(aws: Aws, group: string): Promise<string[]> {
  const pattern = ['--filter-pattern', '?"exec format error" ?"could not be read"', '--max-items', '5'];
  const { events = [] } = await aws<{ events?: { message: string }[] }>(
    ...(['logs', 'filter-log-events', '--log-group-name', group, ...pattern] as const),
  ).catch(() => ({ events: [] }));
  return events.map(({ message }) => message.slice(0, 200));
}

async function targets(aws: Aws, stack: Deployed): Promise<Finding> {
  const group = ['--target-group-arn', idOf(stack, 'EmbedderTargetGroup')];
  const { TargetHealthDescriptions: found } = await aws<TargetHealths>(
    'elbv2',
    'describe-target-health',
    ...group,
  );
  const states = found.map(({ TargetHealth: { State, Reason } }) =>
    [State, Reason].filter(Boolean).join(' '),
  );
  if (states.includes('healthy') && !states.some((state) => state.startsWith('unhealthy')))
    return ok(states.join(', '));
  if (states.length === 0) return failed('no target', 'No task is registered: check the tasks above.');
  const isSilent = states.some((state) => state.includes('Target.Timeout'));
  return isSilent
    ? failed(
        states.join(', '),
        'The target cannot be reached: check port 8001 of the security groups below.',
        3,
      )
    : failed(states.join(', '), 'The target answers with an error: read its log.');
}
