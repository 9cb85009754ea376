import { z } from 'zod';

export type JsonSchema = Record<string, unknown>;

const DEFINITION = '"#/$defs/';
const COMPONENT = '"#/components/schemas/';

/** What an OpenAPI document describes once and refers to: schemas with an id (`.meta({ id })`), and responses. */
export class Components {
  readonly schemas: Record<string, JsonSchema> = {};
  readonly responses: Record<string, JsonSchema> = {};

  /** What a client sends: before defaults and transformations. */
  request(schema: z.ZodType): JsonSchema {
    return this.#describe(schema, 'input');
  }

  /** What a client receives. */
  response(schema: z.ZodType): JsonSchema {
    return this.#describe(schema, 'output');
  }

  /** A reference to a response that several operations give. */
  shared(name: string, response: JsonSchema): JsonSchema {
    this.responses[name] = response;
    return { $ref: `#/components/responses/${name}` };
  }

  #describe(schema: z.ZodType, io: 'input' | 'output'): JsonSchema {
    const json = z.toJSONSchema(schema, { io, unrepresentable: 'any', override: simplify });
    const text = JSON.stringify(json).replaceAll(DEFINITION, COMPONENT);
    const { $schema: _dialect, $defs = {}, ...described } = JSON.parse(text) as JsonSchema;
    for (const [name, definition] of Object.entries($defs as JsonSchema)) this.#add(name, definition);
    return described;
  }

  /** @throws Error when two different schemas have the same id, such as one that reads unlike what it writes */
  #add(name: string, definition: unknown): void {
    const known = this.schemas[name];
    if (known && JSON.stringify(known) !== JSON.stringify(definition))
      throw new Error(`Two different schemas have the id ${name}; name one of them otherwise.`);
    this.schemas[name] = definition as JsonSchema;
  }
}

type Override = { zodSchema: z.core.$ZodType; jsonSchema: z.core.JSONSchema.BaseSchema };

/** Leaves out what says nothing to a reader, and what would make every new field of an answer a breach. */
function simplify({ zodSchema, jsonSchema }: Override): void {
  const { def } = zodSchema._zod;
  const open = def.type === 'object' && (def as z.core.$ZodObjectDef).catchall === undefined;
  if (open) delete jsonSchema.additionalProperties;
  // A `format` says in a word what Zod's pattern for it says in a line.
  if (jsonSchema.format) delete jsonSchema.pattern;
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
}
