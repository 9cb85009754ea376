import { lookup } from 'node:dns';
import type { IncomingMessage } from 'node:http';
import http from 'node:http';
import https from 'node:https';
import { basename } from 'node:path';
import ipaddr from 'ipaddr.js';
import { AppError } from '../errors.ts';

const MAX_REDIRECTS = 5;
const TIMEOUT_MS = 15_000;

export type Fetched = { bytes: Buffer; contentType: string; filename: string };

/**
 * Fetches a public web address. Every connection, each redirect's too, is made to an address that was checked
 * after its name was resolved, so neither redirects nor rebinding names nor IPv6-mapped hosts reach inside.
 * @throws AppError `unknown_url` or `payload_too_large`
 */
export async function fetchPublicUrl(url: string, maxBytes: number): Promise<Fetched> {
  let target = new URL(url);
  for (let hop = 0; hop <= MAX_REDIRECTS; hop += 1) {
    const response = await get(target);
    const { statusCode = 0, headers } = response;
    if (statusCode >= 300 && statusCode < 400 && headers.location) {
      response.destroy();
      target = new URL(headers.location, target);
      continue;
    }
    if (statusCode !== 200) {
      response.destroy();
      throw refused(`the server answered ${statusCode}`);
    }
    return { bytes: await readBody(response, maxBytes), contentType: headers['content-type'] ?? '', filename: nameOf(target) };
  }
  throw refused('too many redirects');
}

async function get(url: URL): Promise<IncomingMessage> {
  if (!['http:', 'https:'].includes(url.protocol)) throw refused('only http and https are fetched');
  const literal = url.hostname.replaceAll(/[[\]]/g, '');
  if (ipaddr.isValid(literal)) assertPublic(literal);
  const client = url.protocol === 'https:' ? https : http;
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  client
    .get(url, { lookup: publicLookup as never, signal: AbortSignal.timeout(TIMEOUT_MS), headers: { 'User-Agent': 'rag-platform/1.0' } }, resolve)
    .on('error', reject);
  return await promise.catch((cause: unknown) => {
    throw cause instanceof AppError ? cause : refused('it cannot be reached', cause);
  });
}

type LookupCallback = (error: Error | null, addresses?: { address: string; family: number }[] | string, family?: number) => void;

/** Resolves a name and refuses it when any of its addresses is not public. */
function publicLookup(hostname: string, options: { all?: boolean }, callback: LookupCallback): void {
  lookup(hostname, { all: true }, (error, addresses) => {
    if (error) return callback(error);
    try {
      for (const { address } of addresses) assertPublic(address);
    } catch (refusal) {
      return callback(refusal as Error);
    }
    const [first] = addresses;
    return options.all ? callback(null, addresses) : callback(null, first?.address ?? '', first?.family ?? 4);
  });
}

/** Only `unicast` is public: not loopback, private, link-local (cloud metadata), mapped, translated or reserved. */
function assertPublic(address: string): void {
  if (ipaddr.parse(address).range() !== 'unicast') throw refused('it is not a public address');
}

async function readBody(response: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const parts: Buffer[] = [];
  let size = 0;
  try {
    for await (const part of response as AsyncIterable<Buffer>) {
      size += part.length;
      if (size > maxBytes) throw new AppError('payload_too_large', `The page has more than ${maxBytes} bytes.`);
      parts.push(part);
    }
  } catch (cause) {
    throw cause instanceof AppError ? cause : refused('it broke off', cause);
  }
  if (size === 0) throw refused('it is empty');
  return Buffer.concat(parts);
}

function nameOf(url: URL): string {
  const name = decodeURIComponentSafe(basename(url.pathname)) || url.hostname;
  return name.normalize('NFC').replaceAll(/[/\\\p{Cc}]/gu, '').slice(0, 255) || url.hostname;
}

function decodeURIComponentSafe(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function refused(reason: string, cause?: unknown): AppError {
  return new AppError('unknown_url', `The address cannot be fetched: ${reason}.`, {
    cause,
    fields: [{ path: 'url', message: reason }],
  });
}
