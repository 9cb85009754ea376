import { parseArgs } from 'node:util';
import { type Aws, openAws } from './doctor/aws.ts';
import { certificateChecks } from './doctor/certificates.ts';
import { type Checks, LESSONS, type Result, reasonOf, runChecks } from './doctor/check.ts';
import { dnsChecks, openDns } from './doctor/dns.ts';
import { edgeChecks, httpChecks } from './doctor/http.ts';
import { mailChecks, sendsMail } from './doctor/mail.ts';
import { Network, readDetours } from './doctor/network.ts';
import { pathChecks } from './doctor/paths.ts';
import { lessonsOf, table } from './doctor/report.ts';
import { secretChecks } from './doctor/secrets.ts';
import { type Deployed, findStack, stackChecks } from './doctor/stack.ts';
import { readStage, type Stage } from './doctor/stage.ts';
import { accountChecks, storeChecks } from './doctor/stores.ts';
import { taskChecks } from './doctor/tasks.ts';
import { tlsChecks } from './doctor/tls.ts';

const USAGE = `npm run doctor -- --stage prod      checks a deployed stage: from outside, and through the AWS CLI
npm run doctor -- --url http://localhost:8000    checks a platform on this machine
  --domain example.com    if the stack cannot be read
  --region, --origin https://app.example.com, --json
  --dns ADDRESS:PORT, --connect-to HOST1:PORT1:HOST2:PORT2    for other resolvers and addresses
With RAG_API_KEY in the environment it asks a bot a question.
`;

const OPTIONS = {
  stage: { type: 'string', default: 'prod' },
  region: { type: 'string' },
  domain: { type: 'string' },
  url: { type: 'string' },
  origin: { type: 'string' },
  dns: { type: 'string' },
  'connect-to': { type: 'string', multiple: true },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

type Given = ReturnType<typeof parseArgs<{ options: typeof OPTIONS }>>['values'];
type Report = { title: string; results: Result[] };

/** Runs every check of a stage: those inside AWS and those from outside. */
async function checkStage(given: Given): Promise<Report> {
  const stage = readStage(given.stage);
  const region = given.region ?? stage.region;
  const aws = openAws(region);
  const { stack, absent } = await openStack(aws, stage);
  const domain = given.domain ?? stack?.outputs.get('ApiUrl')?.replace('https://api.', '');
  const title = `${stage.stack} in ${region}${domain ? `, ${domain}` : ''}`;
  const inside = absent
    ? [await skipInside(absent)]
    : await checkInside(aws, stage, { stack, domain, given });
  const outside = domain
    ? await checkOutside(given, stage, domain)
    : [{ group: 'From outside', name: 'domain', state: 'skipped' as const, detail: 'needs --domain' }];
  return { title, results: [...inside, ...outside].flat() };
}

/** Finds the stack. `absent` is the reason why AWS cannot be called. */
async function openStack(aws: Aws, stage: Stage): Promise<{ stack: Deployed | null; absent?: string }> {
  try {
    await aws('sts', 'get-caller-identity');
    return { stack: await findStack(aws, stage) };
  } catch (error) {
    return { stack: null, absent: reasonOf(error) };
  }
}

const INSIDE = ['stack', 'certificates', 'tasks', 'network', 'secrets', 'stores', 'account'];

function skipInside(detail: string): Promise<Result[]> {
  const skip = async () => ({ state: 'skipped' as const, detail });
  return runChecks('Inside AWS', Object.fromEntries(INSIDE.map((name) => [name, skip])));
}

type Inside = { stack: Deployed | null; domain: string | undefined; given: Given };

async function checkInside(aws: Aws, stage: Stage, { stack, domain, given }: Inside): Promise<Result[][]> {
  const groups: [string, Checks][] = [
    ['Stack', { ...stackChecks(stack, stage), ...accountChecks(aws, stage) }],
  ];
  if (stack) {
    if (domain)
      groups.push(['Certificate and zone', certificateChecks(aws, stack, openDns(given.dns), domain)]);
    groups.push(
      ['Tasks', taskChecks(aws, stack, stage)],
      ['Network', pathChecks(aws, stack)],
      ['Secrets', secretChecks(aws, stage)],
      ['Stores and alarms', storeChecks(aws, stack, stage)],
    );
    if (sendsMail(stack)) groups.push(['Mail', mailChecks(aws, stack)]);
  }
  return await Promise.all(groups.map(([name, checks]) => runChecks(name, checks)));
}

async function checkOutside(given: Given, stage: Stage, domain: string): Promise<Result[][]> {
  const hosts = [`api.${domain}`, ...(stage.hasLoadBalancer ? [`embed.${domain}`] : [])];
  const site = siteOf(given, `https://api.${domain}`, hosts[1] && `https://${hosts[1]}`);
  return [
    await runChecks('Names', dnsChecks(openDns(given.dns), domain, hosts)),
    await runChecks('TLS', tlsChecks(site.network, hosts)),
    await runChecks('Platform', { ...httpChecks(site), ...edgeChecks(site) }),
  ];
}

function siteOf(given: Given, api: string, embedder: string | undefined) {
  const network = new Network(readDetours(given['connect-to'] ?? []));
  return { network, api, embedder, origin: given.origin, key: process.env.RAG_API_KEY };
}

async function checkUrl(given: Given, url: string): Promise<Report> {
  const site = siteOf(given, url.replace(/\/+$/, ''), undefined);
  return { title: url, results: await runChecks('Platform', httpChecks(site)) };
}

async function main(): Promise<void> {
  const { values: given } = parseArgs({ options: OPTIONS });
  if (given.help) {
    process.stdout.write(USAGE);
    return;
  }
  const { title, results } = given.url ? await checkUrl(given, given.url) : await checkStage(given);
  const lessons = lessonsOf(results);
  const report = given.json
    ? JSON.stringify(
        { title, results, lessons: lessons.map((lesson) => ({ lesson, text: LESSONS[lesson] })) },
        null,
        2,
      )
    : table(title, results);
  process.stdout.write(`${report}\n`);
  if (results.some(({ state }) => state === 'failed')) process.exitCode = 1;
}

await main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`);
  process.exitCode = 1;
});
