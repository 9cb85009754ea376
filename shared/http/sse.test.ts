import { text } from 'node:stream/consumers';
import { type EventBody, type NamedEvent, openAiSseStream, replayedStream, sseStream } from './sse.ts';

type Probe = { produced: number; closed: boolean };

/** A source that counts the events taken from it, and records that it was closed. */
async function* source(count: number, probe: Probe, signal?: AbortSignal): AsyncGenerator<NamedEvent, void> {
  try {
    for (let n = 0; n < count; n += 1) {
      if (signal?.aborted) return;
      probe.produced += 1;
      yield { event: 'delta', data: { n, text: '한\n글' } };
    }
  } finally {
    probe.closed = true;
  }
}

/** A source without events until it is aborted. */
async function* silence(signal: AbortSignal, started?: () => void, ended?: () => void) {
  started?.();
  if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve));
  ended?.();
  yield* [] as NamedEvent[];
}

async function* failing(): AsyncGenerator<NamedEvent, void> {
  yield { event: 'delta', data: 1 };
  throw new Error('broken');
}

async function* chunks(): AsyncGenerator<unknown, void> {
  yield { id: 1 };
  yield { id: 2 };
}

/** Resolves after this many pings of another stream with the same period. */
async function pings(count: number): Promise<void> {
  const given = options(5);
  let seen = 0;
  for await (const _ping of sseStream(silence(given.controller.signal), given)) {
    seen += 1;
    if (seen === count) break;
  }
}

const probe = (): Probe => ({ produced: 0, closed: false });
const options = (pingMs?: number) => ({ controller: new AbortController(), ...(pingMs && { pingMs }) });

describe('sseStream', () => {
  test('writes one named event per item with its data as one line of JSON', async () => {
    expect(await text(sseStream(source(2, probe()), options()))).toBe(
      'event: delta\ndata: {"n":0,"text":"한\\n글"}\n\nevent: delta\ndata: {"n":1,"text":"한\\n글"}\n\n',
    );
  });

  test('does not abort a source that has ended', async () => {
    const given = options();
    await text(sseStream(source(3, probe()), given));
    expect(given.controller.signal.aborted).toBe(false);
  });

  test('sends pings while it waits, also before the first event', async () => {
    const waiting = Promise.withResolvers<void>();
    async function* slow(): AsyncGenerator<NamedEvent, void> {
      await waiting.promise;
      yield { event: 'done', data: {} };
    }
    let seen = '';
    for await (const chunk of sseStream(slow(), options(5))) {
      seen += String(chunk);
      if ((seen.match(/: ping/g)?.length ?? 0) >= 3) waiting.resolve();
    }
    expect(seen).toMatch(/^(?:: ping\n\n){3,}event: done\ndata: {}\n\n$/);
  });

  test('reads no more from the source than its reader takes, and sends no pings meanwhile', async () => {
    const seen = probe();
    const given = options(5);
    const stream = sseStream(source(1e9, seen, given.controller.signal), given);
    const ready = new Promise((resolve) => stream.once('readable', resolve));
    await ready;
    await new Promise((resolve) => setImmediate(resolve));
    const taken = seen.produced;
    expect(taken).toBeLessThan(5_000);
    const buffered = stream.readableLength;
    await pings(6);
    expect(seen.produced).toBe(taken);
    expect(stream.readableLength).toBe(buffered);
    stream.destroy();
  });

  test('a reader that disconnects aborts the source and closes it', async () => {
    const seen = probe();
    const given = options();
    const stream = sseStream(source(1e9, seen, given.controller.signal), given);
    for await (const _chunk of stream) break;
    expect(given.controller.signal.aborted).toBe(true);
    expect(seen.closed).toBe(true);
  });

  test('a reader that disconnects while the source waits aborts it through the signal', async () => {
    const given = options();
    const started = Promise.withResolvers<void>();
    const ended = Promise.withResolvers<void>();
    const idle = silence(given.controller.signal, started.resolve, ended.resolve);
    const stream = sseStream(idle, given).resume();
    await started.promise;
    stream.destroy();
    await ended.promise;
  });

  test('closes only after its source has saved its answer', async () => {
    const given = options();
    const saving = Promise.withResolvers<void>();
    const order: string[] = [];
    async function* saved(): AsyncGenerator<NamedEvent, void> {
      try {
        yield { event: 'delta', data: {} };
        yield* silence(given.controller.signal);
      } finally {
        await saving.promise;
        order.push('saved');
      }
    }
    const stream = sseStream(saved(), given);
    const closed = new Promise((resolve) => stream.once('close', resolve)).then(() => order.push('closed'));
    stream.once('data', () => {
      stream.destroy();
      setImmediate(saving.resolve);
    });
    await closed;
    expect(order).toEqual(['saved', 'closed']);
  });

  test('reads a source that is aborted from outside to its end, with or without a reader', async () => {
    const given = options();
    const seen = probe();
    const stalled = Promise.withResolvers<void>();
    async function* until(signal: AbortSignal): AsyncGenerator<NamedEvent, void> {
      while (!signal.aborted) {
        yield { event: 'delta', data: 'x'.repeat(1_000) };
        setImmediate(stalled.resolve);
      }
      yield* source(2, seen);
    }
    const stream = sseStream(until(given.controller.signal), given);
    stream.read(0);
    await stalled.promise;
    const ended = new Promise((resolve) => stream.once('end', resolve));
    given.controller.abort();
    while (!seen.closed) await new Promise((resolve) => setImmediate(resolve));
    stream.resume();
    await ended;
    expect(seen.produced).toBe(2);
  });

  test('a source that throws destroys the stream with its error', async () => {
    await expect(text(sseStream(failing(), options()))).rejects.toThrow('broken');
  });
});

