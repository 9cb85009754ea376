import { z } from 'zod';
import { boundsType, type MetadataRange, toMilliseconds } from '#shared/db/document-filter.ts';
import { Id } from './route.ts';

export const MAX_METADATA_KEYS = 32;

export const Ids = z.array(Id).min(1).max(100);
export const MetadataKey = z.string().min(1).max(64);

const Value = z.union([z.string().max(500), z.number(), z.boolean(), z.null()]);
const Bound = z.union([z.string().max(500), z.number()]);
const EXPECTED = 'must be a value, {in: […]}, {ne}, {exists}, or bounds of one type in {gt, gte, lt, lte}';
const OPERATORS = ['in', 'ne', 'exists', 'gt', 'gte', 'lt', 'lte'];

const Range = z
  .strictObject(
    {
      gt: Bound.optional(),
      gte: Bound.optional(),
      lt: Bound.optional(),
      lte: Bound.optional(),
    },
    { error: ({ input }) => explainCondition(input) },
  )
  .refine((range) => new Set(Object.values(range).map((bound) => typeof bound)).size === 1, EXPECTED)
  .refine(isComparable, 'must have bounds that are days of the calendar');

const Condition = z.union(
  [
    Value,
    z.strictObject({ in: z.array(Value).min(1).max(100) }),
    z.strictObject({ ne: Value }),
    z.strictObject({ exists: z.boolean() }),
    Range,
  ],
  { error: ({ input }) => explainCondition(input) },
);

/** Bounds that look like times must be days that exist. */
function isComparable(range: MetadataRange): boolean {
  return boundsType(range) !== 'time' || Object.values(range).every((bound) => isTime(String(bound)));
}

function isTime(text: string): boolean {
  return !Number.isNaN(toMilliseconds(text));
}

function explainCondition(input: unknown): string {
  const names =
    input !== null && typeof input === 'object' && !Array.isArray(input) ? Object.keys(input) : [];
  const unknown = names.find((name) => !OPERATORS.includes(name));
  return unknown === undefined ? EXPECTED : `${EXPECTED}; there is no operator ${unknown.slice(0, 100)}`;
}

const Time = z
  .string()
  .max(40)
  .refine(isTime, 'must be a date (2026-01-31) or a time (2026-01-31T09:00:00+09:00)');

/** Which documents count. All parts must hold. A filter beside another narrows it further. */
export const Filter = z
  .strictObject({
    document_ids: Ids.optional(),
    collection_ids: Ids.optional(),
    metadata: z
      .record(MetadataKey, Condition)
      .refine(
        (metadata) => Object.keys(metadata).length <= MAX_METADATA_KEYS,
        `at most ${MAX_METADATA_KEYS} keys`,
      )
      .optional()
      .meta({
        description:
          'Per key a value, or one of `{in: […]}`, `{ne}`, `{exists}` and bounds `{gt, gte, lt, lte}`. A list in a document matches if one of its members does; `{ne}` also matches documents without the key. Values have types: `2` is not `"2"`. Bounds compare numbers with numbers, ISO dates and times with such, other texts by code point',
      }),
    created: z
      .strictObject({ gte: Time.optional(), lt: Time.optional() })
      .refine(({ gte, lt }) => gte !== undefined || lt !== undefined, 'needs `gte` or `lt`')
      .optional()
      .meta({ description: 'When the document was added: dates, or RFC 3339 times. Without an offset: UTC' }),
  })
  .meta({ examples: [{ metadata: { department: { in: ['HR', 'IT'] }, year: { gte: 2024 } } }] });
