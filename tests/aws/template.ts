import { readFileSync } from 'node:fs';

export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };
export type Props = { [key: string]: Json };
type Resource = { Type: string; Properties?: Props; Condition?: string; [attribute: string]: unknown };
export type Template = {
  Resources: Record<string, Resource>;
  Parameters?: Record<string, { Default?: Json }>;
  Conditions?: Record<string, Json>;
  Mappings?: Record<string, Record<string, Props>>;
  Outputs?: Record<string, { Value: Json; Condition?: string }>;
};

export type Found = { id: string; resource: Resource; properties: Props };

/** A template as `serverless package` writes it. */
export function readTemplate(file: string): Template {
  return JSON.parse(readFileSync(file, 'utf8')) as Template;
}

/** The resources of one type, each with its logical id. */
export function ofType(template: Template, type: string): Found[] {
  return Object.entries(template.Resources)
    .filter(([, resource]) => resource.Type === type)
    .map(([id, resource]) => ({ id, resource, properties: resource.Properties ?? {} }));
}

export function isProps(value: unknown): value is Props {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value at a dotted path, such as `HealthCheck.Path` or `Rules.0.Id`; undefined if there is none. */
export function at(value: Json | undefined, path: string): Json | undefined {
  let current: Json | undefined = value;
  for (const part of path.split('.')) {
    if (Array.isArray(current)) current = current[Number(part)];
    else if (isProps(current)) current = current[part];
    else return undefined;
  }
  return current;
}

/** The members of a list; a single value counts as a list of one, as in IAM documents. */
export function list(value: Json | undefined): Json[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : [value];
}

/** The members of a list that are objects. */
export function objects(value: Json | undefined): Props[] {
  return list(value).filter(isProps);
}

/** The logical id that `Ref`, `Fn::GetAtt` or the start of a `Fn::Sub` names. */
export function idOf(value: Json | undefined): string | undefined {
  if (!isProps(value)) return undefined;
  if (typeof value.Ref === 'string') return value.Ref;
  const attribute = value['Fn::GetAtt'];
  if (typeof attribute === 'string') return attribute.split('.')[0];
  if (Array.isArray(attribute)) return String(attribute[0]);
  const text = value['Fn::Sub'];
  return typeof text === 'string' ? /^\$\{([A-Za-z0-9]+)/.exec(text)?.[1] : undefined;
}

/** Whether a value mentions a logical id anywhere: by Ref, GetAtt or inside Sub. */
export function mentions(value: unknown, id: string): boolean {
  const text = JSON.stringify(value) ?? '';
  return (
    text.includes(`{"Ref":"${id}"}`) || text.includes(`"Fn::GetAtt":["${id}"`) || text.includes(`\${${id}`)
  );
}

/** Calls `visit` for every value inside another, with its dotted path. */
export function walk(value: Json | undefined, visit: (value: Json, path: string) => void, path = ''): void {
  if (value === undefined) return;
  visit(value, path);
  const entries = Array.isArray(value) ? value.entries() : isProps(value) ? Object.entries(value) : [];
  for (const [key, inner] of entries) walk(inner, visit, path ? `${path}.${key}` : String(key));
}
