import { vectorsJson } from './vector-json.ts';

const BARE = { head: '', tail: '' };

async function numbers(vector: Float32Array): Promise<number[]> {
  const [read] = JSON.parse(String(await vectorsJson([vector], 'float', BARE))) as number[][];
  return read!;
}

test('numbers come back to within 8 decimals, whatever their sign and size', async () => {
  const vector = Float32Array.of(0, -0, 1, -1, 0.5, -0.123456789, 1e-7, -4e-9, 6e-9, 0.99999999);
  const read = await numbers(vector);
  expect(read).toHaveLength(vector.length);
  for (const [i, value] of read.entries()) expect(Math.abs(value - vector[i]!)).toBeLessThanOrEqual(5.1e-9);
});

test('what is written keeps the direction: cosine 1 to nine places', async () => {
  const vector = Float32Array.from({ length: 384 }, (_, i) => Math.sin(i * i) / Math.sqrt(192));
  const read = await numbers(vector);
  const dot = read.reduce((sum, value, i) => sum + value * vector[i]!, 0);
  expect(dot / (Math.hypot(...read) * Math.hypot(...vector))).toBeCloseTo(1, 9);
});

test('the longest numbers fit: all of them negative and with every digit', async () => {
  const vector = new Float32Array(384).fill(-0.12345678);
  expect(await numbers(vector)).toEqual(Array.from({ length: 384 }, () => expect.closeTo(-0.12345678, 7)));
});

test('base64 holds the very bytes, of a view into a larger array too', async () => {
  const vector = Float32Array.of(9, 0.25, -0.75, 9).subarray(1, 3);
  const [text] = JSON.parse(String(await vectorsJson([vector], 'base64', BARE))) as string[];
  const bytes = Buffer.from(text!, 'base64');
  expect([bytes.readFloatLE(0), bytes.readFloatLE(4)]).toEqual([0.25, -0.75]);
});

test('the frame stands around each vector and around them all', async () => {
  const vectors = [Float32Array.of(1), Float32Array.of(-0.5)];
  const frame = {
    head: '{"list":',
    before: (at: number) => `{"at":${at},"is":`,
    after: '}',
    tail: ',"n":2}',
  };
  expect(JSON.parse(String(await vectorsJson(vectors, 'float', frame)))).toEqual({
    list: [
      { at: 0, is: [1] },
      { at: 1, is: [-0.5] },
    ],
    n: 2,
  });
  expect(String(await vectorsJson([], 'float', BARE))).toBe('[]');
});

test('a long list is whole, in order, and other work gets its turn before it is written', async () => {
  const order: string[] = [];
  setImmediate(() => order.push('other work'));
  const vectors = Array.from({ length: 300 }, (_, i) => Float32Array.of(i / 300));
  const list = JSON.parse(String(await vectorsJson(vectors, 'float', BARE))) as number[][];
  order.push('written');
  expect(order).toEqual(['other work', 'written']);
  expect(list.map(([value]) => Math.round(value! * 300))).toEqual(Array.from({ length: 300 }, (_, i) => i));
});
