/**
 * Protocol Buffers' wire format (protobuf.dev/programming-guides/encoding), as much of it as an ONNX file needs: fields
 * that are numbers, and fields that have a length.
 */

/** One field of a message: its bytes, or its number; `raw` is all of it, key included. */
export type Field = { number: number; bytes: Buffer; value: bigint; raw: Buffer };

const VARINT = 0;
const EIGHT_BYTES = 1;
const LENGTH = 2;
const FOUR_BYTES = 5;
const SIZES = new Map([
  [EIGHT_BYTES, 8],
  [FOUR_BYTES, 4],
]);

/** The fields of a message, in their order. @throws RangeError when it is none */
export function readFields(message: Buffer): Field[] {
  const fields: Field[] = [];
  for (let at = 0; at < message.length; ) {
    const key = readVarint(message, at);
    const [number, type] = [Number(key.value >> 3n), Number(key.value & 7n)];
    const first =
      type === VARINT || type === LENGTH ? readVarint(message, key.end) : { value: 0n, end: key.end };
    const length = type === LENGTH ? Number(first.value) : (SIZES.get(type) ?? 0);
    const end = first.end + length;
    if (end > message.length) throw new RangeError('A field is longer than its message.');
    fields.push({
      number,
      bytes: message.subarray(first.end, end),
      value: first.value,
      raw: message.subarray(at, end),
    });
    at = end;
  }
  return fields;
}

/** The numbers of a repeated field, which stand one by one or packed into one field. */
export function numbersOf(fields: Field[], number: number): number[] {
  return fields
    .filter((field) => field.number === number)
    .flatMap(({ bytes: packed, value }) => (packed.length > 0 ? readVarints(packed) : [Number(value)]));
}

function readVarints(packed: Buffer): number[] {
  const numbers: number[] = [];
  for (let at = 0; at < packed.length; ) {
    const { value, end } = readVarint(packed, at);
    numbers.push(Number(value));
    at = end;
  }
  return numbers;
}

function readVarint(message: Buffer, start: number): { value: bigint; end: number } {
  let value = 0n;
  for (let at = start; ; at += 1) {
    const byte = message.readUInt8(at);
    value |= BigInt(byte & 0x7f) << BigInt(7 * (at - start));
    if (byte < 0x80) return { value, end: at + 1 };
  }
}

/** The texts of a repeated field. */
export function textsOf(fields: Field[], number: number): string[] {
  return fields.filter((field) => field.number === number).map(({ bytes }) => bytes.toString());
}

export function integer(field: number, value: number): Buffer {
  return Buffer.concat([varint(field << 3), varint(value)]);
}

export function text(field: number, value: string): Buffer {
  return bytes(field, [Buffer.from(value)]);
}

/** A field of bytes or of a message, given in parts. */
export function bytes(field: number, parts: Buffer[]): Buffer {
  return Buffer.concat([header(field, parts), ...parts]);
}

/** What stands in front of a field's bytes. */
export function header(field: number, parts: Buffer[]): Buffer {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  return Buffer.concat([varint((field << 3) | LENGTH), varint(length)]);
}

/** Negative numbers take ten bytes, as two's complement of 64 bits. */
function varint(value: number): Buffer {
  const out: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  for (; rest > 0x7fn; rest >>= 7n) out.push(Number(rest & 0x7fn) | 0x80);
  return Buffer.from([...out, Number(rest)]);
}
