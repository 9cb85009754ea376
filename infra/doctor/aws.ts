import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { Inconclusive } from './check.ts';

const run = promisify(execFile);
const TIMEOUT_MS = 60_000;
const MAX_BYTES = 50_000_000;

/** Runs `aws service operation …` and reads its JSON. */
export type Aws = <Answer>(...args: string[]) => Promise<Answer>;

/** An error of AWS. `code` is AWS's name for it, such as `ValidationError`. */
export class AwsRefusal extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** @throws Inconclusive if the AWS CLI or valid credentials are missing, or if they lack a permission */
export function openAws(region: string): Aws {
  return async (...args) => {
    const whole = [...args, '--region', region, '--output', 'json'];
    const options = { timeout: TIMEOUT_MS, maxBuffer: MAX_BYTES, env: { ...process.env, AWS_PAGER: '' } };
    const { stdout } = await run('aws', whole, options).catch((error: unknown) => {
      throw toError(error as NodeJS.ErrnoException & { stderr?: string }, args);
    });
    return JSON.parse(stdout || '{}');
  };
}

function toError(error: NodeJS.ErrnoException & { stderr?: string }, args: string[]): Error {
  if (error.code === 'ENOENT') return new Inconclusive('needs the AWS CLI');
  const said = error.stderr?.trim().split('\n').at(-1) ?? error.message;
  const [, code = ''] = /An error occurred \((\w+)\)/.exec(said) ?? [];
  if (/AccessDenied|UnauthorizedOperation|NotAuthorized/.test(code))
    return new Inconclusive(`these credentials may not ${args.slice(0, 2).join(' ')}`);
  if (/locate credentials|ExpiredToken|InvalidClientTokenId|UnrecognizedClient|SSO|AuthFailure/i.test(said))
    return new Inconclusive('needs AWS credentials');
  // AWS's message names resources, never values.
  return new AwsRefusal(code, said);
}
