import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { SessionPool } from '#embedder/model/session-pool.ts';
import { fuseAttention } from '#embedder/prepare/fuse-attention.ts';
import { type Graph, type GraphTensor, readGraph, writeGraph } from '#embedder/prepare/onnx-graph.ts';
import type { PreparedModel, PrepareOptions } from '#embedder/prepare/prepare-model.ts';
import { WorkerChannel } from '#embedder/workers/worker-channel.ts';
import { int8Encoder } from '#tests/support/models/int8-encoder.ts';

const SHAPE = { vocabulary: 1_000, hidden: 64, intermediate: 128, layers: 3, heads: 4, positions: 64 };
const ENCODER = Buffer.concat(int8Encoder(SHAPE));
const SOURCE = { padTokenId: 1, dimensions: SHAPE.hidden };

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'express-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

/** As at a first start, in a folder of its own. */
async function prepare(name: string, model: Buffer): Promise<PreparedModel> {
  const weights = join(directory, `${name}.onnx`);
  await writeFile(weights, model);
  const data: PrepareOptions = {
    padTokenId: SOURCE.padTokenId,
    spare: { threads: 2, dimensions: SOURCE.dimensions },
    weights,
    sha256: name,
    cacheDir: join(directory, name),
  };
  const url = new URL('../../embedder/prepare/prepare-worker.ts', import.meta.url);
  const channel = await WorkerChannel.open<null, PreparedModel>({ name: 'preparing worker', url, data });
  return await channel.call(null).finally(() => channel.close());
}

/** Prepared until the form for lone texts was measured to be the faster one; other reasons against it do not change. */
async function prepareKept(): Promise<PreparedModel> {
  for (let attempt = 0; attempt < 20; attempt += 1) {
    const prepared = await prepare(`kept-${attempt}`, ENCODER);
    if (prepared.expressOutcome === 'kept') return prepared;
    expect(prepared.expressOutcome).toBe('slower');
  }
  throw new Error('The form for lone texts was never faster.');
}

const graphOf = async (file: string) => readGraph(await readFile(file));
const operators = ({ nodes }: Graph) => nodes.map(({ op }) => op);
const refuse = () => {
  throw new Error('Nothing is to be written.');
};
const valuesInside = ({ values }: GraphTensor) => values as Buffer;
/** A graph as onnxruntime optimised it. */
async function optimised(): Promise<Graph> {
  return await graphOf((await prepare('optimised', ENCODER)).weights);
}

describe('a lone text’s form of an int8 encoder', () => {
  test('has one node for each layer’s attention, and gives the same vectors alone and padded', async () => {
    const { weights, express } = await prepareKept();
    const [before, after] = [operators(await graphOf(weights)), operators(await graphOf(express))];
    expect(before.filter((op) => op === 'Softmax')).toHaveLength(SHAPE.layers);
    expect(after.filter((op) => op === 'QAttention')).toHaveLength(SHAPE.layers);
    for (const op of ['Softmax', 'MatMulIntegerToFloat', 'Transpose', 'Reshape'])
      expect(after).not.toContain(op);
    expect(after.length).toBeLessThan(before.length / 1.5);

    const pool = await SessionPool.open({
      source: { ...SOURCE, weights, optimized: true, head: 'pooled' },
      express,
      workers: 2,
    });
    try {
      for (const lengths of [[1], [7], [40], [33, 2, 12]]) {
        const texts = lengths.map((length, row) =>
          Int32Array.from({ length }, (_, at) => (at * 37 + row) % SHAPE.vocabulary),
        );
        const [plain, fused] = [await pool.run(texts, 'worker'), await pool.run(texts, 'express')];
        const cosines = lengths.map((_, row) => dot(rowOf(plain, row), rowOf(fused, row)));
        expect(Math.min(...cosines)).toBeGreaterThan(0.9999);
      }
    } finally {
      await pool.close();
    }
  });

  test('is found again at the next start', async () => {
    const first = await prepareKept();
    const name = dirname(dirname(first.express)).split('/').at(-1) ?? '';
    expect(await prepare(name, ENCODER)).toEqual({ ...first, cache: 'found' });
  });

  test('is not kept where it would give other vectors: here the mask hides nothing', async () => {
    const unmasked = Buffer.from(ENCODER);
    const lowest = unmasked.indexOf(Buffer.from([0xff, 0xff, 0x7f, 0xff]));
    unmasked.fill(0, lowest, lowest + 4);
    const prepared = await prepare('unmasked', unmasked);
    expect(prepared).toMatchObject({ expressOutcome: 'other vectors', express: prepared.weights });
    expect(await readdir(dirname(prepared.weights))).toEqual([
      'model.onnx',
      'model.onnx.data',
      'record.json',
    ]);
  });
});

describe('a graph is left as it is', () => {
  test('without attention of the known form', async () => {
    const graph = await optimised();
    const nodes = graph.nodes.map((node) => (node.op === 'Softmax' ? { ...node, op: 'LogSoftmax' } : node));
    expect(fuseAttention({ ...graph, nodes }, refuse, refuse)).toBeNull();
  });

  test('with another scale than the size of its heads asks for', async () => {
    const graph = await optimised();
    const shape = Buffer.from(BigInt64Array.of(0n, 0n, 2n, 32n).buffer);
    const tensors = new Map(
      Array.from(graph.tensors, ([name, tensor]) => [
        name,
        tensor.type === 7 && tensor.dims.join() === '4' ? { ...tensor, values: shape } : tensor,
      ]),
    );
    expect(fuseAttention({ ...graph, tensors }, valuesInside, refuse)).toBeNull();
  });
});

test('a graph that is read and written is the same graph', () => {
  const graph = readGraph(ENCODER);
  const again = readGraph(writeGraph(graph));
  expect(again.nodes).toEqual(graph.nodes);
  expect(again.outputs).toEqual(['last_hidden_state']);
  expect(Array.from(again.tensors.keys())).toEqual(Array.from(graph.tensors.keys()));
  for (const [name, { raw }] of again.tensors) expect(raw.equals(graph.tensors.get(name)!.raw)).toBe(true);
});

test.each([
  ['nothing', Buffer.alloc(0)],
  ['text', Buffer.from('this is no model')],
  ['half a model', ENCODER.subarray(0, ENCODER.length / 2)],
])('%s is no graph', (_, file) => {
  expect(() => readGraph(file)).toThrow(RangeError);
});

function rowOf(rows: Float32Array, row: number): Float32Array {
  return rows.subarray(row * SHAPE.hidden, (row + 1) * SHAPE.hidden);
}

function dot(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, at) => sum + value * (b[at] ?? 0), 0);
}
