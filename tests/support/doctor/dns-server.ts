import { createSocket } from 'node:dgram';
import { once } from 'node:events';

/** A name server's data: addresses and name servers by name, and its delegations. */
export type Zone = {
  a: Record<string, string>;
  ns: Record<string, string[]>;
  /** Returned in the authority section of answers without recursion. */
  delegated: Record<string, string[]>;
};

const TYPES: Record<number, 'a' | 'ns'> = { 1: 'a', 2: 'ns' };
const NXDOMAIN = 3;

/** Starts a name server over UDP on this machine. @returns its port and a function that stops it */
export async function startDns(zone: Zone): Promise<{ port: number; stop: () => void }> {
  const socket = createSocket('udp4');
  socket.on('message', (message, { port, address }) => socket.send(answerTo(message, zone), port, address));
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return { port: socket.address().port, stop: () => socket.close() };
}

function answerTo(message: Buffer, zone: Zone): Buffer {
  const labels: string[] = [];
  let offset = 12;
  for (let length = message[offset] ?? 0; length > 0; length = message[offset] ?? 0) {
    labels.push(message.toString('latin1', offset + 1, offset + 1 + length));
    offset += 1 + length;
  }
  const end = offset + 5;
  const name = labels.join('.').toLowerCase();
  const type = message.readUInt16BE(offset + 1);
  const wantsRecursion = ((message[2] ?? 0) & 1) === 1;
  const records = recordsOf(zone, name, wantsRecursion ? TYPES[type] : undefined);
  const header = Buffer.alloc(12);
  message.copy(header, 0, 0, 2);
  const found = records.length > 0 || !wantsRecursion;
  header.writeUInt16BE(0x8180 | (found ? 0 : NXDOMAIN), 2);
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(records.length, wantsRecursion ? 6 : 8);
  return Buffer.concat([
    header,
    message.subarray(12, end),
    ...records.map(([kind, data]) => encodeRecord(kind, data)),
  ]);
}

function recordsOf(zone: Zone, name: string, type: 'a' | 'ns' | undefined): [number, Buffer][] {
  if (type === 'a') {
    const address = zone.a[name];
    return address ? [[1, Buffer.from(address.split('.').map(Number))]] : [];
  }
  const servers = type === 'ns' ? zone.ns[name] : zone.delegated[name];
  return (servers ?? []).map((server) => [2, encodeName(server)]);
}

/** Encodes a record; its name is a pointer to the question's name. */
function encodeRecord(type: number, data: Buffer): Buffer {
  const head = Buffer.from([0xc0, 12, 0, type, 0, 1, 0, 0, 0, 60, 0, data.length]);
  return Buffer.concat([head, data]);
}

function encodeName(name: string): Buffer {
  const labels = name.split('.').map((label) => Buffer.concat([Buffer.of(label.length), Buffer.from(label)]));
  return Buffer.concat([...labels, Buffer.of(0)]);
}
