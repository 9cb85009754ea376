import { idOf, isProps, type Json, list, type Props, type Template } from '../template.ts';
import { ACCOUNT, literal } from './arn.ts';
import { statements } from './statements.ts';

export type Question = {
  /** Logical id of the calling role, or the calling service, such as `s3.amazonaws.com`. */
  by: string;
  action: string;
  resource: string;
  context?: Record<string, string>;
};

/**
 * Whether AWS would allow a request within one account. A matching Deny refuses it; otherwise a matching Allow of the
 * role's policies or of the resource's policy allows it; otherwise it is refused. A role with a permissions boundary in
 * the template needs an Allow there too. SCPs and session policies are not evaluated: the stack has none.
 * @throws Error for an unknown condition operator, which must not silently count as met
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 */
export function decide(template: Template, question: Question): 'allow' | 'deny' {
  const matching = policiesFor(template, question).filter((statement) => applies(statement, question));
  if (matching.some(({ Effect }) => Effect === 'Deny')) return 'deny';
  return matching.length > 0 && boundaryAllows(template, question) ? 'allow' : 'deny';
}

function boundaryAllows(template: Template, question: Question): boolean {
  const id = idOf(template.Resources[question.by]?.Properties?.PermissionsBoundary);
  if (id === undefined || !(id in template.Resources)) return true;
  const matching = policiesOf(template, id).filter((statement) => applies(statement, question));
  return matching.length > 0 && matching.every(({ Effect }) => Effect === 'Allow');
}

/** The statements of a managed policy of the template. */
function policiesOf(template: Template, id: string): Props[] {
  return statements(template)
    .filter(({ where }) => where.startsWith(`${id}.`))
    .map(({ statement }) => literal(template, statement))
    .filter(isProps);
}

function policiesFor(template: Template, { by }: Question): Props[] {
  return statements(template).flatMap(({ where, statement }) => {
    if (where.includes('AssumeRolePolicyDocument')) return [];
    const [id = ''] = where.split('.');
    const attached = list(template.Resources[by]?.Properties?.ManagedPolicyArns).map(idOf);
    const isOwn =
      id === by ||
      attached.includes(id) ||
      list(template.Resources[id]?.Properties?.Roles).some((role) => idOf(role) === by);
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
    (statement.Principal === undefined || includesCaller(statement, by)) &&
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
 * Whether a statement's principal includes the caller. `*` and its ARN include a role, its name a service. The whole
 * account counts only in a Deny; an Allow to the account leaves the decision to the role's own policies.
 */
function includesCaller({ Principal: principal, Effect }: Props, by: string): boolean {
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

/** Compares each of the six parts of an ARN separately: a `*` does not match across the first five colons. */
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
 * Evaluates one key of one operator. One of several values must match; for a negated operator none may. A key that the
 * request lacks matches only negated operators and those that end with IfExists.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
 */
function holds(operator: string, expected: string[], actual: string | undefined): boolean {
  if (operator === 'Null') return expected.includes(String(actual === undefined));
  const base = operator.replace(/IfExists$/, '');
  const test = POSITIVE[base] ?? NEGATED[base];
  if (!test) throw new Error(`Unknown condition operator: ${operator}.`);
  if (actual === undefined) return operator !== base || base in NEGATED;
  return expected.some((each) => test(each, actual)) === base in POSITIVE;
}

function arnParts(arn: string): string[] {
  const parts = arn.split(':');
  return [...parts.slice(0, 5), parts.slice(5).join(':')];
}

/** Whether a value matches an IAM pattern: `*` matches any characters, `?` exactly one. */
export function like(pattern: string, value: string): boolean {
  const source = pattern
    .replaceAll(/[.+^${}()|[\]\\]/g, String.raw`\$&`)
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, 's').test(value);
}
