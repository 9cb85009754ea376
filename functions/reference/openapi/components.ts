import { z } from 'zod';

export type JsonSchema = Record<string, unknown>;

const DEFINITION = '"#/$defs/';
const COMPONENT = '"#/components/schemas/';

/** Collects the shared components of a document: schemas with an id (`.meta({ id })`), and responses. */
export class Components {
  readonly schemas: Record<string, JsonSchema> = {};
  readonly responses: Record<string, JsonSchema> = {};

  /** The JSON schema of what a client sends, before defaults and transformations. */
  request(schema: z.ZodType): JsonSchema {
    return this.#toJson(schema, 'input');
  }

  /** The JSON schema of what a client receives. */
  response(schema: z.ZodType): JsonSchema {
    return this.#toJson(schema, 'output');
  }

  /** Stores a response that several operations share. @returns a reference to it */
  shared(name: string, response: JsonSchema): JsonSchema {
    this.responses[name] = response;
    return { $ref: `#/components/responses/${name}` };
  }

  #toJson(schema: z.ZodType, io: 'input' | 'output'): JsonSchema {
    const json = z.toJSONSchema(schema, { io, unrepresentable: 'any', override: simplify });
    const text = JSON.stringify(json).replaceAll(DEFINITION, COMPONENT);
    const { $schema: _dialect, $defs = {}, ...described } = JSON.parse(text) as JsonSchema;
    for (const [name, definition] of Object.entries($defs as JsonSchema)) this.#add(name, definition);
    return described;
  }

  /** @throws Error when two different schemas have the same id, such as the input and output of a transformation */
  #add(name: string, definition: unknown): void {
    const known = this.schemas[name];
    if (known && JSON.stringify(known) !== JSON.stringify(definition))
      throw new Error(`Two different schemas have the id ${name}; rename one of them.`);
    this.schemas[name] = definition as JsonSchema;
  }
}

type Override = { zodSchema: z.core.$ZodType; jsonSchema: z.core.JSONSchema.BaseSchema };

/** Removes redundant constraints, and `additionalProperties: false`, which would forbid adding fields later. */
function simplify({ zodSchema, jsonSchema }: Override): void {
  const { def } = zodSchema._zod;
  const open = def.type === 'object' && (def as z.core.$ZodObjectDef).catchall === undefined;
  if (open) delete jsonSchema.additionalProperties;
  // `format` makes Zod's pattern for it redundant.
  if (jsonSchema.format) delete jsonSchema.pattern;
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
}
