import path from 'node:path';
import { CfnInclude } from 'aws-cdk-lib/cloudformation-include';
import { App, Stack } from 'aws-cdk-lib/core';
import { AwsSolutionsChecks } from 'cdk-nag';
import type { Check, Finding } from './check.ts';
import { REGION } from './iam/arn.ts';
import { inFile } from './in-file.ts';

/**
 * cdk-nag's AwsSolutions pack. It expects decided conditions: its rules cannot evaluate `Fn::If`.
 * @throws Error if a reference names a missing resource: the CDK refuses to read such a template
 * @see https://github.com/cdklabs/cdk-nag/blob/main/RULES.md
 */
export const nag: Check<string> = (template) =>
  inFile(template, (templateFile) => {
    // The CDK creates an output directory even without synthesis; without this option, in /tmp.
    const app = new App({ outdir: path.dirname(templateFile), autoSynth: false });
    const stack = new Stack(app, 'Stack', { env: { region: REGION } });
    const included = new CfnInclude(stack, 'Template', { templateFile });
    const pack = new AwsSolutionsChecks();
    // One resource at a time: for several, cdk-nag repeats the first finding's text for every finding of a rule.
    return Object.keys(template.Resources).flatMap((id) =>
      pack.validateScope(included.getResource(id)).violations.map((each) => toFinding(id, each)),
    );
  });

/** A rule name such as `AwsSolutions-IAM5[Resource::*]` holds the rule and its subject. */
function toFinding(where: string, violation: { ruleName: string; description: string }): Finding<string> {
  const [, rule = '', about] = /^([^[]+)(?:\[(.*)\])?$/.exec(violation.ruleName) ?? [];
  return { rule, where, message: about ? `${about}: ${violation.description}` : violation.description };
}
