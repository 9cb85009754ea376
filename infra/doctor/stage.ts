import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

/** The concurrency that AWS keeps for functions without reserved concurrency. */
const UNRESERVED = 100;

type Service = {
  service: string;
  provider: { region: string };
  params: { default: Params } & Record<string, Params>;
  functions: Record<string, { reservedConcurrency?: number | string }>;
};
type Params = Record<string, string | number | boolean>;

/** A stage as serverless.yml describes it. */
export type Stage = {
  name: string;
  /** The name of the stack, the cluster and the database. */
  stack: string;
  region: string;
  secretsPrefix: string;
  hasLoadBalancer: boolean;
  /** The limit of concurrent executions that the account needs. */
  concurrency: number;
};

/** @throws Error if serverless.yml has no such stage */
export function readStage(name: string): Stage {
  const file = new URL('../../serverless.yml', import.meta.url);
  const { service, provider, params, functions } = parse(readFileSync(file, 'utf8'), {
    merge: true,
    logLevel: 'error',
  }) as Service;
  if (name !== 'dev' && !(name in params))
    throw new Error(`There is no stage ${name} in serverless.yml; its stages are dev, ${stagesIn(params)}.`);
  const own = { ...params.default, ...params[name] };
  const reserved = Object.values(functions).map(({ reservedConcurrency = 0 }) => {
    const [, parameter] = /^\$\{param:(\w+)\}$/.exec(String(reservedConcurrency)) ?? [];
    return Number(parameter ? own[parameter] : reservedConcurrency);
  });
  return {
    name,
    stack: `${service}-${name}`,
    region: provider.region,
    secretsPrefix: String(own.secretsPrefix).replaceAll(`\${sls:stage}`, name),
    hasLoadBalancer: String(own.loadBalancer) === 'true',
    concurrency: UNRESERVED + reserved.reduce((sum, each) => sum + each, 0),
  };
}

function stagesIn(params: Service['params']): string {
  return Object.keys(params)
    .filter((each) => each !== 'default')
    .join(', ');
}
