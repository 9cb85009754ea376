import { type Check, unless } from '../check.ts';
import { at, isProps, objects, ofType, type Props } from '../template.ts';

/** AWS's rule groups that the firewall has, each with all of its rules about bodies, as AWS documents them. */
const BODY_RULES: Record<string, string[]> = {
  AWSManagedRulesCommonRuleSet: [
    'SizeRestrictions_BODY',
    'CrossSiteScripting_BODY',
    'GenericLFI_BODY',
    'GenericRFI_BODY',
    'EC2MetaDataSSRF_BODY',
  ],
  AWSManagedRulesKnownBadInputsRuleSet: ['Log4JRCE_BODY', 'JavaDeserializationRCE_BODY', 'ReactJSRCE_BODY'],
  AWSManagedRulesSQLiRuleSet: ['SQLi_BODY', 'SQLiExtendedPatterns_BODY'],
};

/** Twenty people behind one address, each with a page that asks 30 times a minute. */
const OFFICE = 600;
/** More would not slow a flood down. */
const FLOOD = 3_000;

/** The firewall limits each address and has AWS's rules against common attacks. */
const firewallHasItsRules: Check = (template) =>
  ofType(template, 'AWS::WAFv2::WebACL').flatMap(({ id, properties }) => {
    const rules = objects(properties.Rules);
    const managed = rules.map((rule) => at(rule, 'Statement.ManagedRuleGroupStatement.Name'));
    return [
      ...Object.keys(BODY_RULES).flatMap((name) =>
        unless(managed.includes(name), { rule: 'waf-rules', where: id, message: `lacks ${name}` }),
      ),
      ...unless(rules.some(isRateLimit), {
        rule: 'waf-rate',
        where: id,
        message: `allows an address fewer than ${OFFICE} or more than ${FLOOD} requests in 60 s`,
      }),
      ...rules.flatMap((rule) =>
        unless(at(rule, 'OverrideAction.Count') === undefined, {
          rule: 'waf-count',
          where: id,
          message: `${String(rule.Name)} only counts`,
        }),
      ),
    ];
  });

function isRateLimit(rule: Props): boolean {
  const statement = at(rule, 'Statement.RateBasedStatement');
  const limit = Number(at(statement, 'Limit'));
  const fits = limit >= OFFICE && limit <= FLOOD && at(statement, 'EvaluationWindowSec') === 60;
  return fits && at(rule, 'Action.Block') !== undefined;
}

/** Rules about bodies only count: chats and documents may quote any attack, and are longer than 8 KB. */
const firewallJudgesNoBody: Check = (template) =>
  ofType(template, 'AWS::WAFv2::WebACL').flatMap(({ id, properties }) =>
    objects(properties.Rules)
      .map((rule) => at(rule, 'Statement.ManagedRuleGroupStatement'))
      .filter(isProps)
      .flatMap(({ Name, RuleActionOverrides }) => {
        const counted = objects(RuleActionOverrides)
          .filter((override) => at(override, 'ActionToUse.Count') !== undefined)
          .map((override) => String(override.Name));
        return (BODY_RULES[String(Name)] ?? [])
          .filter((rule) => !counted.includes(rule))
          .map((rule) => ({ rule: 'waf-body', where: id, message: `${rule} blocks texts` }));
      }),
  );

/** The answer to an address above its limit says the limit that holds. */
const refusalSaysTheLimit: Check = (template) =>
  ofType(template, 'AWS::WAFv2::WebACL').flatMap(({ id, properties }) => {
    const limit = objects(properties.Rules)
      .map((rule) => at(rule, 'Statement.RateBasedStatement.Limit'))
      .find((found) => found !== undefined);
    const text = String(at(properties, 'CustomResponseBodies.RateLimited.Content'));
    return unless(text.includes(`More than ${String(limit)} requests`), {
      rule: 'waf-text',
      where: id,
      message: `the answer does not say the limit of ${String(limit)}`,
    });
  });

export const WAF_CHECKS: Check[] = [firewallHasItsRules, firewallJudgesNoBody, refusalSaysTheLimit];
