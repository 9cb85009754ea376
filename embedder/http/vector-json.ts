import { setImmediate as nextTurn } from 'node:timers/promises';

/** Digits behind the point: half a unit of the last is 5e-9, an eighth of what float32 has at 0.5. */
const DECIMALS = 8;
const SCALE = 10 ** DECIMALS;
/** Bytes of one number at most: sign, digit, point, decimals, comma. */
const MAX_NUMBER_BYTES = DECIMALS + 4;
const MINUS = 0x2d;
const POINT = 0x2e;
const COMMA = 0x2c;
const ZERO = 0x30;
const OPEN = 0x5b;
const CLOSE = 0x5d;
/** Vectors written before other requests get their turn: 64 × 384 numbers take 0.8 ms. */
const SLICE = 64;

export type VectorFormat = 'float' | 'base64';
/** What stands around each vector and around them all; ASCII. */
type Frame = { head: string; before?: (at: number) => string; after?: string; tail: string };
type Vector = Float32Array;

/**
 * Vectors as a JSON list inside a frame, all in one buffer: parts put together later would be copied twice. Written
 * in slices, so that no request waits for another's large answer.
 */
export async function vectorsJson(vectors: Vector[], format: VectorFormat, frame: Frame): Promise<Buffer> {
  const { head, before, after = '', tail } = frame;
  const write = format === 'base64' ? writeBase64 : writeNumbers;
  const befores = vectors.map((_, at) => (at > 0 ? ',' : '') + (before?.(at) ?? ''));
  const size = vectors.reduce((sum, vector, at) => sum + sizeOf(vector, (befores[at] ?? '') + after), 0);
  const out = Buffer.allocUnsafe(head.length + size + tail.length + 2);
  let end = out.write(`${head}[`, 'latin1');
  for (const [at, vector] of vectors.entries()) {
    if (at > 0 && at % SLICE === 0) await nextTurn();
    end += out.write(befores[at] ?? '', end, 'latin1');
    end = write(out, end, vector);
    if (after) end += out.write(after, end, 'latin1');
  }
  end += out.write(`]${tail}`, end, 'latin1');
  return out.subarray(0, end);
}

/** At most; numbers are the longer form. */
function sizeOf(vector: Vector, around: string): number {
  return around.length + vector.length * MAX_NUMBER_BYTES + 2;
}

/**
 * A vector of norm 1 as JSON numbers with 8 decimals. Measured per vector of 384: 12 µs and 4.4 kB, where
 * `JSON.stringify` takes 48 µs and 8.0 kB. @returns where it ends
 */
function writeNumbers(out: Buffer, start: number, vector: Vector): number {
  let at = start;
  out[at++] = OPEN;
  for (let i = 0; i < vector.length; i += 1) {
    if (i > 0) out[at++] = COMMA;
    // Whole numbers of 32 bits from here on: several times as fast as doubles.
    let rest = Math.round((vector[i] as number) * SCALE) | 0;
    if (rest < 0) {
      out[at++] = MINUS;
      rest = -rest | 0;
    }
    const whole = (rest / SCALE) | 0;
    rest = (rest - whole * SCALE) | 0;
    out[at] = ZERO + whole;
    out[at + 1] = POINT;
    at += DECIMALS + 2;
    for (let place = at - 1; place >= at - DECIMALS; place -= 1) {
      const tenth = (rest / 10) | 0;
      out[place] = ZERO + rest - tenth * 10;
      rest = tenth;
    }
  }
  out[at++] = CLOSE;
  return at;
}

/** Little-endian float32 in base64, as OpenAI's API has it: 4 µs and 2 kB. @returns where it ends */
function writeBase64(out: Buffer, start: number, vector: Vector): number {
  const bytes = Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength);
  return start + out.write(`"${bytes.toString('base64')}"`, start, 'latin1');
}
