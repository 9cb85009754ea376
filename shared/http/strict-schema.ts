import { z } from 'zod';

type Def = z.core.$ZodTypeDef & Record<string, unknown>;

/**
 * The same schema, in which each object refuses unknown fields: in arrays, unions, records and optional fields too.
 * Records and objects with a catchall (`z.looseObject`) take any field as before. Examples and descriptions stay; ids
 * of shared components go, because the strict schema is another one.
 * @throws Error for an intersection, where each side would refuse the fields of the other, and for a lazy schema
 */
export function toStrict<S extends z.ZodType>(schema: S): S {
  const def = schema._zod.def as unknown as Def;
  const parts = strictParts(def);
  if (!parts) return schema;
  const strict = schema.clone({ ...def, ...parts });
  const { id: _id, ...meta } = z.globalRegistry.get(schema) ?? {};
  return Object.keys(meta).length > 0 ? strict.meta(meta) : strict;
}

/** The parts of a schema that differ in its strict form; null for a schema without parts. */
function strictParts(def: Def): Record<string, unknown> | null {
  if (def.type === 'intersection' || def.type === 'lazy')
    throw new Error(`A schema of the type ${def.type} cannot be strict; write it in another way.`);
  if (def.type === 'object') {
    const { shape, catchall } = def as unknown as { shape: Record<string, z.ZodType>; catchall?: z.ZodType };
    const fields = Object.entries(shape).map(([name, field]) => [name, toStrict(field)]);
    return { shape: Object.fromEntries(fields), catchall: catchall ?? z.never() };
  }
  const parts: Record<string, unknown> = {};
  for (const [name, part] of Object.entries(def)) {
    if (isSchema(part)) parts[name] = toStrict(part);
    else if (Array.isArray(part) && part.length > 0 && part.every(isSchema)) parts[name] = part.map(toStrict);
  }
  return Object.keys(parts).length > 0 ? parts : null;
}

function isSchema(value: unknown): value is z.ZodType {
  return value instanceof z.ZodType;
}
