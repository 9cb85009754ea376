import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

type Waiting = { resolve: () => void; reject: (error: Error) => void };

const HEAD_END = '\r\n\r\n';

/**
 * A persistent HTTP/1.1 connection of the load generator: it sends bytes and counts the bytes of the answer. node:http
 * took 0.5 ms of CPU per request, on cores that the measured server needs.
 */
export class Connection {
  readonly #socket: Socket;
  #waiting: Waiting | undefined;
  #head = '';
  /** Bytes of the body that are still missing; negative until the head is complete. */
  #missing = -1;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (chunk) => this.#read(chunk));
    socket.on('error', (error) => this.#waiting?.reject(error));
    socket.on('close', () => this.#waiting?.reject(new Error('The server closed the connection.')));
  }

  static async open(url: string): Promise<Connection> {
    const { hostname, port } = new URL(url);
    const socket = connect({ host: hostname, port: Number(port), noDelay: true });
    await once(socket, 'connect');
    return new Connection(socket);
  }

  /** Sends a request; resolves at the end of its answer. @throws Error unless it is a 200 with Content-Length */
  send(request: Buffer): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#waiting = { resolve, reject };
    this.#missing = -1;
    this.#head = '';
    this.#socket.write(request);
    return promise;
  }

  close(): void {
    this.#waiting = undefined;
    this.#socket.destroy();
  }

  #read(chunk: Buffer): void {
    if (this.#missing < 0) this.#readHead(chunk);
    else this.#missing -= chunk.length;
    if (this.#missing === 0) this.#waiting?.resolve();
  }

  #readHead(chunk: Buffer): void {
    this.#head += chunk.toString('latin1');
    const end = this.#head.indexOf(HEAD_END);
    if (end < 0) return;
    const length = /\r\ncontent-length: *(\d+)/i.exec(this.#head)?.[1];
    if (!this.#head.startsWith('HTTP/1.1 200') || length === undefined) {
      this.#waiting?.reject(new Error(`The server answered ${this.#head.slice(0, end)}`));
      return;
    }
    this.#missing = Number(length) - (this.#head.length - end - HEAD_END.length);
  }
}
