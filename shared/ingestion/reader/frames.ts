import type { Readable, Writable } from 'node:stream';
import { deserialize, serialize } from 'node:v8';

const HEADER_BYTES = 4;

/** Writes a value as one frame: its length in four bytes, then its structured clone. */
export function writeFrame(stream: Writable, value: unknown): void {
  const body = serialize(value);
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt32LE(body.length);
  stream.cork();
  stream.write(header);
  stream.write(body);
  stream.uncork();
}

type FrameEvents = {
  onFrame(value: unknown): void;
  /** Called once, from the header alone: nothing of such a frame is kept. */
  onTooLarge(bytes: number): void;
};

/** Reads frames of at most `maxBytes` each from a stream, in order. */
export function readFrames(stream: Readable, maxBytes: number, { onFrame, onTooLarge }: FrameEvents): void {
  let parts: Buffer[] = [];
  let length = 0;
  const read = (data: Buffer) => {
    parts.push(data);
    length += data.length;
    while (length >= HEADER_BYTES) {
      const wanted = HEADER_BYTES + frameBytes(parts);
      if (wanted > HEADER_BYTES + maxBytes) {
        stream.off('data', read);
        parts = [];
        onTooLarge(wanted - HEADER_BYTES);
        return;
      }
      if (length < wanted) return;
      const all = parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts);
      parts = [all.subarray(wanted)];
      length -= wanted;
      onFrame(deserialize(all.subarray(HEADER_BYTES, wanted)));
    }
  };
  stream.on('data', read);
}

/** The length in the header. Only the first parts are joined: joining all for each part would be quadratic. */
function frameBytes(parts: Buffer[]): number {
  while ((parts[0]?.length ?? 0) < HEADER_BYTES) parts.splice(0, 2, Buffer.concat(parts.slice(0, 2)));
  return parts[0]?.readUInt32LE(0) ?? 0;
}
