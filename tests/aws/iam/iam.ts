import { idOf, isProps, type Json, list, type Props, type Template } from '../template.ts';
import { ACCOUNT, literal } from './arn.ts';
import { statements } from './statements.ts';

export type Question = {
  /** Logical id of the role that asks, or the service that asks for itself, such as `s3.amazonaws.com`. */
  by: string;
  action: string;
  resource: string;
  context?: Record<string, string>;
};

/**
 * Whether AWS would allow a request within one account: a matching Deny refuses, else a matching Allow of the role's
 * policies or of the resource's own policy allows, else it is refused. No boundaries, SCPs or session policies: the
 * stack has none. A condition operator it does not know is an error, so that nothing is silently taken for true.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 */
export function decide(template: Template, question: Question): 'allow' | 'deny' {
  const matching = policiesFor(template, question).filter((statement) => applies(statement, question));
  if (matching.some(({ Effect }) => Effect === 'Deny')) return 'deny';
  return matching.length > 0 ? 'allow' : 'deny';
}

function policiesFor(template: Template, { by }: Question): Props[] {
  return statements(template).flatMap(({ where, statement }) => {
    if (where.includes('AssumeRolePolicyDocument')) return [];
    const [id = ''] = where.split('.');
    const isOwn =
      id === by || list(template.Resources[id]?.Properties?.Roles).some((role) => idOf(role) === by);
    const isResources = statement.Principal !== undefined;
    const text = literal(template, statement);
    return (isOwn || isResources) && isProps(text) ? [text] : [];
  });
}

function applies(statement: Props, question: Question): boolean {
  const { action, resource, by, context = {} } = question;
  const names = (patterns: Json | undefined, value: string) =>
    list(patterns).some((pattern) => like(String(pattern), value));
  return (
    (statement.NotAction === undefined
      ? names(lower(statement.Action), action.toLowerCase())
      : !names(lower(statement.NotAction), action.toLowerCase())) &&
    (statement.NotResource === undefined
      ? statement.Resource === undefined || names(statement.Resource, resource)
      : !names(statement.NotResource, resource)) &&
    (statement.Principal === undefined || isMeant(statement, by)) &&
    Object.entries((statement.Condition ?? {}) as Props).every(([operator, tests]) =>
      Object.entries(tests as Props).every(([key, expected]) =>
        holds(operator, list(expected).map(String), find(context, key)),
      ),
    )
  );
}

function lower(actions: Json | undefined): Json {
  return list(actions).map((action) => String(action).toLowerCase());
}

/**
 * A role within the account is meant by `*` and by its ARN; a service by its name. The whole account is meant by a
 * Deny; an Allow to it leaves the answer to the role's own policies.
 */
function isMeant({ Principal: principal, Effect }: Props, by: string): boolean {
  if (principal === '*') return true;
  if (!isProps(principal)) return false;
  const account = [ACCOUNT, `arn:aws:iam::${ACCOUNT}:root`];
  const accounts = list(principal.AWS).map(String);
  return (
    accounts.includes('*') ||
    (Effect === 'Deny' && !by.includes('.') && accounts.some((each) => account.includes(each))) ||
    accounts.some((arn) => arn.endsWith(`/${by}`)) ||
    list(principal.Service).includes(by)
  );
}

function find(context: Record<string, string>, key: string): string | undefined {
  return Object.entries(context).find(([name]) => name.toLowerCase() === key.toLowerCase())?.[1];
}

type Test = (expected: string, actual: string) => boolean;

const same: Test = (expected, actual) => expected === actual;
const sameIgnoringCase: Test = (expected, actual) => expected.toLowerCase() === actual.toLowerCase();

/** Each of the six parts of an ARN is compared for itself: a `*` does not reach over a colon before the last. */
const alikeArn: Test = (expected, actual) => {
  const [patterns, parts] = [arnParts(expected), arnParts(actual)];
  return patterns.length === parts.length && patterns.every((pattern, i) => like(pattern, parts[i] ?? ''));
};

const POSITIVE: Record<string, Test> = {
  StringEquals: same,
  StringEqualsIgnoreCase: sameIgnoringCase,
  StringLike: like,
  Bool: sameIgnoringCase,
  ArnLike: alikeArn,
  ArnEquals: alikeArn,
};
const NEGATED: Record<string, Test> = {
  StringNotEquals: same,
  StringNotEqualsIgnoreCase: sameIgnoringCase,
  StringNotLike: like,
  ArnNotLike: alikeArn,
  ArnNotEquals: alikeArn,
};

/**
 * One key of one operator. Of several values one has to fit; of a negated operator none may. A key which the request
 * lacks fits negated operators and those that end with IfExists, and no other.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
 */
function holds(operator: string, expected: string[], actual: string | undefined): boolean {
  if (operator === 'Null') return expected.includes(String(actual === undefined));
  const base = operator.replace(/IfExists$/, '');
  const test = POSITIVE[base] ?? NEGATED[base];
  if (!test) throw new Error(`The simulation does not know the condition operator ${operator}.`);
  if (actual === undefined) return operator !== base || base in NEGATED;
  return expected.some((each) => test(each, actual)) === base in POSITIVE;
}

function arnParts(arn: string): string[] {
  const parts = arn.split(':');
  return [...parts.slice(0, 5), parts.slice(5).join(':')];
}

/** IAM's patterns: `*` for any run of characters, `?` for one. */
export function like(pattern: string, value: string): boolean {
  const source = pattern
    .replaceAll(/[.+^${}()|[\]\\]/g, String.raw`\$&`)
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, 's').test(value);
}
