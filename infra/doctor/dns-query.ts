import { createSocket } from 'node:dgram';
import { once } from 'node:events';

const TIMEOUT_MS = 3_000;
const HEADER_BYTES = 12;
const TYPE_NS = 2;
const POINTER = 0b1100_0000;

/**
 * Asks a name server, without recursion, which servers a domain is delegated to (RFC 1035). The parent's servers put
 * this in the authority section, which resolver libraries do not expose.
 * @param server address and port
 * @returns names in lower case; empty if the server knows no delegation
 * @throws Error when it does not answer
 */
export async function askForDelegation(
  domain: string,
  server: { address: string; port: number },
): Promise<string[]> {
  const socket = createSocket(server.address.includes(':') ? 'udp6' : 'udp4');
  try {
    socket.send(question(domain), server.port, server.address);
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const [answer] = (await once(socket, 'message', { signal }).catch((cause: unknown) => {
      throw new Error(`${server.address} does not answer`, { cause });
    })) as [Buffer];
    return nameServersIn(answer, domain);
  } finally {
    socket.close();
  }
}

function question(domain: string): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  // All flags are zero (no recursion); the count of questions is one.
  header.writeUInt16BE(1, 4);
  const labels = domain
    .split('.')
    .map((label) => Buffer.concat([Buffer.of(label.length), Buffer.from(label)]));
  return Buffer.concat([header, ...labels, Buffer.of(0, 0, TYPE_NS, 0, 1)]);
}

function nameServersIn(answer: Buffer, domain: string): string[] {
  const questions = answer.readUInt16BE(4);
  const records = answer.readUInt16BE(6) + answer.readUInt16BE(8);
  let offset = HEADER_BYTES;
  for (let index = 0; index < questions; index += 1) offset = readName(answer, offset).end + 4;
  const found: string[] = [];
  for (let index = 0; index < records; index += 1) {
    const { name, end } = readName(answer, offset);
    const data = end + 10;
    if (answer.readUInt16BE(end) === TYPE_NS && name === domain) found.push(readName(answer, data).name);
    offset = data + answer.readUInt16BE(end + 8);
  }
  return found.sort();
}

/** Reads a name, which may continue elsewhere in the message. Pointers only lead backwards, so this ends. */
function readName(message: Buffer, start: number): { name: string; end: number } {
  const labels: string[] = [];
  let offset = start;
  for (;;) {
    const length = message.readUInt8(offset);
    if (length === 0) return { name: labels.join('.'), end: offset + 1 };
    if ((length & POINTER) === POINTER) {
      const target = message.readUInt16BE(offset) & 0x3fff;
      if (target >= start) throw new Error('A name server sent a message that cannot be read.');
      return { name: [...labels, readName(message, target).name].join('.'), end: offset + 2 };
    }
    labels.push(message.toString('latin1', offset + 1, offset + 1 + length).toLowerCase());
    offset += 1 + length;
  }
}
