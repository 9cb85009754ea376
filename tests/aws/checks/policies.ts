import { type Check, type Finding, unless } from '../check.ts';
import { grants, statements } from '../iam/statements.ts';
import { at, idOf, isProps, type Json, list, objects, ofType, type Props } from '../template.ts';

/** Every grant lists its actions: neither all actions of a service nor all but a list. */
const grantsNameActions: Check = (template) =>
  grants(template).flatMap(({ where, statement }) => {
    const wide = list(statement.Action).filter((action) => /^(\*|[\w-]+:\*)$/.test(String(action)));
    return [
      ...unless(wide.length === 0, { rule: 'wildcard-action', where, message: `may do ${wide.join(', ')}` }),
      ...unless(statement.NotAction === undefined && statement.NotResource === undefined, {
        rule: 'wildcard-action',
        where,
        message: 'excludes actions or resources instead of listing them',
      }),
    ];
  });

/** Managed policies that are as narrow as one written by hand. */
const MANAGED = [
  'service-role/AWSLambdaVPCAccessExecutionRole',
  'service-role/AmazonAPIGatewayPushToCloudWatchLogs',
  'service-role/AWSBackupServiceRolePolicyForBackup',
  'service-role/AWSBackupServiceRolePolicyForRestores',
];
const managedPoliciesAreNarrow: Check = (template) =>
  ofType(template, 'AWS::IAM::Role').flatMap(({ id, properties }) =>
    list(properties.ManagedPolicyArns).flatMap((policy) =>
      unless(
        idOf(policy) !== undefined ||
          MANAGED.some((name) => JSON.stringify(policy).includes(`policy/${name}"`)),
        { rule: 'managed-policy', where: id, message: `has the broad policy ${JSON.stringify(policy)}` },
      ),
    ),
  );

/** Every function and every task has its own role. */
const rolesAreNotShared: Check = (template) => {
  const uses = [
    ...ofType(template, 'AWS::Lambda::Function').map(({ id, properties }) => [id, properties.Role] as const),
    ...ofType(template, 'AWS::ECS::TaskDefinition').map(
      ({ id, properties }) => [id, properties.TaskRoleArn] as const,
    ),
  ];
  const owners = new Map<string, string[]>();
  for (const [id, role] of uses) {
    const name = idOf(role);
    if (name) owners.set(name, [...(owners.get(name) ?? []), id]);
  }
  return [
    ...[...owners].flatMap(([role, ids]) =>
      unless(ids.length === 1, {
        rule: 'shared-role',
        where: role,
        message: `is shared by ${ids.join(', ')}`,
      }),
    ),
    ...uses.flatMap(([id, role]) =>
      unless(idOf(role) !== undefined, { rule: 'shared-role', where: id, message: 'has no role' }),
    ),
  ];
};

/** Only a service, or GitHub for one repository, may assume a role; never an account or anyone. */
const trustIsNarrow: Check = (template) =>
  ofType(template, 'AWS::IAM::Role').flatMap(({ id, properties }) =>
    objects(at(properties, 'AssumeRolePolicyDocument.Statement')).flatMap((statement) =>
      trustFindings(id, statement),
    ),
  );

function trustFindings(where: string, { Principal, Condition }: Props): Finding[] {
  const rule = 'trust';
  if (!isProps(Principal) || Principal.AWS !== undefined)
    return [{ rule, where, message: 'may be assumed by an account or by anyone' }];
  if (Principal.Federated === undefined) return [];
  const text = JSON.stringify(Condition ?? {});
  const isBound = /:sub"/.test(text) && !/repo:\*|"repo:[^"/]+\/\*/.test(text) && /:aud"/.test(text);
  return unless(isBound, { rule, where, message: 'may be assumed from any repository on GitHub' });
}

/** A resource policy that allows a service or anyone has a condition on the account or the source. */
const resourcePoliciesAreBound: Check = (template) =>
  statements(template).flatMap(({ where, statement }) => {
    const isTrust = where.includes('AssumeRolePolicyDocument');
    const isOpen = !isTrust && statement.Effect === 'Allow' && isAnyone(statement.Principal);
    return unless(!isOpen || statement.Condition !== undefined, {
      rule: 'open-policy',
      where,
      message: 'allows anyone without a condition',
    });
  });

function isAnyone(principal: Json | undefined): boolean {
  if (principal === '*') return true;
  return isProps(principal) && (list(principal.AWS).includes('*') || list(principal.Service).length > 0);
}

export const POLICIES_CHECKS: Check[] = [
  grantsNameActions,
  managedPoliciesAreNarrow,
  rolesAreNotShared,
  trustIsNarrow,
  resourcePoliciesAreBound,
];
