/** Failures of an earlier deployment, numbered as in the operations guide. */
export const LESSONS = {
  1: 'TLS options in a Redis URL broke the client. Set TLS by REDIS_TLS, and host and port separately; the platform does not start with a query in the URL.',
  2: 'Private subnets without a route-table association could not reach anything. Every subnet must name its table, and the private table must lead to a NAT.',
  3: 'Security groups that allowed only egress to 443 blocked the database. Each port to another part must be open: 5432, 6379, 8000, 8001.',
  4: 'An ARM image failed on x86 Fargate with "exec format error". Build with --platform linux/amd64.',
  5: 'A certificate was never issued because the domain was not delegated to its name servers. Compare `dig +short NS <domain>` with the hosted zone.',
} as const;

export type Lesson = keyof typeof LESSONS;

/** `skipped`: the check could not decide; the detail says why. */
type State = 'ok' | 'failed' | 'skipped';

/** One line of the report. `next` says what to do about a failure. */
export type Result = {
  group: string;
  name: string;
  state: State;
  detail: string;
  next?: string;
  lesson?: Lesson;
};

/** The result of a check without its name. */
export type Finding = Omit<Result, 'group' | 'name'>;

export function ok(detail: string): Finding {
  return { state: 'ok', detail };
}

export function skipped(detail: string): Finding {
  return { state: 'skipped', detail };
}

export function failed(detail: string, next: string, lesson?: Lesson): Finding {
  return { state: 'failed', detail, next, ...(lesson ? { lesson } : {}) };
}

/** Checks by name. A check that throws has failed; the error is its detail. */
export type Checks = Record<string, () => Promise<Finding>>;

/** Runs a group's checks concurrently. @returns the results in the order of the checks */
export async function runChecks(group: string, checks: Checks): Promise<Result[]> {
  const runs = Object.entries(checks).map(async ([name, check]) => {
    const finding = await check().catch(asFinding);
    return { group, name, ...finding };
  });
  return await Promise.all(runs);
}

/** Thrown when a check cannot decide; the check is then reported as skipped. */
export class Inconclusive extends Error {}

function asFinding(error: unknown): Finding {
  if (error instanceof Inconclusive) return skipped(error.message);
  return failed(reasonOf(error), 'Read the error, then run this again.');
}

/** The message of an error, with its system error code if the message lacks it. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code } = error as NodeJS.ErrnoException;
  return code && !error.message.includes(code)
    ? `${code}: ${error.message}`
    : error.message || code || error.name;
}
