import { WorkerChannel, WorkerCrashed } from '#embedder/workers/worker-channel.ts';

type Command = 'echo' | 'throw' | 'exit';

/** The code of a worker that runs commands. @param body code that runs first */
function workerCode(body = ''): URL {
  const source = `
    import { parentPort } from 'node:worker_threads';
    ${body}
    parentPort.on('message', ({ id, request }) => {
      if (request === 'exit') process.exit(7);
      if (request === 'throw') setImmediate(() => { throw new Error('out of memory'); });
      if (request === 'echo') parentPort.postMessage({ type: 'result', id, result: 'echo' });
    });
    parentPort.postMessage({ type: 'ready' });`;
  return new URL(`data:text/javascript,${encodeURIComponent(source)}`);
}

async function open(onCrash?: (error: WorkerCrashed) => void): Promise<WorkerChannel<Command, string>> {
  return await WorkerChannel.open<Command, string>({
    name: 'test worker',
    url: workerCode(),
    data: null,
    ...(onCrash ? { onCrash } : {}),
  });
}

test.each(['throw', 'exit'] as const)(
  'a crash (%s) fails the running request; queued ones run on the new thread',
  async (command) => {
    const crashes: WorkerCrashed[] = [];
    const channel = await open((error) => crashes.push(error));
    const [running, queued] = await Promise.allSettled([channel.call(command), channel.call('echo')]);
    expect(running).toMatchObject({ status: 'rejected', reason: expect.any(WorkerCrashed) });
    expect(queued).toEqual({ status: 'fulfilled', value: 'echo' });
    expect(await channel.call('echo')).toBe('echo');
    expect(crashes).toHaveLength(1);
    await channel.close();
  },
);

test('the error of a crash has its cause', async () => {
  const channel = await open();
  const error = await channel.call('throw').catch((reason: unknown) => reason as Error);
  expect(error).toMatchObject({
    message: 'The test worker stopped (exit code 1).',
    cause: expect.objectContaining({ message: 'out of memory' }),
  });
  await channel.close();
});

test('a worker that cannot start rejects with its message', async () => {
  const url = workerCode(
    "parentPort.postMessage({ type: 'failed', message: 'no such file' }); process.exit();",
  );
  await expect(WorkerChannel.open({ name: 'test worker', url, data: null })).rejects.toThrow('no such file');
});

test('a closed channel refuses requests and starts no thread', async () => {
  const crashes: WorkerCrashed[] = [];
  const channel = await open((error) => crashes.push(error));
  await channel.close();
  await expect(channel.call('echo')).rejects.toThrow('The test worker is closed.');
  expect(crashes).toEqual([]);
});
