/**
 * Writes Protocol Buffers' wire format (protobuf.dev/programming-guides/encoding), as far as an ONNX file needs it:
 * integer fields and length-delimited fields.
 */

const VARINT = 0;
const LENGTH_DELIMITED = 2;

export function integer(field: number, value: number): Buffer {
  return Buffer.concat([varint((field << 3) | VARINT), varint(value)]);
}

export function text(field: number, value: string): Buffer {
  return bytes(field, [Buffer.from(value)]);
}

/** A field that holds bytes or a message, given in parts. */
export function bytes(field: number, parts: Buffer[]): Buffer {
  return Buffer.concat([header(field, parts), ...parts]);
}

/** The key and the length that precede a field's bytes. */
export function header(field: number, parts: Buffer[]): Buffer {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  return Buffer.concat([varint((field << 3) | LENGTH_DELIMITED), varint(length)]);
}

/** Negative numbers are 64-bit two's complement and take ten bytes. */
function varint(value: number): Buffer {
  const out: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  for (; rest > 0x7fn; rest >>= 7n) out.push(Number(rest & 0x7fn) | 0x80);
  return Buffer.from([...out, Number(rest)]);
}
