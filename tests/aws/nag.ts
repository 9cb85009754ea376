import path from 'node:path';
import { CfnInclude } from 'aws-cdk-lib/cloudformation-include';
import { App, Stack } from 'aws-cdk-lib/core';
import { AwsSolutionsChecks } from 'cdk-nag';
import type { Check, Finding } from './check.ts';
import { REGION } from './iam/arn.ts';
import { inFile } from './in-file.ts';

/**
 * cdk-nag's AwsSolutions pack. Conditions have to be decided: of an `Fn::If` its rules say only that they cannot tell.
 * @throws Error where the template speaks of what it does not have: the CDK refuses to read it
 * @see https://github.com/cdklabs/cdk-nag/blob/main/RULES.md
 */
export const nag: Check<string> = (template) =>
  inFile(template, (templateFile) => {
    // Nothing is synthesized, but the CDK makes its directory all the same: without this one, another in /tmp.
    const app = new App({ outdir: path.dirname(templateFile), autoSynth: false });
    const stack = new Stack(app, 'Stack', { env: { region: REGION } });
    const included = new CfnInclude(stack, 'Template', { templateFile });
    const pack = new AwsSolutionsChecks();
    // One resource at a time: over all of them it would give every finding of a rule the first one's words.
    return Object.keys(template.Resources).flatMap((id) =>
      pack.validateScope(included.getResource(id)).violations.map((each) => toFinding(id, each)),
    );
  });

/** `AwsSolutions-IAM5[Resource::*]` names the rule and what it is about. */
function toFinding(where: string, violation: { ruleName: string; description: string }): Finding<string> {
  const [, rule = '', about] = /^([^[]+)(?:\[(.*)\])?$/.exec(violation.ruleName) ?? [];
  return { rule, where, message: about ? `${about}: ${violation.description}` : violation.description };
}
