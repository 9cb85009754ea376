import type { IncomingMessage } from 'node:http';
import http from 'node:http';
import https from 'node:https';
import { basename } from 'node:path';
import { AppError } from '#shared/core/errors.ts';
import {
  checkedLookup,
  hostOf,
  INTERNET,
  isForbiddenLiteral,
  isLocalName,
  type Network,
  NotPublicError,
} from '#shared/core/network.ts';
import { toFileName } from '#shared/parsing/file-name.ts';

const MAX_REDIRECTS = 5;
/** The limit for name lookups, redirects and body together. A worker is held meanwhile. */
const TIMEOUT_MS = 20_000;

export type Fetched = { bytes: Buffer; contentType: string; filename: string };

type FetchNetwork = Network & {
  /** Whether the firewall of a deployment lets connections to this port out. */
  isOpen(port: number): boolean;
};
type Target = { url: URL; signal: AbortSignal; network: FetchNetwork };

/** The ports that infra/security-groups.yml opens for the worker. */
export const FETCH_PORTS: readonly number[] = [80, 443, 8080, 8443];

const FETCHED: FetchNetwork = { ...INTERNET, isOpen: (port) => FETCH_PORTS.includes(port) };

/**
 * Refuses an address at once that will never be fetched: another protocol or port, a literal address or a name that is
 * not public. What its name stands for is looked up when it is fetched.
 * @throws AppError `unknown_url`
 */
export function assertFetchable(url: string): void {
  const host = hostOf(parseAddress(url, FETCHED));
  if (isLocalName(host) || isForbiddenLiteral(host, FETCHED)) throw notPublic();
}

/**
 * Fetches a page from the public internet. Each connection, also after a redirect, is made to an address that was
 * checked after the lookup. Redirects, DNS rebinding and IPv6-mapped addresses therefore reach no internal host.
 * @throws AppError `unknown_url` or `payload_too_large`
 */
export async function fetchPublicUrl(url: string, maxBytes: number, network = FETCHED): Promise<Fetched> {
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  let target = parseAddress(url, network);
  for (let hop = 0; hop <= MAX_REDIRECTS; hop += 1) {
    const response = await requestPage({ url: target, signal, network });
    const { statusCode = 0, headers } = response;
    if (statusCode >= 300 && statusCode < 400 && headers.location) {
      response.destroy();
      target = parseAddress(headers.location, network, target);
      continue;
    }
    if (statusCode !== 200) {
      response.destroy();
      throw unknownUrl(`the server answered ${statusCode}`);
    }
    const contentType = headers['content-type'] ?? '';
    return { bytes: await readBody(response, maxBytes), contentType, filename: fileNameOf(target) };
  }
  throw unknownUrl('too many redirects');
}

function parseAddress(url: string, network: FetchNetwork, base?: URL): URL {
  const target = URL.parse(url, base);
  if (!target) throw unknownUrl('it is no address');
  if (!['http:', 'https:'].includes(target.protocol)) throw unknownUrl('only http and https are fetched');
  const port = Number(target.port) || (target.protocol === 'https:' ? 443 : 80);
  if (!network.isOpen(port)) throw unknownUrl(`port ${port} is not reached; ${FETCH_PORTS.join(', ')} are`);
  return target;
}

async function requestPage({ url, signal, network }: Target): Promise<IncomingMessage> {
  if (isForbiddenLiteral(hostOf(url), network)) throw notPublic();
  const client = url.protocol === 'https:' ? https : http;
  const headers = { 'User-Agent': 'rag-platform/1.0', 'Accept-Encoding': 'identity' };
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  client.get(url, { lookup: checkedLookup(network), signal, headers }, resolve).on('error', reject);
  return await promise.catch((cause: unknown) => {
    if (cause instanceof NotPublicError) throw notPublic();
    throw unknownUrl(signal.aborted ? 'it takes too long' : 'it cannot be reached', cause);
  });
}

function notPublic(): AppError {
  return unknownUrl('it is not a public address');
}

async function readBody(response: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const parts: Buffer[] = [];
  let size = 0;
  try {
    for await (const part of response as AsyncIterable<Buffer>) {
      size += part.length;
      if (size > maxBytes)
        throw new AppError('payload_too_large', `The page has more than ${maxBytes} bytes.`);
      parts.push(part);
    }
  } catch (cause) {
    throw cause instanceof AppError ? cause : unknownUrl('it broke off', cause);
  }
  if (size === 0) throw unknownUrl('it is empty');
  return Buffer.concat(parts);
}

/** The name of the file at an address; its host where the path has none. */
export function fileNameOf(url: URL): string {
  return toFileName(decodePath(basename(url.pathname)), url.hostname);
}

function decodePath(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function unknownUrl(reason: string, cause?: unknown): AppError {
  return new AppError('unknown_url', `The address cannot be fetched: ${reason}.`, {
    cause,
    fields: [{ path: 'url', message: reason }],
  });
}
