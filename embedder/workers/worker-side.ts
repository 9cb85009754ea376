import { parentPort, type Transferable } from 'node:worker_threads';
import type { WorkerMessage } from './worker-channel.ts';

/** An answer, and the buffers in it that are handed over instead of copied. */
type WorkerAnswer<Result> = { result: Result; transfer: Transferable[] };

type Answerer<Request, Result> = (request: Request) => Promise<WorkerAnswer<Result>>;

/**
 * The worker's end of a channel: runs `start`, says ready, then answers one request after the other with the
 * function that `start` gave. A failed start is reported with its message and ends the thread.
 */
export async function serveRequests<Request, Result>(
  start: () => Promise<Answerer<Request, Result>>,
): Promise<void> {
  const port = parentPort;
  if (!port) throw new Error('This file is the code of a worker thread.');
  const send = (message: WorkerMessage<Result>, transfer: Transferable[] = []) =>
    port.postMessage(message, transfer);

  let answer: Answerer<Request, Result>;
  try {
    answer = await start();
  } catch (error) {
    send({ type: 'failed', message: messageOf(error) });
    return;
  }
  let last: Promise<void> = Promise.resolve();
  port.on('message', ({ id, request }: { id: number; request: Request }) => {
    last = last
      .then(() => answer(request))
      .then(
        ({ result, transfer }) => send({ type: 'result', id, result }, transfer),
        (error: unknown) => send({ type: 'error', id, message: messageOf(error) }),
      );
  });
  send({ type: 'ready' });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
