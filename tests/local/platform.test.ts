import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { RunningPlatform } from '#local/platform/data-directory.ts';
import { isRunning } from '#local/platform/process-ref.ts';
import { ended, noteOf, pidOf, start, stopStarted, untilUp } from '#tests/support/npm-start.ts';
import { until } from '#tests/support/until.ts';

const STOP_MS = 15_000;

async function untilGone(processes: RunningPlatform['processes']): Promise<void> {
  await until(async () => !(await Promise.all(processes.map(isRunning))).includes(true), STOP_MS);
}

afterEach(stopStarted);

describe('npm start', () => {
  test('starts a platform that is ready; a signal ends all of its processes', async () => {
    const running = start();
    await untilUp(running);
    const note = noteOf(running);
    expect(running.output()).toContain(`API      ${note.url}`);
    expect(await (await fetch(`${note.url}/ready`)).json()).toMatchObject({ status: 'ready' });
    running.child.kill('SIGINT');
    expect(await ended(running)).toBe(0);
    expect((await Promise.all(note.processes.map(isRunning))).includes(true)).toBe(false);
  }, 90_000);

  test('prints the URL of a platform that runs already, and leaves it running', async () => {
    const first = start();
    await untilUp(first);
    const { url, pid } = noteOf(first);
    const second = start({ dataDir: first.dataDir });
    expect(await ended(second)).toBe(0);
    expect(second.output()).toContain(`running already at ${url} (process ${pid})`);
    expect((await fetch(`${url}/health`)).status).toBe(200);
  }, 90_000);

  test('restarts a part that was killed, and leaves no process when it is killed itself', async () => {
    const running = start();
    await untilUp(running);
    const before = noteOf(running);
    for (const name of ['embedder', 'postgres']) process.kill(pidOf(before, name), 'SIGKILL');
    const replaced = (name: string) =>
      ![pidOf(before, name), Number.NaN].includes(pidOf(noteOf(running), name));
    await until(() => replaced('embedder') && replaced('postgres'), STOP_MS);
    await until(async () => (await fetch(`${before.url}/ready`)).status === 200, STOP_MS);
    expect(running.output()).toContain('Embedder ended (SIGKILL); starting it again.');
    const { processes } = noteOf(running);
    running.child.kill('SIGKILL');
    await untilGone(processes);
  }, 90_000);

  test('does not start a part that a URL in the environment replaces', async () => {
    const running = start({ env: { CHROMA_URL: 'http://user:secret@127.0.0.1:9' } });
    await untilUp(running);
    expect(running.output()).toContain('Chroma (vectors): from the environment: http://127.0.0.1:9\n');
    expect(noteOf(running).processes.map(({ name }) => name)).not.toContain('chroma');
  }, 90_000);

  test('names a taken port, the process that listens there, and the option for another port', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const running = start({ args: ['--port', `oidc=${port}`] });
    expect(await ended(running)).toBe(1);
    expect(running.output()).toContain(
      `Port ${port}, which the OIDC issuer needs, is taken by process ${process.pid}`,
    );
    expect(running.output()).toContain(`npm start -- --port oidc=${port + 10}`);
    other.close();
  });

  test('names a wrong setting instead of starting half a platform', async () => {
    const running = start({ env: { OPENAI_BASE_URL: 'nonsense' } });
    expect(await ended(running)).toBe(1);
    expect(running.output()).toMatch(/OPENAI_BASE_URL: .*Example: OPENAI_BASE_URL=https/);
  }, 90_000);

  test.each(['nonsense', 'api=0', 'else=8010'])(
    'refuses the port option %s with its usage',
    async (option) => {
      const running = start({ args: ['--port', option] });
      expect(await ended(running)).toBe(1);
      expect(running.output()).toContain('write it as part=number');
    },
  );
});
