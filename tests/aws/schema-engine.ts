import { createRequire } from 'node:module';
import type * as Engine from '@aws/cloudformation-validate';
import type { Check, Finding } from './check.ts';
import { REGION } from './iam/arn.ts';
import { inFile } from './in-file.ts';

/** AWS's own rules and schemas, from WARN upwards. The engine takes seconds to load, so it is loaded once. */
export function schemaEngine(): Check<string> {
  // It is CommonJS around WebAssembly, which Jest's module registry cannot link.
  const { RegoEngine, TemplateFile } = createRequire(import.meta.url)(
    '@aws/cloudformation-validate',
  ) as typeof Engine;
  const engine = new RegoEngine();
  return (template) => {
    const { diagnostics } = inFile(template, (file) =>
      engine.validateStandard(new TemplateFile(file), {
        severityLevel: 'WARN',
        pseudoParameterOverrides: { region: REGION },
      }),
    );
    return diagnostics.map(({ ruleId, entity, message, propertyPath }): Finding<string> => {
      const where = (entity as { logicalId?: string } | undefined)?.logicalId ?? '';
      return { rule: ruleId, where, message: `${propertyPath ?? ''}: ${message}` };
    });
  };
}
