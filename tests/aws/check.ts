import type { Rule } from './mutations/all.ts';
import type { Template } from './template.ts';

/**
 * A fault of a template. `rule` names the guarantee that is broken, `where` is the logical id.
 * Our own checks report only rules that have a mutation: any other name does not compile.
 */
export type Finding<R extends string = Rule> = { rule: R; where: string; message: string };
export type Check<R extends string = Rule> = (template: Template) => Finding<R>[];

/** The finding, if the condition does not hold. */
export function unless(holds: boolean, finding: Finding): Finding[] {
  return holds ? [] : [finding];
}
