import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { LambdaFunction } from './service.ts';

/**
 * Imports the handler of a function. When that fails, prints why, with the file and line, and ends the process:
 * a gateway or a worker without one of its functions would fail at the first request only.
 * @param serviceFile path of the serverless.yml that declares the function
 */
export async function loadHandlerOrExit<H>(serviceFile: string, lambda: LambdaFunction): Promise<H> {
  try {
    const url = pathToFileURL(path.join(path.dirname(serviceFile), `${lambda.module}.ts`));
    const module = (await import(url.href)) as Record<string, unknown>;
    const handler = module[lambda.exportName];
    if (typeof handler === 'function') return handler as H;
    throw new Error(`it does not export ${lambda.exportName}`);
  } catch (error) {
    const reason = error instanceof Error ? withoutInternals(error.stack ?? error.message) : String(error);
    console.error(`${lambda.module}.ts (function ${lambda.name}) cannot be loaded: ${reason}`);
    return process.exit(1);
  }
}

/** A stack without the frames of Node's module loader: the place of the fault stays, in few lines. */
function withoutInternals(stack: string): string {
  return stack
    .split('\n')
    .filter((line) => !/^ +at .*node:internal/.test(line))
    .join('\n');
}
