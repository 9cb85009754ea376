import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import {
  type CostLine,
  costLines,
  hourly,
  PRICES,
  type Template,
  type Traffic,
  totalOf,
} from './cost-lines.ts';

/** The default traffic. Logs and transfer are taken from a real bill of an earlier deployment. */
const LOW_TRAFFIC: Traffic = {
  chats: 10_000,
  otherRequests: 100_000,
  documents: 1_000,
  mails: 1_000,
  activeHours: 120,
  documentsGb: 10,
  databaseGb: 2,
  logsGb: 5,
  transferGb: 10,
  natGb: 5,
};

/** The monthly bill of an earlier deployment, at the rates of us-east-1. */
const EARLIER_USD = 130;
/** The API as one Fargate task instead of functions behind API Gateway. */
const API_TASK = { vcpu: 0.5, gb: 2 };
const BY_REQUEST = new Set(['Lambda', 'API Gateway and WAF requests']);

/**
 * The bill of the same stack with its API on Fargate: a task that always runs replaces the functions and API Gateway,
 * and a stage without a load balancer gets one.
 */
export function onFargate(lines: CostLine[]): CostLine[] {
  const task =
    API_TASK.vcpu * hourly(PRICES, 'fargateVcpu.X86_64') + API_TASK.gb * hourly(PRICES, 'fargateGb.X86_64');
  const balancer = hourly(PRICES, 'loadBalancer') + 2 * hourly(PRICES, 'publicIpv4');
  const kept = lines.filter(({ item }) => !BY_REQUEST.has(item));
  const balanced = kept.some(({ item }) => item.startsWith('Load balancer'));
  return [
    ...kept,
    { item: 'Fargate: api × 1', usd: task },
    ...(balanced ? [] : [{ item: 'Load balancer and 2 addresses', usd: balancer }]),
  ];
}

function row(item: string, usd: number): string {
  return `${item.padEnd(36)}${usd.toFixed(2).padStart(9)}`;
}

/** The bill as text, with two totals to compare it with. */
export function costTable(stage: string, template: Template, traffic: Traffic): string {
  const lines = costLines(template, traffic);
  const byUsd = lines.toSorted((a, b) => b.usd - a.usd);
  return [
    `${stage} in ${PRICES.region}, ${PRICES.currency} a month, list prices noted ${PRICES.noted}`,
    `at ${traffic.chats} chats, ${traffic.otherRequests} other requests, ${traffic.documents} documents; without language models, tax and free tiers`,
    '',
    ...byUsd.map(({ item, usd }) => row(item, usd)),
    '-'.repeat(45),
    row('Total', totalOf(lines)),
    '',
    row('The same, all on Fargate', totalOf(onFargate(lines))),
    row('An earlier deployment (us-east-1)', EARLIER_USD),
  ].join('\n');
}

type Arguments = { stage: string; template: string | undefined; traffic: Traffic };

/** Reads `--stage prod --chats 10000 …`. @throws Error that names a wrong argument */
export function readArguments(args: string[]): Arguments {
  const numbers = Object.fromEntries(
    Object.keys(LOW_TRAFFIC).map((name) => [name, { type: 'string' as const }]),
  );
  const { values } = parseArgs({
    args,
    options: { ...numbers, stage: { type: 'string' }, template: { type: 'string' } },
  });
  const traffic = { ...LOW_TRAFFIC };
  for (const name of Object.keys(LOW_TRAFFIC) as (keyof Traffic)[]) {
    const given = (values as Record<string, string | undefined>)[name];
    if (given === undefined) continue;
    traffic[name] = Number(given);
    if (given === '' || !(traffic[name] >= 0)) throw new Error(`--${name} must be a number, not ${given}.`);
  }
  return { stage: values.stage ?? 'prod', template: values.template, traffic };
}

/** Packages a stage, offline and without credentials. @returns its template */
function packageStage(stage: string): Template {
  const directory = mkdtempSync(path.join(tmpdir(), 'cost-'));
  try {
    const serverless = path.resolve('node_modules/serverless/bin/serverless.js');
    // The deploy tool asks questions on an error: close its input, and limit the time.
    execFileSync(process.execPath, [serverless, 'package', '--stage', stage, '--package', directory], {
      stdio: ['ignore', 'ignore', 'inherit'],
      timeout: 150_000,
    });
    return readTemplate(path.join(directory, 'cloudformation-template-update-stack.json'));
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function readTemplate(file: string): Template {
  return JSON.parse(readFileSync(file, 'utf8')) as Template;
}

if (import.meta.main) {
  try {
    const { stage, template, traffic } = readArguments(process.argv.slice(2));
    const found = template ? readTemplate(template) : packageStage(stage);
    process.stdout.write(`${costTable(stage, found, traffic)}\n`);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}
