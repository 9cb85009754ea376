import type { Bot } from '../../api/team-lists.ts';

type Filter = NonNullable<Bot['filter']>;
type Metadata = NonNullable<Filter['metadata']>;
type Value = string | number | boolean | null;

/** One condition as a row of the form. Its value is written as the form's hint says. */
export type FilterRow = { key: string; operator: Operator; value: string };

export const OPERATORS = ['is', 'ne', 'in', 'gt', 'gte', 'lt', 'lte', 'exists', 'missing'] as const;
export type Operator = (typeof OPERATORS)[number];

const BOUNDS = ['gt', 'gte', 'lt', 'lte'] as const;

/** Whether a condition compares with a value. */
export function hasValue(operator: Operator): boolean {
  return operator !== 'exists' && operator !== 'missing';
}

/** The rows of a bot's filter; two bounds of one key are two rows. */
export function rowsOf(filter: Bot['filter']): FilterRow[] {
  return Object.entries(filter?.metadata ?? {}).flatMap(([key, condition]): FilterRow[] => {
    if (condition === null || typeof condition !== 'object')
      return [{ key, operator: 'is', value: written(condition) }];
    if ('in' in condition)
      return [{ key, operator: 'in', value: condition.in.map((each) => written(each, ',')).join(', ') }];
    if ('ne' in condition) return [{ key, operator: 'ne', value: written(condition.ne) }];
    if ('exists' in condition) return [{ key, operator: condition.exists ? 'exists' : 'missing', value: '' }];
    return BOUNDS.flatMap((bound) => {
      const value = (condition as Partial<Record<typeof bound, string | number>>)[bound];
      return value === undefined ? [] : [{ key, operator: bound, value: written(value) }];
    });
  });
}

/** A filter with the conditions of the rows; its other parts stay. Rows without a key are left out. null: no filter */
export function withRows(filter: Bot['filter'], rows: FilterRow[]): Bot['filter'] {
  const { metadata: _replaced, ...rest } = filter ?? {};
  const metadata: Metadata = {};
  for (const { key, operator, value } of rows) {
    const name = key.trim();
    if (name === '') continue;
    const before = metadata[name];
    const bounds = typeof before === 'object' && before !== null && isBound(operator) ? before : {};
    metadata[name] = conditionOf(operator, value, bounds);
  }
  const whole = { ...rest, ...(Object.keys(metadata).length > 0 ? { metadata } : {}) };
  return Object.keys(whole).length > 0 ? whole : null;
}

/** Whether a filter has parts that the rows do not show. */
export function hasOtherParts(filter: Bot['filter']): boolean {
  return Object.keys(filter ?? {}).some((part) => part !== 'metadata');
}

function conditionOf(operator: Operator, text: string, bounds: object): Metadata[string] {
  if (operator === 'is') return read(text);
  if (operator === 'ne') return { ne: read(text) };
  if (operator === 'in') return { in: listed(text) };
  if (operator === 'exists' || operator === 'missing') return { exists: operator === 'exists' };
  const value = read(text);
  return { ...bounds, [operator]: typeof value === 'number' ? value : String(value) };
}

function isBound(operator: Operator): boolean {
  return BOUNDS.some((bound) => bound === operator);
}

/** The value that a text spells: `2024` a number, `"2024"` and everything else a text. */
function read(text: string): Value {
  const spelled = text.trim();
  if (/^-?\d+(\.\d+)?$/.test(spelled)) return Number(spelled);
  if (spelled === 'true' || spelled === 'false') return spelled === 'true';
  if (spelled === 'null') return null;
  return /^".*"$/.test(spelled) ? spelled.slice(1, -1) : spelled;
}

/** The values between commas; a comma between quotes belongs to its value. */
function listed(text: string): Value[] {
  const parts = text.match(/\s*"[^"]*"\s*(?=,|$)|[^,]+/g) ?? [];
  return parts.filter((part) => part.trim() !== '').map(read);
}

/** A value as `read` takes it. @param separator a sign that must stand between quotes */
function written(value: Value | undefined, separator?: string): string {
  if (typeof value !== 'string') return String(value ?? null);
  const isSplit = separator !== undefined && value.includes(separator);
  return read(value) === value && !isSplit ? value : `"${value}"`;
}
