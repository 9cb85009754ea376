/** A filter as clients write it; shared/http/filter-schema.ts validates it. */
export type DocumentFilter = {
  document_ids?: string[] | undefined;
  collection_ids?: string[] | undefined;
  metadata?: Record<string, MetadataCondition> | undefined;
  /** RFC 3339 times or dates. */
  created?: { gte?: string | undefined; lt?: string | undefined } | undefined;
};

type MetadataValue = string | number | boolean | null;
type Bound = string | number;
export type MetadataRange = {
  gt?: Bound | undefined;
  gte?: Bound | undefined;
  lt?: Bound | undefined;
  lte?: Bound | undefined;
};
export type MetadataCondition =
  | MetadataValue
  | { in: MetadataValue[] }
  | { ne: MetadataValue }
  | { exists: boolean }
  | MetadataRange;

/** The documents in which a search looks: those in all of the lists (null: no list) that meet every condition. */
export type SearchScope = {
  collectionIds: string[] | null;
  documentIds: string[] | null;
  conditions: DocumentCondition[];
};

/** One condition, in the form that `meetsConditions` reads. Bounds are texts; those of times are seconds since 1970. */
export type DocumentCondition =
  | { op: 'in' | 'not_in'; key: string; allowed: MetadataValue[] }
  | { op: 'exists' | 'missing'; key: string }
  | ({ op: 'range'; key: string; type: 'number' | 'time' | 'text' } & Bounds)
  | ({ op: 'created'; type: 'time' } & Bounds);

type Bounds = { gt?: string; gte?: string; lt?: string; lte?: string };

/** Every document of the team. */
export const WHOLE_TEAM: SearchScope = { collectionIds: null, documentIds: null, conditions: [] };

/** The part of a scope that a filter leaves. It is never wider than the scope. */
export function narrowScope(scope: SearchScope, filter: DocumentFilter | null | undefined): SearchScope {
  if (!filter) return scope;
  return {
    collectionIds: intersect(scope.collectionIds, filter.collection_ids),
    documentIds: intersect(scope.documentIds, filter.document_ids),
    conditions: [...scope.conditions, ...toConditions(filter)],
  };
}

function intersect(ids: string[] | null, others: string[] | undefined): string[] | null {
  if (!others) return ids;
  return ids ? ids.filter((id) => others.includes(id)) : others;
}

function toConditions({ metadata = {}, created }: DocumentFilter): DocumentCondition[] {
  const conditions = Object.entries(metadata).map(([key, condition]) => toCondition(key, condition));
  return created ? [...conditions, { op: 'created', type: 'time', ...toBounds(created) }] : conditions;
}

function toCondition(key: string, condition: MetadataCondition): DocumentCondition {
  if (condition === null || typeof condition !== 'object') return { op: 'in', key, allowed: [condition] };
  if ('in' in condition) return { op: 'in', key, allowed: condition.in };
  if ('ne' in condition) return { op: 'not_in', key, allowed: [condition.ne] };
  if ('exists' in condition) return { op: condition.exists ? 'exists' : 'missing', key };
  return { op: 'range', key, type: boundsType(condition), ...toBounds(condition) };
}

/** What a range compares: numbers, times when every bound is one, otherwise texts by code point. */
export function boundsType(range: MetadataRange): 'number' | 'time' | 'text' {
  const bounds = Object.values(range).filter((bound) => bound !== undefined);
  if (bounds.every((bound) => typeof bound === 'number')) return 'number';
  return bounds.every((bound) => typeof bound === 'string' && ISO_TIME.test(bound)) ? 'time' : 'text';
}

function toBounds(range: MetadataRange): Bounds {
  const isTime = boundsType(range) === 'time';
  const given = Object.entries(range).filter(([, bound]) => bound !== undefined);
  return Object.fromEntries(
    given.map(([name, bound]) => [name, String(isTime ? toMilliseconds(String(bound)) / 1_000 : bound)]),
  );
}

/** A date, or a time with or without an offset; without one it is UTC. */
const ISO_DATE = '\\d{4}-\\d{2}-\\d{2}';
const CLOCK = '[Tt]([01]\\d|2[0-3]):[0-5]\\d(:[0-5]\\d(\\.\\d{1,6})?)?';
const OFFSET = '([Zz]|[+-](0\\d|1[0-4]):[0-5]\\d)';
const ISO_TIME = new RegExp(`^${ISO_DATE}(${CLOCK}${OFFSET}?)?$`);

