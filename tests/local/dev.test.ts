import {
  appendFileSync,
  cpSync,
  mkdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { apiClient } from '#local/demo/api-client.ts';
import { signIn } from '#local/demo/sign-in.ts';
import { ROOT } from '#local/platform/options.ts';
import { noteOf, pidOf, type Started, start, stopStarted, untilUp } from '#tests/support/npm-start.ts';
import { temporaryDirectory } from '#tests/support/temporary.ts';
import { until } from '#tests/support/until.ts';

const RESTART_MS = 30_000;
const HANDLER = 'functions/health/handler.ts';
const SOURCES = [
  'functions',
  'shared',
  'embedder',
  'local',
  'console',
  'migrations',
  'package.json',
  'serverless.yml',
  'tsconfig.json',
];
const root = temporaryDirectory('checkout');
let running: Started;
let url: string;

beforeAll(async () => {
  for (const source of SOURCES) cpSync(path.join(ROOT, source), path.join(root, source), { recursive: true });
  symlinkSync(path.join(ROOT, 'node_modules'), path.join(root, 'node_modules'));
  running = start({ root, args: ['--watch'] });
  await untilUp(running);
  ({ url } = noteOf(running));
}, 90_000);

afterAll(stopStarted);

const read = (file: string) => readFileSync(path.join(root, file), 'utf8');
const append = (file: string, text: string) => appendFileSync(path.join(root, file), text);

/** Changes a source file and resolves with what the platform prints from then on, once that has each of `lines`. */
async function after(change: () => void, lines: string[]): Promise<string> {
  const before = running.output().length;
  const printed = () => running.output().slice(before);
  change();
  await until(() => lines.every((line) => printed().includes(line)), RESTART_MS);
  return printed();
}

/** Replaces a file by a new one of the same name, as many editors save. */
function replace(file: string, text: string): void {
  const draft = path.join(root, `${file}~`);
  writeFileSync(draft, text);
  renameSync(draft, path.join(root, file));
}

describe('npm run dev', () => {
  test('serves the sources of the console, which the open page loads anew when they change', async () => {
    const page = await fetch(url, { headers: { Accept: 'text/html' } });
    expect(await page.text()).toContain('/@vite/client');
    const source = await fetch(`${url}/src/main.tsx`);
    expect([source.status, source.headers.get('content-type')]).toEqual([200, 'text/javascript']);
    expect((await fetch(`${url}/v1/unknown`, { headers: { Accept: 'text/html' } })).status).toBe(404);
  });

  test('runs the new code of a function after a change, and keeps the data', async () => {
    const { accessToken } = await signIn(url, 'developer@example.com');
    const api = apiClient(url, accessToken);
    const { id } = await api.post<{ id: string }>('/v1/teams', { name: 'Kept' });
    const before = noteOf(running);
    await after(
      () => append(HANDLER, "\nprocess.stdout.write('new code\\n');\n"),
      [`API gateway restarted (${HANDLER})`, `Ingestion worker restarted (${HANDLER})`],
    );
    expect(readFileSync(path.join(running.dataDir, 'logs/api.log'), 'utf8')).toContain('new code\n');
    const now = noteOf(running);
    expect(pidOf(now, 'api')).not.toBe(pidOf(before, 'api'));
    expect(pidOf(now, 'embedder')).toBe(pidOf(before, 'embedder'));
    const { teams } = await api.get<{ teams: { id: string }[] }>('/v1/me');
    expect(teams.map((team) => team.id)).toContain(id);
  }, 60_000);

  test('shows the error of a part that does not start, and starts it after the next change', async () => {
    const good = read(HANDLER);
    const printed = await after(() => append(HANDLER, 'const = ;\n'), ['API gateway does not start']);
    expect(printed).toContain(`${HANDLER}:${good.split('\n').length}\n`);
    expect(running.child.exitCode).toBeNull();
    await after(() => replace(HANDLER, good), [`API gateway restarted (${HANDLER})`]);
    expect((await fetch(`${url}/health`)).status).toBe(200);
  }, 90_000);

  test('sees a file that is replaced again and again', async () => {
    for (let i = 0; i < 3; i += 1) {
      await after(
        () => replace('local/oidc/keys.ts', `${read('local/oidc/keys.ts')}\n`),
        ['OIDC issuer (sign-in) restarted (local/oidc/keys.ts)'],
      );
    }
  }, 90_000);

  test.each([
    ['shared/core/errors.ts', ['API gateway', 'Ingestion worker', 'Embedder']],
    ['embedder/server.ts', ['Embedder']],
    ['local/worker/queue.ts', ['Ingestion worker']],
    ['local/s3/cors.ts', ['S3 (documents)']],
    ['local/sqs/main.ts', ['SQS (queue)']],
  ])(
    'restarts the parts that run %s, and no others',
    async (file, parts) => {
      const lines = parts.map((part) => `${part} restarted (${file})`);
      const printed = await after(() => append(file, '\n'), lines);
      expect(printed.match(/ restarted /g)?.length).toBe(parts.length);
    },
    60_000,
  );

  test('runs a new migration', async () => {
    const file = 'migrations/9999-development.sql';
    const change = () => writeFileSync(path.join(root, file), 'CREATE TABLE development (id uuid);\n');
    expect(await after(change, ['Migrations restarted'])).toMatch(
      /\(migrations\/9999-.*\) [\d.]+ s: 1 applied/,
    );
  }, 60_000);

  test('watches folders that are new', async () => {
    mkdirSync(path.join(root, 'embedder/new'));
    const file = 'embedder/new/part.ts';
    await after(() => append(file, 'export const one = 1;\n'), [`Embedder restarted (${file})`]);
    await after(() => append(file, 'export const two = 2;\n'), [`Embedder restarted (${file})`]);
  }, 60_000);

  test('says that the platform itself is not restarted, and ignores tests and texts', async () => {
    append('shared/core/errors.test.ts', '\n');
    append('shared/README.md', '\n');
    const printed = await after(() => append('local/platform/ports.ts', '\n'), ['has changed']);
    expect(printed).toContain('local/platform/ports.ts has changed: stop the platform and start it again');
    expect(printed).not.toContain('restarted');
  });
});
