import { parentPort, type Transferable } from 'node:worker_threads';
import type { WorkerMessage } from './worker-channel.ts';

/** Computes a result. The buffers in `transfer` are moved to the other thread instead of copied. */
type RequestHandler<Request, Result> = (
  request: Request,
) => Promise<{ result: Result; transfer: Transferable[] }>;

/**
 * The worker's end of a channel: runs `start`, reports ready, then passes requests one by one to the handler that
 * `start` returned. If `start` fails, its message is reported and the thread ends.
 */
export async function serveRequests<Request, Result>(
  start: () => Promise<RequestHandler<Request, Result>>,
): Promise<void> {
  const port = parentPort;
  if (!port) throw new Error('This file is the code of a worker thread.');
  const send = (message: WorkerMessage<Result>, transfer: Transferable[] = []) =>
    port.postMessage(message, transfer);

  let handle: RequestHandler<Request, Result>;
  try {
    handle = await start();
  } catch (error) {
    send({ type: 'failed', message: messageOf(error) });
    return;
  }
  let last: Promise<void> = Promise.resolve();
  port.on('message', ({ id, request }: { id: number; request: Request }) => {
    last = last
      .then(() => handle(request))
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
