import type { Mutation } from '../mutation.ts';
import { CONTAINERS } from './containers.ts';
import { DATA } from './data.ts';
import { EDGE } from './edge.ts';
import { NETWORK } from './network.ts';
import { OBSERVABILITY } from './observability.ts';
import { PERMISSIONS } from './permissions.ts';

const ALL = { ...CONTAINERS, ...DATA, ...EDGE, ...NETWORK, ...OBSERVABILITY, ...PERMISSIONS };

/** The rules that our checks report. Each is a key of the mutations, so that no rule lacks one. */
export type Rule = keyof typeof ALL;

/** For each rule one fault that only this rule finds. */
export const MUTATIONS: Record<Rule, Mutation> = ALL;
