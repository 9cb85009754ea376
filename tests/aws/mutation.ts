import { isProps, type Json, type Props, type Resource, type Template } from './template.ts';

/** One fault that a person could make in the templates. `lesson` is the one of the specification it repeats. */
export type Mutation = { name: string; lesson?: number; apply: (template: Template) => void };

/** The first resource of a type whose id or text fits. @throws Error where there is none to put a fault into */
export function some(template: Template, type: string, fits = /./): { id: string; properties: Props } {
  for (const [id, resource] of Object.entries(template.Resources))
    if (resource.Type === type && (fits.test(id) || fits.test(JSON.stringify(resource))))
      return { id, properties: propertiesOf(resource) };
  throw new Error(`The template has no ${type} that fits ${fits}.`);
}

/** The resource with a logical id. @throws Error where there is none */
export function named(template: Template, id: string): Props {
  const resource = template.Resources[id];
  if (!resource) throw new Error(`The template has no ${id}.`);
  return propertiesOf(resource);
}

function propertiesOf(resource: Resource): Props {
  resource.Properties ??= {};
  return resource.Properties;
}

/** Sets (or, with undefined, removes) what lies below a dotted path. @throws Error where the path leads nowhere */
export function put(root: Props, path: string, value: Json | undefined): void {
  const parts = path.split('.');
  const last = parts.pop() ?? '';
  let current: Json | undefined = root;
  for (const part of parts)
    current = Array.isArray(current) ? current[Number(part)] : (current as Props)[part];
  if (Array.isArray(current) && value === undefined) current.splice(Number(last), 1);
  else if (Array.isArray(current)) current[Number(last)] = value ?? null;
  else if (!isProps(current)) throw new Error(`There is nothing at ${path}.`);
  else if (value === undefined) delete current[last];
  else current[last] = value;
}

/** A fault that sets one property of one resource by its logical id. */
export function setting(id: string, path: string, value: Json | undefined): Mutation['apply'] {
  return (template) => put(named(template, id), path, value);
}

/** The same for the first resource of a type. */
export function settingOf(
  type: string,
  path: string,
  value: Json | undefined,
  fits = /./,
): Mutation['apply'] {
  return (template) => put(some(template, type, fits).properties, path, value);
}

/** A fault that takes a resource away. */
export function removing(type: string, fits = /./): Mutation['apply'] {
  return (template) => {
    delete template.Resources[some(template, type, fits).id];
  };
}

/** A fault that takes away those members of a list that fit. @throws Error where none does */
export function without(properties: Props, key: string, fits: (member: Props) => boolean): void {
  const members = properties[key];
  const kept = Array.isArray(members) ? members.filter((member) => !(isProps(member) && fits(member))) : [];
  if (!Array.isArray(members) || kept.length === members.length) throw new Error(`Nothing of ${key} fits.`);
  properties[key] = kept;
}
