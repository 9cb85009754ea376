import { jsonList, vectorBase64Json, vectorJson } from './vector-json.ts';

test('numbers come back to within 8 decimals, whatever their sign and size', () => {
  const vector = Float32Array.of(0, -0, 1, -1, 0.5, -0.123456789, 1e-7, -4e-9, 6e-9, 0.99999999);
  const read = JSON.parse(String(vectorJson(vector))) as number[];
  expect(read).toHaveLength(vector.length);
  for (const [i, value] of read.entries()) expect(Math.abs(value - vector[i]!)).toBeLessThanOrEqual(5.1e-9);
});

test('what is written keeps the direction: cosine 1 to nine places', () => {
  const vector = Float32Array.from({ length: 384 }, (_, i) => Math.sin(i * i) / Math.sqrt(192));
  const read = JSON.parse(String(vectorJson(vector))) as number[];
  const dot = read.reduce((sum, value, i) => sum + value * vector[i]!, 0);
  expect(dot / (Math.hypot(...read) * Math.hypot(...vector))).toBeCloseTo(1, 9);
});

test('base64 holds the very bytes, of a view into a larger array too', () => {
  const vector = Float32Array.of(9, 0.25, -0.75, 9).subarray(1, 3);
  const bytes = Buffer.from(JSON.parse(String(vectorBase64Json(vector))) as string, 'base64');
  expect([bytes.readFloatLE(0), bytes.readFloatLE(4)]).toEqual([0.25, -0.75]);
});

test('a long list is whole, in order, and other work gets its turn before it is written', async () => {
  let written = 0;
  let writtenAtTurn = 0;
  setImmediate(() => {
    writtenAtTurn = written;
  });
  const list = await jsonList(300, (at) => {
    written += 1;
    return Buffer.from(String(at));
  });
  expect(writtenAtTurn).toBe(64);
  expect(JSON.parse(String(list))).toEqual(Array.from({ length: 300 }, (_, i) => i));
  expect(await jsonList(0, () => Buffer.alloc(0))).toEqual(Buffer.from('[]'));
});
