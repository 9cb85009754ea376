import { randomUUID } from 'node:crypto';
import path from 'node:path';
import type { APIGatewayProxyEvent, SQSEvent } from 'aws-lambda';
import { toEvent } from '#local/gateway/event.ts';
import { matchEndpoint } from '#local/gateway/match.ts';
import { readService } from '#local/gateway/service.ts';
import { objectCreated } from '#local/s3/notification.ts';
import { readArchive, unpack } from './packaged.ts';
import { type RunningFunction, startFunction } from './runtime.ts';

type Packaged = {
  /** The directory of the zips. */
  packages: string;
  /** The directory to unpack them into. */
  directory: string;
  env: Record<string, string>;
};

/** The folder of a function's source: `apiKeys` is in functions/api-keys. */
export function folderOf(name: string): string {
  return `functions/${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

const { endpoints } = readService('serverless.yml');

/** Unpacks a function of serverless.yml and runs it under the Lambda runtime client. */
export async function startPackaged(
  name: string,
  { packages, directory, env }: Packaged,
): Promise<RunningFunction> {
  const unpacked = path.join(directory, name);
  unpack(readArchive(path.join(packages, `${name}.zip`)), unpacked);
  return await startFunction({ directory: unpacked, handler: `${folderOf(name)}/handler.handler`, env });
}

/** The event that API Gateway sends for a request. @throws Error if no endpoint matches */
export function requestEvent(
  method: string,
  url: string,
  { credential, body }: { credential: string; body?: unknown },
): APIGatewayProxyEvent {
  const match = matchEndpoint(endpoints, method, url);
  if (!match) throw new Error(`No endpoint matches ${method} ${url}.`);
  const rawHeaders = ['Authorization', `Bearer ${credential}`, 'Content-Type', 'application/json'];
  const text = body === undefined ? '' : JSON.stringify(body);
  const incoming = { method, url, rawHeaders, sourceIp: '127.0.0.1', body: Buffer.from(text) };
  return toEvent(incoming, match, { requestId: randomUUID(), binaryMediaTypes: [] });
}

/** The batch that SQS sends to ingestion for an uploaded object. */
export function uploadedEvent(key: string, receives = 1): Pick<SQSEvent, 'Records'> {
  const object = { bucket: 'rag-documents', key, bytes: 1, etag: '0', by: 'Post', sourceIp: '127.0.0.1' };
  const attributes = { ApproximateReceiveCount: String(receives) };
  const record = { messageId: 'one', body: JSON.stringify(objectCreated(object)), attributes };
  return { Records: [record as SQSEvent['Records'][number]] };
}
