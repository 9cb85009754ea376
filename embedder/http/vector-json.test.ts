import { writeVectors } from './vector-json.ts';

const BARE = { head: '', tail: '' };

async function writeAndParse(vector: Float32Array): Promise<number[]> {
  const [read] = JSON.parse(String(await writeVectors([vector], 'float', BARE))) as number[][];
  return read!;
}

test('numbers are exact to 8 decimals, whatever their sign and size', async () => {
  const vector = Float32Array.of(0, -0, 1, -1, 0.5, -0.123456789, 1e-7, -4e-9, 6e-9, 0.99999999);
  const read = await writeAndParse(vector);
  expect(read).toHaveLength(vector.length);
  for (const [i, value] of read.entries()) expect(Math.abs(value - vector[i]!)).toBeLessThanOrEqual(5.1e-9);
});

test('a written vector keeps its direction: cosine 1 to nine places', async () => {
  const vector = Float32Array.from({ length: 384 }, (_, i) => Math.sin(i * i) / Math.sqrt(192));
  const read = await writeAndParse(vector);
  const dot = read.reduce((sum, value, i) => sum + value * vector[i]!, 0);
  expect(dot / (Math.hypot(...read) * Math.hypot(...vector))).toBeCloseTo(1, 9);
});

test('the buffer has room for the longest numbers: all negative, with every digit', async () => {
  const vector = new Float32Array(384).fill(-0.12345678);
  expect(await writeAndParse(vector)).toEqual(
    Array.from({ length: 384 }, () => expect.closeTo(-0.12345678, 7)),
  );
});

test('base64 has the exact bytes, also of a view into a larger array', async () => {
  const vector = Float32Array.of(9, 0.25, -0.75, 9).subarray(1, 3);
  const [text] = JSON.parse(String(await writeVectors([vector], 'base64', BARE))) as string[];
  const bytes = Buffer.from(text!, 'base64');
  expect([bytes.readFloatLE(0), bytes.readFloatLE(4)]).toEqual([0.25, -0.75]);
});

test('the frame surrounds each vector and the list', async () => {
  const vectors = [Float32Array.of(1), Float32Array.of(-0.5)];
  const frame = {
    head: '{"list":',
    before: (at: number) => `{"at":${at},"is":`,
    after: '}',
    tail: ',"n":2}',
  };
  expect(JSON.parse(String(await writeVectors(vectors, 'float', frame)))).toEqual({
    list: [
      { at: 0, is: [1] },
      { at: 1, is: [-0.5] },
    ],
    n: 2,
  });
  expect(String(await writeVectors([], 'float', BARE))).toBe('[]');
});

test('a long list is complete and in order, and other work runs before it is written', async () => {
  const order: string[] = [];
  setImmediate(() => order.push('other work'));
  const vectors = Array.from({ length: 300 }, (_, i) => Float32Array.of(i / 300));
  const list = JSON.parse(String(await writeVectors(vectors, 'float', BARE))) as number[][];
  order.push('written');
  expect(order).toEqual(['other work', 'written']);
  expect(list.map(([value]) => Math.round(value! * 300))).toEqual(Array.from({ length: 300 }, (_, i) => i));
});