describe('a keeper', () => {
  type Told = { texts: (string | null)[]; stream: EventBody };

  function kept(make: (signal: AbortSignal) => AsyncGenerator<NamedEvent, boolean | void>): Told {
    const given = options();
    const stream = sseStream(make(given.controller.signal), given);
    const texts: (string | null)[] = [];
    stream.keep(async (told) => void texts.push(told));
    return { stream, texts };
  }

  const closed = (stream: EventBody) => new Promise((resolve) => stream.once('close', resolve));

  async function* whole(): AsyncGenerator<NamedEvent, boolean> {
    yield { event: 'delta', data: 1 };
    yield { event: 'done', data: {} };
    return true;
  }

  test('gets the streamed text before the stream ends', async () => {
    const { stream, texts } = kept(whole);
    let streamed = '';
    stream.on('data', (chunk) => (streamed += String(chunk)));
    await new Promise((resolve) => stream.once('end', resolve));
    expect(texts).toEqual([streamed]);
    expect(streamed).toMatch(/^event: delta\n.*\n\nevent: done\n.*\n\n$/);
  });

  test('gets a complete answer whose reader has left', async () => {
    const { stream, texts } = kept(whole);
    const all = closed(stream);
    stream.once('data', () => stream.destroy());
    await all;
    expect(texts).toEqual(['event: delta\ndata: 1\n\nevent: done\ndata: {}\n\n']);
  });

  test.each<[string, (signal: AbortSignal) => AsyncGenerator<NamedEvent, boolean | void>]>([
    ['does not say that it is one', () => source(2, probe())],
    ['throws', failing],
    ['ends because its reader left', (signal) => source(1e9, probe(), signal)],
  ])('gets null for a source that %s', async (_what, make) => {
    const { stream, texts } = kept(make);
    const all = closed(stream);
    let chunks = 0;
    stream.on('error', () => {}).on('data', () => (chunks += 1) === 3 && stream.destroy());
    await all;
    expect(texts).toEqual([null]);
  });

  test('is called once for a stream that was never read', async () => {
    const { stream, texts } = kept((signal) => source(1e9, probe(), signal));
    stream.destroy();
    await closed(stream);
    expect(texts).toEqual([null]);
  });

  test('gets the text with the closing marker of the stream', async () => {
    async function* one(): AsyncGenerator<unknown, boolean> {
      yield { id: 1 };
      return true;
    }
    const stream = openAiSseStream(one(), options());
    const told = Promise.withResolvers<string | null>();
    stream.keep(async (words) => told.resolve(words));
    expect(await text(stream)).toBe(await told.promise);
    expect(await text(replayedStream(String(await told.promise), options()))).toBe(await told.promise);
  });
});

describe('openAiSseStream', () => {
  test('writes data-only events and closes with [DONE]', async () => {
    expect(await text(openAiSseStream(chunks(), options()))).toBe(
      'data: {"id":1}\n\ndata: {"id":2}\n\ndata: [DONE]\n\n',
    );
  });
});
