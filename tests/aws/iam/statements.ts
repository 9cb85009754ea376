import { isProps, objects, type Props, type Template, walk } from '../template.ts';

export type Statement = { where: string; statement: Props; document: Props };

/** Every policy statement of a template: roles, their inline policies, managed policies, resource policies. */
export function statements(template: Template): Statement[] {
  return Object.entries(template.Resources).flatMap(([id, { Properties }]) => {
    const found: Statement[] = [];
    walk(Properties, (value, path) => {
      if (!isProps(value) || value.Statement === undefined || value.Version === undefined) return;
      for (const statement of objects(value.Statement))
        found.push({ where: `${id}.${path}`, statement, document: value });
    });
    return found;
  });
}

/** The Allow statements of roles, without trust policies and resource policies. */
export function grants(template: Template): Statement[] {
  return statements(template).filter(
    ({ where, statement }) =>
      statement.Effect === 'Allow' && !where.includes('AssumeRolePolicyDocument') && !statement.Principal,
  );
}
