import Ajv2020 from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { Answer } from '#tests/support/api.ts';
import { COMPONENTS, type Operation, resolve, type Schema } from './operations.ts';

type Validate = ((value: unknown) => boolean) & { errors?: unknown };

const ajv = new Ajv2020.default({ strict: false, allErrors: false });
addFormats.default(ajv);
ajv.addSchema({ $id: 'http://localhost/openapi.json', components: COMPONENTS });

const validators = new Map<Schema, Validate>();

/** Compiled once: references lead into the whole document. */
function validatorOf(schema: Schema): Validate {
  const known = validators.get(schema);
  if (known) return known;
  const text = JSON.stringify(schema).replaceAll('"$ref":"#/', '"$ref":"http://localhost/openapi.json#/');
  const compiled = ajv.compile(JSON.parse(text) as object) as Validate;
  validators.set(schema, compiled);
  return compiled;
}

/** How an answer breaks what `openapi.json` says of its operation; null when it does not. */
export function contractFault({ name, responses }: Operation, answer: Answer): string | null {
  const { status, headers, text } = answer;
  const where = `${name}: ${status} ${text.slice(0, 300)}`;
  const described = responses[String(status)];
  if (!described) return `${where}: the status is not described`;
  const { content } = resolve(described);
  const type = headers.get('content-type')?.split(';')[0]?.trim().toLowerCase();
  if (text === '' && (!content || status === 302)) return null;
  const schema = type && content?.[type]?.schema;
  if (!schema) return `${where}: the type ${type ?? 'none'} is not described`;
  if (type === 'text/event-stream') return eventsFault(schema, text, where);
  if (!type.endsWith('json')) return null;
  return valueFault(schema, answer.body, where);
}

function valueFault(schema: Schema, value: unknown, where: string): string | null {
  const validate = validatorOf(schema);
  return validate(value) ? null : `${where}: ${JSON.stringify(validate.errors)}`;
}

/** Each event of a stream is one object with `event` and `data`; one without a name is a `message`. */
function eventsFault(schema: Schema, text: string, where: string): string | null {
  for (const block of text.split('\n\n')) {
    const data = /^data: (.*)$/m.exec(block)?.[1];
    if (data === undefined || data === '[DONE]') continue;
    const event = /^event: (.*)$/m.exec(block)?.[1] ?? 'message';
    const fault = valueFault(schema, { event, data: JSON.parse(data) as unknown }, `${where} ${block}`);
    if (fault) return fault;
  }
  return null;
}
