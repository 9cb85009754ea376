import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseDocument } from 'yaml';

/** A Lambda that serverless.yml declares. `module` is a path without extension, such as `functions/teams/handler`. */
export type LambdaFunction = {
  name: string;
  module: string;
  exportName: string;
  timeoutMs: number;
  memoryMb: number;
};

/** One method of one API Gateway resource. `method` is upper-case, or `ANY`. */
export type Endpoint = {
  lambda: LambdaFunction;
  method: string;
  resource: string;
  stream: boolean;
  timeoutMs: number;
};

/** A queue's event source mapping. */
type QueueConsumer = { lambda: LambdaFunction; batchSize: number; concurrency: number };

export type Service = {
  endpoints: Endpoint[];
  consumers: QueueConsumer[];
  schedules: LambdaFunction[];
  binaryMediaTypes: string[];
};

type Values = Record<string, unknown>;

/** API Gateway's limit for an integration that does not stream. */
const INTEGRATION_TIMEOUT_MS = 29_000;
const DEFAULT_LAMBDA_TIMEOUT_SECONDS = 6;

/**
 * Reads endpoints, queue consumers and schedules from a serverless.yml, so that local and deployed routing are the same.
 * CloudFormation tags (`!Sub`, `!GetAtt`) and `${…}` variables are ignored: none decides the routing. Functions may be
 * declared in other files, with `${file(…)}`.
 * @throws Error when the file has no functions or a handler is not of the form `path/to/file.export`
 */
export function readService(file: string): Service {
  const root = readYaml(file);
  const provider = asValues(root.provider);
  const service: Service = {
    endpoints: [],
    consumers: [],
    schedules: [],
    binaryMediaTypes: asList(asValues(provider.apiGateway).binaryMediaTypes).map(String),
  };
  const functions = functionsOf(root.functions, path.dirname(file));
  if (functions.length === 0) throw new Error(`${file} declares no functions.`);
  for (const [name, definition] of functions)
    addFunction(service, readFunction(name, definition, provider), definition);
  return service;
}

function addFunction(service: Service, lambda: LambdaFunction, definition: Values): void {
  for (const event of asList(definition.events).map(asValues)) {
    if ('http' in event) service.endpoints.push(readEndpoint(lambda, event.http));
    if ('schedule' in event || 'eventBridge' in event) service.schedules.push(lambda);
    if ('sqs' in event) {
      const sqs = asValues(event.sqs);
      service.consumers.push({
        lambda,
        batchSize: asNumber(sqs.batchSize, 10),
        concurrency: asNumber(sqs.maximumConcurrency, 2),
      });
    }
  }
}

function readEndpoint(lambda: LambdaFunction, http: unknown): Endpoint {
  const [shortMethod, shortPath] = typeof http === 'string' ? http.trim().split(/\s+/) : [];
  const event = asValues(http);
  const method = String(shortMethod ?? event.method ?? 'any').toUpperCase();
  const stream = asValues(event.response).transferMode === 'STREAM';
  return {
    lambda,
    method: method === '*' ? 'ANY' : method,
    resource: `/${String(shortPath ?? event.path ?? '').replace(/^\/+|\/+$/g, '')}`,
    stream,
    timeoutMs: Math.min(lambda.timeoutMs, asNumber(event.timeoutInMillis, INTEGRATION_TIMEOUT_MS)),
  };
}

function readFunction(name: string, definition: Values, provider: Values): LambdaFunction {
  const [, module, exportName] = /^(.+)\.(\w+)$/.exec(String(definition.handler)) ?? [];
  if (!module || !exportName) throw new Error(`Function ${name}: handler must read path/to/file.export.`);
  const seconds = asNumber(definition.timeout ?? provider.timeout, DEFAULT_LAMBDA_TIMEOUT_SECONDS);
  return {
    name,
    module: module.replace(/^\.\//, ''),
    exportName,
    timeoutMs: seconds * 1_000,
    memoryMb: asNumber(definition.memorySize ?? provider.memorySize, 1_024),
  };
}

function functionsOf(value: unknown, dir: string): [string, Values][] {
  if (Array.isArray(value)) return value.flatMap((each) => functionsOf(each, dir));
  const [, file] = /^\$\{file\(([^)]+)\)\}$/.exec(String(value)) ?? [];
  if (file) return functionsOf(readYaml(path.join(dir, file)), dir);
  return Object.entries(asValues(value)).map(([name, definition]) => [name, asValues(definition)]);
}

function readYaml(file: string): Values {
  const document = parseDocument(readFileSync(file, 'utf8'), { logLevel: 'error', merge: true });
  const [error] = document.errors;
  if (error) throw new Error(`${file}: ${error.message}`);
  return asValues(document.toJS());
}

function asValues(value: unknown): Values {
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as Values) : {};
}

function asList(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The value as a number; the fallback for a variable such as `${param:timeout}`. */
function asNumber(value: unknown, fallback: number): number {
  const number = Number(value ?? fallback);
  return Number.isFinite(number) ? number : fallback;
}
