import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createSelfSigned } from '#tests/support/certificates.ts';
import { type Account, installAws, NAME_SERVERS, readCalls } from './aws-account.ts';
import { startDns, type Zone } from './dns-server.ts';
import { HEALTHY_SITE, type Replies, startSite, type Tls } from './site.ts';

const NAME_SERVER = '127.0.0.1';
export const HEALTHY_ZONE: Zone = {
  a: { 'api.rag.test': '192.0.2.1', 'embed.rag.test': '192.0.2.2', 'ns.test': NAME_SERVER },
  ns: { test: ['ns.test'], 'rag.test': NAME_SERVERS },
  delegated: { 'rag.test': NAME_SERVERS },
};
const LONG_DAYS = 300;
export const API_TLS = createSelfSigned('api.rag.test', LONG_DAYS);
const EMBED_TLS = createSelfSigned('embed.rag.test', LONG_DAYS);

/** A deployment to examine; omitted parts are healthy. */
export type World = {
  /** AWS's answers; without them the AWS CLI is not installed. */
  account?: Account | undefined;
  zone?: Partial<Zone>;
  site?: Replies;
  tls?: { api?: Tls; embed?: Tls };
  args?: string[];
};
type Result = { group: string; name: string; state: string; detail: string; next?: string; lesson?: number };
export type Examined = {
  exitCode: number;
  output: string;
  results: Result[];
  lessons: number[];
  /** The arguments of each call of `aws`. */
  calls: string[][];
};

/** Runs the doctor against real servers on this machine. */
export async function examine(world: World): Promise<Examined> {
  const directory = mkdtempSync(path.join(tmpdir(), 'doctor-'));
  const tls = { api: API_TLS, embed: EMBED_TLS, ...world.tls };
  const dns = await startDns({ ...HEALTHY_ZONE, ...world.zone });
  const site = await startSite({ ...HEALTHY_SITE, ...world.site }, tls);
  try {
    const trusted = path.join(directory, 'trusted.pem');
    writeFileSync(trusted, tls.api.cert + tls.embed.cert);
    const bin = path.join(directory, 'bin');
    mkdirSync(bin);
    const { api, embed, plain } = site.ports;
    const detours = [`api.rag.test:443:127.0.0.1:${api}`, `embed.rag.test:443:127.0.0.1:${embed}`];
    detours.push(`embed.rag.test:80:127.0.0.1:${plain}`);
    const aws = world.account ? installAws(bin, world.account) : undefined;
    const network = detours.flatMap((detour) => ['--connect-to', detour]);
    const args = [
      '--stage',
      'prod',
      '--dns',
      `127.0.0.1:${dns.port}`,
      ...network,
      ...(world.args ?? ['--json']),
    ];
    const ran = await runDoctor(args, { PATH: bin, NODE_EXTRA_CA_CERTS: trusted, ...aws });
    return { ...ran, calls: aws ? readCalls(aws) : [] };
  } finally {
    dns.stop();
    await site.stop();
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Runs the doctor. `results` and `lessons` are filled only with `--json`. */
export async function runDoctor(args: string[], env: NodeJS.ProcessEnv): Promise<Omit<Examined, 'calls'>> {
  const { promise, resolve } = Promise.withResolvers<{ exitCode: number; output: string }>();
  execFile(
    process.execPath,
    ['infra/doctor.ts', ...args],
    { env, timeout: 150_000 },
    (error, stdout, stderr) => {
      resolve({ exitCode: error ? Number(error.code) : 0, output: stdout + stderr });
    },
  );
  const { exitCode, output } = await promise;
  if (!args.includes('--json')) return { exitCode, output, results: [], lessons: [] };
  const { results, lessons } = JSON.parse(output) as { results: Result[]; lessons: { lesson: number }[] };
  return { exitCode, output, results, lessons: lessons.map(({ lesson }) => lesson) };
}

/** The failed checks with their lessons. */
export function failures({
  results,
}: Pick<Examined, 'results'>): { name: string; lesson: number | undefined }[] {
  return results.filter(({ state }) => state === 'failed').map(({ name, lesson }) => ({ name, lesson }));
}
