/** What that deployment paid for which this one follows; the README's troubleshooting has the numbers too. */
export const LESSONS = {
  1: 'TLS options in a Redis URL broke its client. TLS is REDIS_TLS, host and port are settings of their own, and a URL with a query is refused at start.',
  2: 'Private subnets without a route-table association reached nothing. Every subnet names its table, and the private one leads to a NAT.',
  3: 'Security groups that opened only 443 outwards kept everything from the database. Every port to another part is opened by name: 5432, 6379, 8000, 8001.',
  4: 'An ARM image ended on x86 Fargate with "exec format error". Build with --platform linux/amd64.',
  5: 'A certificate waited for ever for name servers that nobody had delegated. Compare `dig +short NS <domain>` with the hosted zone.',
} as const;

export type Lesson = keyof typeof LESSONS;

/** `skipped` says that nothing can be said, and why. */
type State = 'ok' | 'failed' | 'skipped';

/** One line of the report. `next` is what to do about a failure. */
export type Result = {
  group: string;
  name: string;
  state: State;
  detail: string;
  next?: string;
  lesson?: Lesson;
};

/** What a check found, before it has a name. */
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

/** A check by its name. One that throws has failed, with the error as what it saw. */
export type Checks = Record<string, () => Promise<Finding>>;

/** Runs a group's checks at once. @returns their results in the order in which they are written */
export async function runChecks(group: string, checks: Checks): Promise<Result[]> {
  const runs = Object.entries(checks).map(async ([name, check]) => {
    const finding = await check().catch(asFinding);
    return { group, name, ...finding };
  });
  return await Promise.all(runs);
}

/** An error that says of itself what it means for a check. */
export class Inconclusive extends Error {}

function asFinding(error: unknown): Finding {
  if (error instanceof Inconclusive) return skipped(error.message);
  return failed(reasonOf(error), 'Look at what stands above, then run this again.');
}

/** The message of an error, with the code that the network gave it. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code } = error as NodeJS.ErrnoException;
  return code && !error.message.includes(code)
    ? `${code}: ${error.message}`
    : error.message || code || error.name;
}
