import { WorkerChannel, WorkerCrashed } from '#embedder/workers/worker-channel.ts';

type Order = 'echo' | 'throw' | 'exit';

/** A worker that does as it is told; `starts` says how often it may start. */
function worker(body = ''): URL {
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

async function open(onCrash?: (error: WorkerCrashed) => void): Promise<WorkerChannel<Order, string>> {
  return await WorkerChannel.open<Order, string>({
    name: 'test worker',
    url: worker(),
    data: null,
    ...(onCrash ? { onCrash } : {}),
  });
}

test.each(['throw', 'exit'] as const)(
  'a worker that dies (%s) fails the request it was at and is replaced; those behind go on there',
  async (order) => {
    const crashes: WorkerCrashed[] = [];
    const channel = await open((error) => crashes.push(error));
    const [died, waiting] = await Promise.allSettled([channel.call(order), channel.call('echo')]);
    expect(died).toMatchObject({ status: 'rejected', reason: expect.any(WorkerCrashed) });
    expect(waiting).toEqual({ status: 'fulfilled', value: 'echo' });
    expect(await channel.call('echo')).toBe('echo');
    expect(crashes).toHaveLength(1);
    await channel.close();
  },
);

test('the reason of a death is kept for the log', async () => {
  const channel = await open();
  const error = await channel.call('throw').catch((reason: unknown) => reason as Error);
  expect(error).toMatchObject({
    message: 'The test worker stopped (exit code 1).',
    cause: expect.objectContaining({ message: 'out of memory' }),
  });
  await channel.close();
});

test('a worker that cannot start says why', async () => {
  const url = worker("parentPort.postMessage({ type: 'failed', message: 'no such file' }); process.exit();");
  await expect(WorkerChannel.open({ name: 'test worker', url, data: null })).rejects.toThrow('no such file');
});

test('a closed channel takes nothing and replaces nobody', async () => {
  const crashes: WorkerCrashed[] = [];
  const channel = await open((error) => crashes.push(error));
  await channel.close();
  await expect(channel.call('echo')).rejects.toThrow('The test worker is closed.');
  expect(crashes).toEqual([]);
});
