import { createRequire } from 'node:module';
import type * as Engine from '@aws/cloudformation-validate';
import type { Check, Finding } from './check.ts';
import { REGION } from './iam/arn.ts';
import { inFile } from './in-file.ts';

/** AWS's rules and schemas from WARN upwards. Create it once: the engine takes seconds to load. */
export function schemaEngine(): Check<string> {
  // The package is CommonJS around WebAssembly, which Jest's module registry cannot link.
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
