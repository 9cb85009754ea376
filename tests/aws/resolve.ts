import { REGION } from './iam/arn.ts';
import { isProps, type Json, list, type Template } from './template.ts';

const NOTHING = Symbol('AWS::NoValue');

/**
 * The template as CloudFormation resolves it: parameters have their defaults or the values of `parameters`, conditions,
 * `Fn::If` and `Fn::FindInMap` are decided, and resources whose condition is false are removed. References to resources
 * and pseudo-parameters stay.
 */
export function resolveTemplate(template: Template, parameters: Record<string, Json> = {}): Template {
  const resolver = new Resolver(template, parameters);
  const kept = <T extends { Condition?: string }>(entries: Record<string, T> | undefined) =>
    Object.fromEntries(
      Object.entries(entries ?? {})
        .filter(([, each]) => !each.Condition || resolver.holds(each.Condition))
        .map(([id, { Condition: _decided, ...each }]) => [
          id,
          resolver.value(each as unknown as Json) as unknown as T,
        ]),
    );
  const resources = kept(template.Resources);
  // CloudFormation also drops a dependency on a resource that it does not create.
  for (const resource of Object.values(resources))
    if (resource.DependsOn !== undefined)
      resource.DependsOn = list(resource.DependsOn as Json).filter(
        (id) => String(id) in resources || !(String(id) in template.Resources),
      );
  return { Resources: resources, Outputs: kept(template.Outputs) };
}

class Resolver {
  readonly #template: Template;
  readonly #parameters: Record<string, Json>;

  constructor(template: Template, parameters: Record<string, Json>) {
    this.#template = template;
    this.#parameters = { 'AWS::Region': REGION, 'AWS::Partition': 'aws' };
    for (const [name, { Default = '' }] of Object.entries(template.Parameters ?? {}))
      this.#parameters[name] = Default;
    Object.assign(this.#parameters, parameters);
  }

  holds(name: string): boolean {
    const condition = this.#template.Conditions?.[name];
    if (condition === undefined) throw new Error(`The template has no condition ${name}.`);
    return this.#truth(condition);
  }

  value(value: Json): Json {
    const resolved = this.#resolve(value);
    return resolved === NOTHING ? null : resolved;
  }

  #truth(condition: Json): boolean {
    if (!isProps(condition)) return condition === true || condition === 'true';
    const [[name, operand] = ['', null]] = Object.entries(condition);
    const operands = Array.isArray(operand) ? operand : [operand];
    if (name === 'Condition') return this.holds(String(operand));
    if (name === 'Fn::Not') return !operands.some((each) => this.#truth(each));
    if (name === 'Fn::And') return operands.every((each) => this.#truth(each));
    if (name === 'Fn::Or') return operands.some((each) => this.#truth(each));
    // CloudFormation compares strings: a parameter's 0 is "0".
    const [left = '', right = ''] = operands.map((each) => String(this.value(each)));
    return left === right;
  }

  #resolve(value: Json): Json | typeof NOTHING {
    if (Array.isArray(value))
      return value.map((each) => this.#resolve(each)).filter((each) => each !== NOTHING);
    if (!isProps(value)) return value;
    if (typeof value.Ref === 'string') return this.#ref(value.Ref);
    const choice = value['Fn::If'];
    if (Array.isArray(choice)) return this.#resolve(choice[this.holds(String(choice[0])) ? 1 : 2] ?? null);
    const text = value['Fn::Sub'];
    if (typeof text === 'string') return { 'Fn::Sub': this.#substitute(text) };
    const found = value['Fn::FindInMap'];
    if (Array.isArray(found)) return this.#lookUp(found.map((each) => String(this.value(each)))) ?? value;
    const resolved = Object.entries(value).map(([key, inner]) => [key, this.#resolve(inner)] as const);
    return Object.fromEntries(resolved.filter(([, inner]) => inner !== NOTHING)) as Json;
  }

  /** Replaces parameters only: other variables are not known before the deploy. */
  #substitute(text: string): string {
    return text.replaceAll(/\$\{(\w+)\}/g, (whole, name: string) => {
      const value = this.#ref(name);
      return typeof value === 'string' ? value : whole;
    });
  }

  #lookUp([map = '', first = '', second = '']: string[]): Json | undefined {
    return this.#template.Mappings?.[map]?.[first]?.[second];
  }

  #ref(name: string): Json | typeof NOTHING {
    if (name === 'AWS::NoValue') return NOTHING;
    const isParameter = this.#template.Parameters && name in this.#template.Parameters;
    return isParameter ? (this.#parameters[name] ?? '') : { Ref: name };
  }
}
