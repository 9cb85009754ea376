import { literal } from './arn.ts';
import { statements } from './statements.ts';
import { idOf, isProps, type Json, list, type Props, type Template } from './template.ts';

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
    names(lower(statement.Action), action.toLowerCase()) &&
    (statement.Resource === undefined || names(statement.Resource, resource)) &&
    (statement.Principal === undefined || isMeant(statement.Principal, by)) &&
    Object.entries((statement.Condition ?? {}) as Props).every(([operator, tests]) =>
      Object.entries(tests as Props).every(([key, expected]) =>
        holds(operator, list(expected), find(context, key)),
      ),
    )
  );
}

function lower(actions: Json | undefined): Json {
  return list(actions).map((action) => String(action).toLowerCase());
}

/** A role within the account is meant by `*` and by its ARN; a service by its name. */
function isMeant(principal: Json, by: string): boolean {
  if (principal === '*') return true;
  if (!isProps(principal)) return false;
  const accounts = list(principal.AWS).map(String);
  return (
    accounts.includes('*') ||
    accounts.some((arn) => arn.endsWith(`/${by}`)) ||
    list(principal.Service).includes(by)
  );
}

function find(context: Record<string, string>, key: string): string | undefined {
  return Object.entries(context).find(([name]) => name.toLowerCase() === key.toLowerCase())?.[1];
}

function holds(operator: string, expected: Json[], actual: string | undefined): boolean {
  const base = operator.replace(/IfExists$/, '');
  if (actual === undefined) return operator !== base || base.includes('Not');
  const same = expected.some((each) => String(each) === actual);
  const alike = expected.some((each) => like(String(each), actual));
  const answers: Record<string, boolean> = {
    StringEquals: same,
    StringNotEquals: !same,
    Bool: same,
    StringLike: alike,
    ArnLike: alike,
    ArnEquals: alike,
  };
  const answer = answers[base];
  if (answer === undefined)
    throw new Error(`The simulation does not know the condition operator ${operator}.`);
  return answer;
}

/** IAM's patterns: `*` for any run of characters, `?` for one. */
export function like(pattern: string, value: string): boolean {
  const source = pattern
    .replaceAll(/[.+^${}()|[\]\\]/g, String.raw`\$&`)
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, 's').test(value);
}
