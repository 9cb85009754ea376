import type { Stage } from '#tests/support/lambda-runtime/packaged.ts';
import { COMPUTE } from './inventory/compute.ts';
import { DATA } from './inventory/data.ts';
import { EDGE } from './inventory/edge.ts';
import { NETWORK } from './inventory/network.ts';
import { SIGHT } from './inventory/sight.ts';
import { type Check, type Found, isProps, type Json, ofType, type Props, unless } from './template.ts';

/** How many a stage has: one everywhere, or as told. */
export type Count = number | Record<Stage, number>;
/** A thing of the specification: its type, and those of its properties that make it what was asked for. */
export type Wanted = { what: string; type: string; properties?: Props; count?: Count };

const INVENTORY: Wanted[] = [...NETWORK, ...DATA, ...COMPUTE, ...EDGE, ...SIGHT];

/** What a stage has to have, with how often. */
export function inventoryOf(stage: Stage): (Wanted & { count: number })[] {
  return INVENTORY.map((wanted) => {
    const { count = 1 } = wanted;
    return { ...wanted, count: typeof count === 'number' ? count : count[stage] };
  });
}

/** Everything that the specification asks of a stage is there, as it was asked for, and as often. */
export function isComplete(stage: Stage): Check {
  return (template) =>
    inventoryOf(stage).flatMap((wanted) => {
      const { what, type, count } = wanted;
      const found = ofType(template, type).filter(isWanted(wanted));
      const message = `${stage} has ${found.length} × ${type} instead of ${count}`;
      return unless(found.length === count, { rule: 'inventory', where: what, message });
    });
}

/** Whether a resource of the wanted type is as wanted; null stands for a property that must not be there. */
export function isWanted({ properties = {} }: Wanted): (found: Found) => boolean {
  return (found) => holds(properties, found.properties);
}

/** Whether all that is expected is in a value. Of a list each expected member has to be in one of its members. */
function holds(expected: Json, actual: Json | undefined): boolean {
  if (Array.isArray(expected))
    return Array.isArray(actual) && expected.every((each) => actual.some((other) => holds(each, other)));
  if (!isProps(expected)) return String(expected) === String(actual);
  return (
    isProps(actual) &&
    Object.entries(expected).every(([name, value]) =>
      value === null ? actual[name] === undefined : holds(value, actual[name]),
    )
  );
}