/** Milliseconds since 1970 of an ISO date or time; NaN for any other text, and for a day that does not exist. */
export function toMilliseconds(text: string): number {
  if (!ISO_TIME.test(text)) return Number.NaN;
  const [day = '', clock = '00:00Z'] = text.toUpperCase().split('T');
  const midnight = Date.parse(`${day}T00:00:00Z`);
  if (Number.isNaN(midnight) || new Date(midnight).toISOString().slice(0, 10) !== day) return Number.NaN;
  return Date.parse(`${day}T${/[Z+-]/.test(clock) ? clock : `${clock}Z`}`);
}

/**
 * SQL: a metadata value as a text with an offset, which `timestamptz` takes; null unless it looks like a time and times
 * are compared.
 */
const TIME_TEXT = `CASE WHEN c.type = 'time' AND jsonb_typeof(m.value) = 'string'
    AND m.value #>> '{}' ~ '^${ISO_DATE}(${CLOCK}${OFFSET}?)?$'
  THEN (m.value #>> '{}') || CASE WHEN length(m.value #>> '{}') = 10 THEN 'T00:00Z'
    WHEN m.value #>> '{}' ~ '${OFFSET}$' THEN '' ELSE 'Z' END END`;

/** SQL: the document's value, or a member of its list, is allowed; null when it lacks the key. */
const IS_ALLOWED = `CASE jsonb_typeof(d.metadata -> c.key)
  WHEN 'array' THEN EXISTS (
    SELECT FROM jsonb_array_elements(d.metadata -> c.key) AS m(value) WHERE c.allowed @> m.value)
  ELSE c.allowed @> (d.metadata -> c.key) END`;

/** SQL: the members of the document's list, or its one value; none when it lacks the key. */
const MEMBERS = `jsonb_array_elements(CASE WHEN jsonb_typeof(d.metadata -> c.key) = 'array' THEN d.metadata -> c.key
  WHEN d.metadata ? c.key THEN jsonb_build_array(d.metadata -> c.key) ELSE '[]' END) AS m(value)`;

const isBetween = (value: string, type: 'numeric' | 'text') => {
  const cast = type === 'text' ? 'COLLATE "C"' : '::numeric';
  const compare = (name: string, operator: string) =>
    `(c.${name} IS NULL OR ${value} ${operator} c.${name} ${cast})`;
  return `(${compare('gt', '>')} AND ${compare('gte', '>=')} AND ${compare('lt', '<')} AND ${compare('lte', '<=')})`;
};

/**
 * SQL: document `d` meets every condition of the JSON list in the placeholder, or the placeholder is null. Nothing that
 * a client sends becomes part of the statement.
 */
export function meetsConditions(placeholder: `$${number}`): string {
  return `(${placeholder}::jsonb IS NULL OR NOT EXISTS (
    SELECT FROM jsonb_to_recordset(${placeholder}::jsonb)
      AS c(op text, key text, allowed jsonb, type text, gt text, gte text, lt text, lte text)
    WHERE (CASE c.op
      WHEN 'exists' THEN d.metadata ? c.key
      WHEN 'missing' THEN NOT d.metadata ? c.key
      WHEN 'in' THEN ${IS_ALLOWED}
      WHEN 'not_in' THEN (${IS_ALLOWED}) IS NOT TRUE
      WHEN 'created' THEN ${isBetween('extract(epoch FROM d.created_at)', 'numeric')}
      WHEN 'range' THEN EXISTS (
        SELECT FROM ${MEMBERS}, LATERAL (SELECT ${TIME_TEXT} AS time_text OFFSET 0) AS t
        WHERE CASE c.type
          WHEN 'number' THEN CASE WHEN jsonb_typeof(m.value) = 'number'
            THEN ${isBetween("(m.value #>> '{}')::numeric", 'numeric')} END
          WHEN 'time' THEN CASE WHEN pg_input_is_valid(t.time_text, 'timestamptz')
            THEN ${isBetween('extract(epoch FROM t.time_text::timestamptz)', 'numeric')} END
          WHEN 'text' THEN CASE WHEN jsonb_typeof(m.value) = 'string'
            THEN ${isBetween("(m.value #>> '{}')", 'text')} END
        END)
    END) IS NOT TRUE))`;
}

/** The value of the placeholder of `meetsConditions`. */
export function conditionsValue(conditions: DocumentCondition[]): string | null {
  return conditions.length > 0 ? JSON.stringify(conditions) : null;
}
