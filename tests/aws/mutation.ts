import { isProps, type Json, ofType, type Props, type Template } from './template.ts';

/** One fault that a person could make in the templates. `lesson` numbers the earlier failure that it repeats. */
export type Mutation = { fault: string; lesson?: number; apply: (template: Template) => void };
/** Mutations by the rule that finds them. */
export type Mutations = Record<string, Mutation>;

/** The properties of a resource, by its logical id. @throws Error if the template lacks it */
export function named(template: Template, id: string): Props {
  const resource = template.Resources[id];
  if (!resource) throw new Error(`The template has no ${id}.`);
  resource.Properties ??= {};
  return resource.Properties;
}

/**
 * Sets the value at a dotted path; undefined removes it, from a list too.
 * @throws Error if the path leads nowhere
 */
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

/** Sets one property of the resource with this logical id. */
export function setting(id: string, path: string, value: Json | undefined): Mutation['apply'] {
  return (template) => put(named(template, id), path, value);
}

/** Sets one property of the only resource of a type, whose logical id changes with every deploy. */
export function settingOf(type: string, path: string, value: Json): Mutation['apply'] {
  return (template) => {
    const [found] = ofType(template, type);
    if (!found) throw new Error(`The template has no ${type}.`);
    put(found.properties, path, value);
  };
}

/** Adds a resource. */
export function adding(id: string, Type: string, Properties: Props): Mutation['apply'] {
  return (template) => {
    template.Resources[id] = { Type, Properties };
  };
}

/** Removes the resource with this logical id. */
export function removing(id: string): Mutation['apply'] {
  return (template) => {
    delete template.Resources[id];
  };
}

/** Removes the members of a list that match. @throws Error if none does */
export function without(properties: Props, key: string, matches: (member: Props) => boolean): void {
  const members = properties[key];
  const kept = Array.isArray(members)
    ? members.filter((member) => !(isProps(member) && matches(member)))
    : [];
  if (!Array.isArray(members) || kept.length === members.length)
    throw new Error(`No member of ${key} matches.`);
  properties[key] = kept;
}
