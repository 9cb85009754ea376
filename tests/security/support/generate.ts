import { randomUUID } from 'node:crypto';
import { resolve, type Schema } from './operations.ts';
import type { Random } from './random.ts';

/** Makes values that fit a schema, and in some places values that do not. */
export type Generator = {
  random: Random;
  /** An id for a field or parameter of this name: of a thing that was created, or an unknown one. */
  idFor(name: string): string;
  /** Texts that are worth trying for a field of this name. */
  textFor(name: string): string | undefined;
};

const MAX_ITEMS = 3;
const MAX_DEPTH = 6;
const LONGEST = 2_000;

const TEXTS = [
  ['x', '연차 휴가는 며칠인가요?', 'How many days?', '한글', 'é', ' ', '😀', 'a\u0000b', '‮gpj.exe'],
  ["'; DROP TABLE users; --", '${jndi:ldap://127.0.0.1:9/x}', '../../etc/passwd', '<script>', '\ud800'],
  ['{{7*7}}', '%s%n', '__proto__', 'null', '0', '-1', '1e999', '\r\nX: y', '*', '[1]', '2020-02-30'],
].flat();
const WRONG: unknown[] = [null, true, -1, 0, 1.5, 1e308, 2 ** 53, '', 'x', [], [null], {}, { $ne: null }];

/** A value for a schema; one in about forty is replaced by one of another type. */
export function generate(schema: Schema, maker: Generator, name = '', depth = 0): unknown {
  const { random } = maker;
  if (random.oneIn(40)) return random.pick(WRONG);
  const resolved = resolve(schema);
  if (resolved.const !== undefined) return resolved.const;
  if (resolved.enum) return random.pick(resolved.enum);
  const choices = resolved.anyOf ?? resolved.oneOf;
  if (choices) return generate(random.pick(choices), maker, name, depth);
  return generateType(resolved, maker, { name, depth });
}

type Place = { name: string; depth: number };

function generateType(resolved: Schema, maker: Generator, { name, depth }: Place): unknown {
  const { random } = maker;
  const type = Array.isArray(resolved.type) ? random.pick(resolved.type) : resolved.type;
  if (type === 'object') return generateObject(resolved, maker, depth);
  if (type === 'array') return generateArray(resolved, maker, { name, depth });
  if (type === 'string') return generateText(resolved, maker, name);
  if (type === 'boolean') return random.oneIn(2);
  if (type === 'integer' || type === 'number') return generateNumber(resolved, random);
  return type === 'null' ? null : random.pick(WRONG);
}

function generateObject(schema: Schema, maker: Generator, depth: number): unknown {
  const { random } = maker;
  if (depth > MAX_DEPTH) return {};
  const required = new Set(schema.required ?? []);
  const fields = Object.entries(schema.properties ?? {}).filter(([name]) =>
    required.has(name) ? !random.oneIn(40) : random.oneIn(3),
  );
  const entries = fields.map(([name, field]) => [name, generate(field, maker, name, depth + 1)]);
  if (typeof schema.additionalProperties === 'object') {
    for (let left = random.below(MAX_ITEMS); left > 0; left -= 1)
      entries.push([random.pick(TEXTS), generate(schema.additionalProperties, maker, '', depth + 1)]);
  }
  if (random.oneIn(60)) entries.push(['unknown_field', 1]);
  return Object.fromEntries(entries) as object;
}

function generateArray(schema: Schema, maker: Generator, { name, depth }: Place): unknown {
  if (depth > MAX_DEPTH || !schema.items) return [];
  const { items, minItems = 0, maxItems = MAX_ITEMS } = schema;
  const length = Math.max(minItems, maker.random.below(Math.min(maxItems, MAX_ITEMS) + 1));
  return Array.from({ length }, () => generate(items, maker, name, depth + 1));
}

function generateText(schema: Schema, maker: Generator, name: string): string {
  const { random } = maker;
  if (schema.format === 'uuid') return maker.idFor(name);
  const known = maker.textFor(name);
  if (known !== undefined && !random.oneIn(4)) return known;
  if (schema.format === 'date-time') return random.pick(TIMES);
  if (schema.format === 'date') return random.pick(['2026-01-01', '0000-01-01', '9999-12-31']);
  if (schema.format === 'email') return `${randomUUID()}@${random.pick(['example.com', '도메인.example'])}`;
  if (schema.format === 'uri') return random.pick(URLS);
  const text = random.oneIn(10) ? '가'.repeat(random.below(LONGEST)) : random.pick(TEXTS);
  const longEnough = text.padEnd(schema.minLength ?? 0, 'x');
  return random.oneIn(20) ? longEnough : longEnough.slice(0, schema.maxLength ?? LONGEST);
}

const TIMES = ['2026-01-01T00:00:00Z', '2099-12-31T23:59:59+09:00', '9999-12-31T23:59:59-23:59'];
/** Only addresses of this machine, where nothing listens. */
const URLS = [
  'http://127.0.0.1:9/x',
  'http://localhost:9/',
  'http://127.0.0.1:8443/x.txt',
  'http://[::1]/',
  'x:y',
];

function generateNumber({ minimum, maximum, type }: Schema, random: Random): number {
  if (random.oneIn(20)) return random.pick([-1, 0, 1.5, 1e308, 2 ** 53, -(2 ** 31)]);
  const low = minimum ?? 0;
  const high = Math.min(maximum ?? 1_000, low + 1_000);
  if (random.oneIn(4)) return random.oneIn(2) ? low : (maximum ?? high);
  const whole = low + random.below(Math.max(1, Math.floor(high - low) + 1));
  return type === 'integer' || random.oneIn(2) ? Math.floor(whole) : whole / 2;
}
