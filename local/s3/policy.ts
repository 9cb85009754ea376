import { accessDenied, S3Error } from './error.ts';
import { type Account, checkCredential, equal, parseAmzDate, sign, signatureMismatch } from './signature.ts';

/** The sizes of a file that a policy allows. */
export type SizeRange = { minBytes: number; maxBytes: number };

/** The fields of a form before its file, by lower-case name. */
export type Fields = ReadonlyMap<string, string>;

type Condition = [operator: string, ...operands: (string | number)[]];
type Policy = { expiration: string; conditions: Condition[] };

/** S3's largest object in one POST. */
const MAX_OBJECT_BYTES = 5 * 1_024 ** 3;
/** Fields that a policy does not have to list. */
const FREE_FIELDS = new Set(['policy', 'x-amz-signature', 'file']);

/**
 * Checks a browser form upload as S3 does: the signature and expiry of its policy, every condition, and that the policy
 * lists all fields. s3rver accepts any form.
 * @param bucket that the form was posted to
 * @param now milliseconds since the epoch
 * @returns the sizes that `content-length-range` allows; `checkSize` compares the file with them
 * @throws S3Error with the message of S3
 */
export function checkPolicy(fields: Fields, bucket: string, account: Account, now = Date.now()): SizeRange {
  const encoded = fields.get('policy');
  if (!encoded) throw accessDenied();
  checkSignature(fields, encoded, account);
  const policy = decodePolicy(encoded);
  if (!(now < Date.parse(policy.expiration)))
    throw accessDenied('Invalid according to Policy: Policy expired.');
  const form = new Map([...fields, ['bucket', bucket]]);
  const listed = new Set(FREE_FIELDS);
  const range = { minBytes: 0, maxBytes: MAX_OBJECT_BYTES };
  for (const condition of policy.conditions) {
    const [operator, first, second] = condition;
    if (operator === 'content-length-range') {
      range.minBytes = Number(first);
      range.maxBytes = Number(second);
      continue;
    }
    const name = String(first).replace(/^\$/, '').toLowerCase();
    listed.add(name);
    if (!holds(operator, form.get(name) ?? '', String(second))) throw conditionFailed(condition);
  }
  const extra = [...fields.keys()].filter((name) => !listed.has(name) && !name.startsWith('x-ignore-'));
  if (extra.length > 0)
    throw accessDenied(`Invalid according to Policy: Extra input fields: ${extra.join(', ')}`);
  return range;
}

/**
 * Checks the size of a file that was received.
 * @throws S3Error `EntityTooLarge` or `EntityTooSmall`
 */
export function checkSize(bytes: number, { minBytes, maxBytes }: SizeRange): void {
  if (bytes > maxBytes) {
    throw new S3Error(400, 'EntityTooLarge', 'Your proposed upload exceeds the maximum allowed size', {
      ProposedSize: String(bytes),
      MaxSizeAllowed: String(maxBytes),
    });
  }
  if (bytes < minBytes) {
    throw new S3Error(
      400,
      'EntityTooSmall',
      'Your proposed upload is smaller than the minimum allowed size',
      {
        ProposedSize: String(bytes),
        MinSizeAllowed: String(minBytes),
      },
    );
  }
}

function checkSignature(fields: Fields, policy: string, account: Account): void {
  const field = (name: string): string => {
    const value = fields.get(name);
    if (value) return value;
    const message = `Bucket POST must contain a field named '${name}'. If it is specified, please check the order of the fields.`;
    throw new S3Error(400, 'InvalidArgument', message, { ArgumentName: name });
  };
  const scope = checkCredential(field('x-amz-credential'), account);
  const signature = field('x-amz-signature');
  const time = field('x-amz-date');
  const dated = !Number.isNaN(parseAmzDate(time)) && time.startsWith(scope.slice(0, 8));
  if (
    field('x-amz-algorithm') !== 'AWS4-HMAC-SHA256' ||
    !dated ||
    !equal(sign(policy, account, scope), signature)
  ) {
    throw signatureMismatch();
  }
}

function decodePolicy(encoded: string): Policy {
  try {
    const value = JSON.parse(Buffer.from(encoded, 'base64').toString()) as {
      expiration: string;
      conditions: object[];
    };
    if (typeof value.expiration !== 'string' || !Array.isArray(value.conditions))
      throw new Error('incomplete');
    return { expiration: value.expiration, conditions: value.conditions.flatMap(toConditions) };
  } catch (cause) {
    if (cause instanceof S3Error) throw cause;
    throw new S3Error(400, 'InvalidPolicyDocument', 'Invalid Policy: Invalid JSON.');
  }
}

function toConditions(condition: object): Condition[] {
  if (!Array.isArray(condition)) {
    return Object.entries(condition).map(([name, value]) => ['eq', `$${name}`, String(value)]);
  }
  const [operator, ...operands] = condition as Condition;
  const known = ['eq', 'starts-with', 'content-length-range'].includes(operator.toLowerCase());
  if (!known || operands.length !== 2) {
    throw new S3Error(
      400,
      'InvalidPolicyDocument',
      `Invalid Policy: Invalid condition: ${JSON.stringify(condition)}`,
    );
  }
  return [[operator.toLowerCase(), ...operands]];
}

function holds(operator: string, value: string, wanted: string): boolean {
  return operator === 'eq' ? value === wanted : value.startsWith(wanted);
}

function conditionFailed(condition: Condition): S3Error {
  const shown = `[${condition.map((part) => JSON.stringify(part)).join(', ')}]`;
  return accessDenied(`Invalid according to Policy: Policy Condition failed: ${shown}`);
}
