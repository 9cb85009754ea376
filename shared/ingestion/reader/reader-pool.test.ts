import { type ReaderLimits, readerLimits } from './limits.ts';
import type { ReadJob } from './messages.ts';
import { ReaderPool } from './reader-pool.ts';
import type { ReadCalls } from './reader-process.ts';

const LIMITS = readerLimits(450, 60_000);
const LONG = 'The robot carries a box through the hall. '.repeat(20_000);

const pools: ReaderPool[] = [];

afterEach(() => {
  for (const pool of pools.splice(0)) pool.close();
});

function poolOf(limits: Partial<ReaderLimits> = {}, size = 2): ReaderPool {
  const pool = new ReaderPool(size, { ...LIMITS, ...limits });
  pools.push(pool);
  return pool;
}

function jobOf(text: string, contentType = 'text/plain'): ReadJob {
  const bytes = new TextEncoder().encode(text);
  return { bytes, contentType, filename: 'a.txt', maxTokens: 320, overlapTokens: 48 };
}

const calls: ReadCalls = {
  countTokens: async (texts) => texts.map((text) => Math.ceil(text.length / 4)),
  onParsed: async () => undefined,
};

test('a file is read and cut into chunks, and the next one by the same process', async () => {
  const pool = poolOf();
  for (const text of ['# First\n\nOne.', '# Second\n\nTwo.']) {
    const { chunks, pages, title } = await pool.read(jobOf(text, 'text/markdown'), calls, 'any');
    expect([chunks.map((chunk) => chunk.text), pages, title]).toEqual([
      [text.slice(2)],
      null,
      text.slice(2).split('\n')[0],
    ]);
  }
});

test.each<[string, Partial<ReaderLimits>]>([
  ['time', { timeMs: 100 }],
  ['memory', { memoryMb: 60 }],
  ['memory', { heapMb: 30 }],
  ['output', { outputBytes: 1_000 }],
])('a file that takes too much %s ends its process: %j', async (reason, limits) => {
  const reading = poolOf(limits).read(jobOf(LONG.repeat(5)), calls, 'any');
  await expect(reading).rejects.toMatchObject({ name: 'ReaderEnded', reason });
});

test('while one file keeps its process busy, others are read by another one', async () => {
  const pool = poolOf();
  const read = (text: string) => pool.read(jobOf(text), calls, 'any');
  await Promise.all([read('warms one process'), read('warms another')]);
  const order: string[] = [];
  const long = read(LONG).then(() => order.push('long'));
  for (const name of ['first', 'second']) await read(name).then(() => order.push(name));
  await long;
  expect(order).toEqual(['first', 'second', 'long']);
});

test('a fault of the file is its own, and does not end the process', async () => {
  const pool = poolOf({}, 1);
  await expect(pool.read(jobOf('{', 'application/json'), calls, 'any')).rejects.toMatchObject({
    code: 'corrupt_document',
  });
  expect((await pool.read(jobOf('fine'), calls, 'any')).chunks).toHaveLength(1);
});

test('when tokens cannot be counted, that is the error, and the next file is read', async () => {
  const pool = poolOf({}, 1);
  const countTokens = () => Promise.reject(new Error('no embedder'));
  await expect(pool.read(jobOf('text'), { ...calls, countTokens }, 'any')).rejects.toThrow('no embedder');
  expect((await pool.read(jobOf('fine'), calls, 'any')).chunks).toHaveLength(1);
});

test('a file is not read on when its caller has lost interest', async () => {
  const onParsed = () => Promise.reject(new Error('deleted meanwhile'));
  await expect(poolOf().read(jobOf(LONG), { ...calls, onParsed }, 'any')).rejects.toThrow(
    'deleted meanwhile',
  );
});

test('waiting for counts is not reading time', async () => {
  const other = poolOf();
  const countTokens: ReadCalls['countTokens'] = async (texts) => {
    await other.read(jobOf(LONG), calls, 'any');
    return await calls.countTokens(texts);
  };
  const { chunks } = await poolOf({ timeMs: 300 }).read(jobOf('text'), { ...calls, countTokens }, 'any');
  expect(chunks).toHaveLength(1);
});
