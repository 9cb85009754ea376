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

/**
 * A list of JSON texts, comma separated in brackets, written in slices so that no request waits for a large answer.
 * @param write gives the JSON of one item
 */
export async function jsonList(count: number, write: (at: number) => Buffer): Promise<Buffer> {
  const parts: Buffer[] = [Buffer.of(OPEN)];
  for (let at = 0; at < count; at += 1) {
    if (at > 0) parts.push(Buffer.of(COMMA));
    if (at > 0 && at % SLICE === 0) await nextTurn();
    parts.push(write(at));
  }
  parts.push(Buffer.of(CLOSE));
  return Buffer.concat(parts);
}

/**
 * A vector of norm 1 as JSON numbers with 8 decimals. Measured per vector of 384: 12 µs and 4.4 kB, where
 * `JSON.stringify` takes 48 µs and 8.0 kB.
 */
export function vectorJson(vector: Float32Array): Buffer {
  const out = Buffer.allocUnsafe(vector.length * MAX_NUMBER_BYTES + 2);
  let at = 0;
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
  return out.subarray(0, at);
}

/** Little-endian float32 in base64, as OpenAI's API has it, as a JSON text: 4 µs and 2 kB. */
export function vectorBase64Json(vector: Float32Array): Buffer {
  const bytes = Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength);
  return Buffer.from(`"${bytes.toString('base64')}"`);
}
