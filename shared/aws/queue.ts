import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { z } from 'zod';
import { section } from '#shared/core/config.ts';
import { unavailable } from '#shared/core/unavailable.ts';
import { traceClient } from '#shared/observability/trace.ts';
import { parseDocumentKey } from './document-keys.ts';
import { parseTransferKey } from './transfer-keys.ts';

const queueConfig = section('queue');

/** What a document is indexed anew from: its stored chunks (vectors only), or its original file. */
export const REINDEX_SOURCES = ['chunks', 'files'] as const;
export type ReindexSource = (typeof REINDEX_SOURCES)[number];

type DocumentIds = { teamId: string; documentId: string };

/**
 * Work for `ingest` on one document. `since`: when it was uploaded; null when the message does not say. `isUpload`: the
 * bucket says that the file has arrived.
 */
type IngestionJob = DocumentIds &
  ({ type: 'ingest'; since: Date | null; isUpload: boolean } | { type: 'reindex'; source: ReindexSource });

/** Work for `ingest` on the export of a person or a team, or on the import of a team. */
type TransferJob = { type: 'transfer'; transferId: string; teamId?: string; userId?: string };

const ids = { teamId: z.uuid(), documentId: z.uuid() };

/** A message of the ingestion queue: a job of ours, or what S3 sends, which has no `type`. */
const Message = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('ingest'),
    ...ids,
    since: z.coerce.date(),
    isUpload: z.boolean().default(false),
  }),
  z.object({ type: z.literal('reindex'), ...ids, source: z.enum(REINDEX_SOURCES) }),
  z.object({
    type: z.literal('transfer'),
    transferId: z.uuid(),
    teamId: z.uuid().optional(),
    userId: z.uuid().optional(),
  }),
  z.object({
    type: z.undefined().optional(),
    /** Missing in the test event that S3 sends when notifications are set up. */
    Records: z
      .array(
        z.object({
          eventTime: z.coerce.date().nullable().catch(null),
          s3: z.object({ object: z.object({ key: z.string() }) }),
        }),
      )
      .default([]),
  }),
]);

let client: SQSClient | undefined;

/** Queues an uploaded document for ingestion. @throws AppError `dependency_unavailable` */
export async function enqueueIngestion(document: DocumentIds): Promise<void> {
  await send({ type: 'ingest', ...document, since: new Date(), isUpload: false });
}

/** Queues a document that is ready to be indexed anew. @throws AppError `dependency_unavailable` */
export async function enqueueReindex(document: DocumentIds & { source: ReindexSource }): Promise<void> {
  await send({ type: 'reindex', ...document });
}

/** Queues the next step of an export or import. @throws AppError `dependency_unavailable` */
export async function enqueueTransfer(
  scope: { teamId: string } | { userId: string },
  transferId: string,
): Promise<void> {
  await send({ type: 'transfer', transferId, ...scope });
}

async function send(job: IngestionJob | TransferJob): Promise<void> {
  client ??= traceClient(
    'SQS',
    new SQSClient({ maxAttempts: 3, requestHandler: { connectionTimeout: 3_000, requestTimeout: 5_000 } }),
  );
  const command = new SendMessageCommand({
    QueueUrl: queueConfig().INGEST_QUEUE_URL,
    MessageBody: JSON.stringify(job),
  });
  await client.send(command).catch((cause: unknown) => {
    throw unavailable('The ingestion queue cannot be reached', cause);
  });
}

/**
 * The jobs in one message. S3's test event and events of objects that are no documents have none.
 * @throws Error when the message has none of these forms
 */
export function parseIngestionMessage(body: string): (IngestionJob | TransferJob)[] {
  const message = Message.parse(JSON.parse(body));
  if (message.type === 'transfer') {
    const { teamId, userId, ...job } = message;
    return [{ ...job, ...(teamId && { teamId }), ...(userId && { userId }) }];
  }
  if (message.type) return [message];
  return message.Records.flatMap(({ eventTime, s3 }): (IngestionJob | TransferJob)[] => {
    // S3 encodes keys as forms do, with a plus for a space.
    const key = decodeURIComponent(s3.object.key.replaceAll('+', ' '));
    const transfer = parseTransferKey(key);
    if (transfer) return [{ type: 'transfer' as const, ...transfer }];
    const document = parseDocumentKey(key);
    return document ? [{ type: 'ingest' as const, ...document, since: eventTime, isUpload: true }] : [];
  });
}
