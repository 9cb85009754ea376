import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { connect, type PeerCertificate, type SecureVersion } from 'node:tls';

const TIMEOUT_MS = 15_000;

/** Addresses to connect to instead, by `host:port`, as in curl's --connect-to. */
export type Detours = Map<string, { host: string; port: number }>;

/** @param values each `HOST1:PORT1:HOST2:PORT2` @throws Error that names a malformed one */
export function readDetours(values: string[]): Detours {
  return new Map(
    values.map((value) => {
      const [from, fromPort, host, port, ...rest] = value.split(':');
      if (!from || !fromPort || !host || !Number(port) || rest.length > 0)
        throw new Error(`--connect-to takes HOST1:PORT1:HOST2:PORT2, not ${value}.`);
      return [`${from}:${fromPort}`, { host, port: Number(port) }];
    }),
  );
}

export type RequestOptions = { method?: string; headers?: Record<string, string>; body?: string };
export type Answer = {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: string;
  /** Time until the first and until the last byte of the body. */
  firstByteMs: number;
  totalMs: number;
};

export class Network {
  readonly #detours: Detours;

  constructor(detours: Detours) {
    this.#detours = detours;
  }

  /** Sends one request, without following redirects. @throws Error if the connection fails or is idle for 15 s */
  async ask(url: string, { method = 'GET', headers = {}, body }: RequestOptions = {}): Promise<Answer> {
    const { protocol, hostname, pathname, search, host } = new URL(url);
    const isTls = protocol === 'https:';
    const target = this.#target(hostname, portOf(url));
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    const startedAt = performance.now();
    const request = (isTls ? requestHttps : requestHttp)({
      ...target,
      method,
      path: pathname + search,
      headers: { Host: host, 'User-Agent': 'rag-platform-doctor', ...headers },
      ...(isTls ? { servername: hostname } : {}),
      agent: false,
      timeout: TIMEOUT_MS,
    });
    request.on('timeout', () => request.destroy(new Error(`no answer within ${TIMEOUT_MS / 1_000} s`)));
    request.on('error', reject);
    request.on('response', async (response) => {
      const parts: Buffer[] = [];
      let firstByteMs = 0;
      try {
        for await (const part of response as AsyncIterable<Buffer>) {
          firstByteMs ||= performance.now() - startedAt;
          parts.push(part);
        }
      } catch (error) {
        return reject(error);
      }
      const { statusCode: status = 0, headers: answered } = response;
      const totalMs = performance.now() - startedAt;
      resolve({ status, headers: answered, body: Buffer.concat(parts).toString(), firstByteMs, totalMs });
    });
    request.end(body);
    return await promise;
  }

  /** A host's certificate. @throws Error if it is untrusted, for another name, or if no TLS version is shared */
  async handshake(
    host: string,
    limits: { minVersion?: SecureVersion; maxVersion?: SecureVersion; ciphers?: string } = {},
  ): Promise<{ certificate: PeerCertificate; protocol: string }> {
    const { promise, resolve, reject } = Promise.withResolvers<{
      certificate: PeerCertificate;
      protocol: string;
    }>();
    const socket = connect({ ...this.#target(host, 443), servername: host, timeout: TIMEOUT_MS, ...limits });
    socket.on('error', reject);
    socket.on('timeout', () => socket.destroy(new Error(`no handshake within ${TIMEOUT_MS / 1_000} s`)));
    socket.on('secureConnect', () => {
      resolve({ certificate: socket.getPeerCertificate(), protocol: socket.getProtocol() ?? '' });
    });
    return await promise.finally(() => socket.destroy());
  }

  #target(hostname: string, port: number): { host: string; port: number } {
    return this.#detours.get(`${hostname}:${port}`) ?? { host: hostname, port };
  }
}

function portOf(url: string): number {
  const { port, protocol } = new URL(url);
  return port ? Number(port) : protocol === 'https:' ? 443 : 80;
}
