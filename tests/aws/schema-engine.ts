import { rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import type * as Engine from '@aws/cloudformation-validate';
import { temporaryDirectory } from '#tests/support/temporary.ts';
import { REGION } from './arn.ts';
import type { Check, Finding } from './template.ts';

/**
 * AWS's own rules and schemas, from WARN upwards. The engine takes seconds to load, so it is loaded once, and reads
 * files only, so each template is written to one.
 */
export function schemaEngine(): Check {
  // It is CommonJS around WebAssembly, which Jest's module registry cannot link.
  const { RegoEngine, TemplateFile } = createRequire(import.meta.url)(
    '@aws/cloudformation-validate',
  ) as typeof Engine;
  const engine = new RegoEngine();
  const directory = temporaryDirectory('schema');
  return (template) => {
    const file = path.join(directory, 'template.json');
    writeFileSync(file, JSON.stringify(template));
    const { diagnostics } = engine.validateStandard(new TemplateFile(file), {
      severityLevel: 'WARN',
      pseudoParameterOverrides: { region: REGION },
    });
    rmSync(file);
    return diagnostics.map(({ ruleId, entity, message, propertyPath }): Finding => {
      const where = (entity as { logicalId?: string } | undefined)?.logicalId ?? '';
      return { rule: ruleId, where, message: `${propertyPath ?? ''}: ${message}` };
    });
  };
}
