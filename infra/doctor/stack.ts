import { type Aws, AwsRefusal } from './aws.ts';
import { type Checks, type Finding, failed, Inconclusive, ok } from './check.ts';
import type { Stage } from './stage.ts';

const DEPLOY = 'npx serverless deploy --stage <stage> --param domain=… --param hostedZoneId=…';

type Description = {
  Stacks: {
    StackStatus: string;
    StackStatusReason?: string;
    Outputs?: { OutputKey: string; OutputValue: string }[];
  }[];
};
type Listing = {
  StackResourceSummaries: {
    LogicalResourceId: string;
    PhysicalResourceId?: string;
    ResourceStatus: string;
  }[];
};

/** A deployed stack. */
export type Deployed = {
  status: string;
  reason: string;
  outputs: Map<string, string>;
  /** Physical ids by logical id. */
  resources: Map<string, string>;
};

/** @returns null when there is none */
export async function findStack(aws: Aws, { stack }: Stage): Promise<Deployed | null> {
  try {
    const described = await aws<Description>('cloudformation', 'describe-stacks', '--stack-name', stack);
    const listed = await aws<Listing>('cloudformation', 'list-stack-resources', '--stack-name', stack);
    const [found] = described.Stacks;
    const made = listed.StackResourceSummaries.filter(
      ({ ResourceStatus: status }) => status !== 'DELETE_COMPLETE',
    );
    return {
      status: found?.StackStatus ?? '',
      reason: found?.StackStatusReason ?? '',
      outputs: new Map(found?.Outputs?.map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue])),
      resources: new Map(made.map((each) => [each.LogicalResourceId, each.PhysicalResourceId ?? ''])),
    };
  } catch (error) {
    if (error instanceof AwsRefusal && error.code === 'ValidationError') return null;
    throw error;
  }
}

/** The physical id of a resource. @throws Inconclusive when the stack has none (yet) */
export function idOf(stack: Deployed, logicalId: string): string {
  const id = stack.resources.get(logicalId);
  if (!id) throw new Inconclusive(`the stack has no ${logicalId}`);
  return id;
}

export function stackChecks(stack: Deployed | null, stage: Stage): Checks {
  return { [`stack ${stage.stack}`]: async () => stateOf(stack) };
}

function stateOf(stack: Deployed | null): Finding {
  if (!stack) return failed('it does not exist', `Deploy it: ${DEPLOY}`);
  const { status, reason } = stack;
  if (/^(CREATE|UPDATE|IMPORT)_COMPLETE/.test(status)) return ok(status);
  const detail = reason ? `${status}: ${reason}` : status;
  if (status.endsWith('_IN_PROGRESS'))
    return failed(detail, 'It is being deployed. If this takes long, check the certificate below.');
  return failed(
    detail,
    'Read the first failed event: aws cloudformation describe-stack-events; then deploy again.',
  );
}
