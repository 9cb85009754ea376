import { PACKAGES_TIMEOUT_MS } from '#tests/support/lambda-runtime/packaged.ts';
import { ownChecks } from './all-checks.ts';
import type { Check, Finding } from './check.ts';
import { loadActions } from './iam/action-names.ts';
import { awsMetrics } from './metrics.ts';
import { setting } from './mutation.ts';
import { MUTATIONS } from './mutations/all.ts';
import { nag } from './nag.ts';
import { schemaEngine } from './schema-engine.ts';
import { resolvedTemplateOf } from './stages.ts';
import type { Template } from './template.ts';

// Programs start slowly on a busy machine: the limit is no assertion.
import.meta.jest.setTimeout(180_000);

/** Faults that only a checker from outside finds. */
const FOUND_OUTSIDE = [
  ['AWS’s schema engine', 'a property is misspelled', setting('AuroraCluster', 'StorageEncripted', true)],
  [
    'cdk-nag',
    'CloudFront reads the documents without signing its requests',
    setting('DownloadsDistribution', 'DistributionConfig.Origins.0.OriginAccessControlId', undefined),
  ],
] as const;

let template: Template;
let own: Check[];
let outside: Record<string, Check<string>>;

beforeAll(async () => {
  template = await resolvedTemplateOf('prod');
  own = ownChecks(await loadActions(template), awsMetrics());
  outside = { 'AWS’s schema engine': schemaEngine(), 'cdk-nag': nag };
}, PACKAGES_TIMEOUT_MS);

function faulty(apply: (template: Template) => void): Template {
  const changed = structuredClone(template);
  apply(changed);
  expect(changed).not.toEqual(template);
  return changed;
}

const keyOf = ({ rule, where, message }: Finding<string>) => `${rule} | ${where} | ${message}`;
const known = new Map<Check<string>, Set<string>>();

/** The rules of the findings that checks have about the changed template and not about the unchanged one. */
function rulesOf(checks: Check<string>[], changed: Template): string[] {
  return checks.flatMap((check) => {
    const before = known.get(check) ?? new Set(check(template).map(keyOf));
    known.set(check, before);
    return check(changed).flatMap((finding) => (before.has(keyOf(finding)) ? [] : [finding.rule]));
  });
}

describe('a single fault in the template is found', () => {
  const each = Object.entries(MUTATIONS).map(([rule, { fault, apply }]) => [rule, fault, apply] as const);
  test.each(each)('by the rule %s alone: %s', (rule, _fault, apply) => {
    expect(new Set(rulesOf(own, faulty(apply)))).toEqual(new Set([rule]));
  });

  test.each(FOUND_OUTSIDE)('by %s alone: %s', (name, _fault, apply) => {
    const changed = faulty(apply);
    expect(rulesOf(own, changed)).toEqual([]);
    for (const [each, check] of Object.entries(outside))
      expect([each, rulesOf([check], changed).length > 0]).toEqual([each, each === name]);
  });

  test('by every check of ours', () => {
    const changed = Object.values(MUTATIONS).map(({ apply }) => faulty(apply));
    const idle = own.filter((check) => changed.every((each) => rulesOf([check], each).length === 0));
    expect(idle.map(({ name }) => name)).toEqual([]);
  });

  test('for each of the five lessons', () => {
    const lessons = Object.values(MUTATIONS).flatMap(({ lesson }) => lesson ?? []);
    expect(new Set(lessons)).toEqual(new Set([1, 2, 3, 4, 5]));
  });
});
