import { findings, ownChecks } from './all-checks.ts';
import { loadActions } from './iam/action-names.ts';
import { awsMetrics } from './metrics.ts';
import { COMPUTE } from './mutations/compute.ts';
import { DATA } from './mutations/data.ts';
import { DOWNLOADS } from './mutations/downloads.ts';
import { NETWORK } from './mutations/network.ts';
import { nag } from './nag.ts';
import { schemaEngine } from './schema-engine.ts';
import { resolvedTemplateOf } from './stages.ts';
import type { Check, Finding, Template } from './template.ts';

const MUTATIONS = [...NETWORK, ...COMPUTE, ...DATA, ...DOWNLOADS];

let template: Template;
/** The quick ones first, and the one that cannot read every template last. */
let checks: { check: Check; before: Set<string> }[];

const key = ({ rule, where, message }: Finding) => `${rule} | ${where} | ${message}`;

beforeAll(async () => {
  template = await resolvedTemplateOf('prod');
  const own = ownChecks({ stage: 'prod', actions: await loadActions(template), metrics: awsMetrics() });
  const all: Check[] = [(each) => findings(own, each), schemaEngine(), nag];
  checks = all.map((check) => ({ check, before: new Set(check(template).map(key)) }));
}, 180_000);

/** What the first check to notice says of a template that it did not say of the one without a fault. */
function caught(faulty: Template): string[] {
  for (const { check, before } of checks) {
    const found = check(faulty)
      .map(key)
      .filter((each) => !before.has(each));
    if (found.length > 0) return found;
  }
  return [];
}

describe('a single fault in the template is caught', () => {
  test.each(MUTATIONS.map((mutation) => [mutation.name, mutation] as const))('%s', (_, { apply }) => {
    const faulty = structuredClone(template);
    apply(faulty);
    expect(faulty).not.toEqual(template);
    expect(caught(faulty)).not.toEqual([]);
  });

  test('the five lessons of the deployment that was are among them', () => {
    expect(MUTATIONS.length).toBeGreaterThanOrEqual(40);
    expect(new Set(MUTATIONS.flatMap(({ lesson }) => lesson ?? []))).toEqual(new Set([1, 2, 3, 4, 5]));
  });
});
