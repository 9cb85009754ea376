import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { z } from 'zod';
import { section } from '#shared/core/config.ts';
import { unavailable } from '#shared/core/unavailable.ts';
import { traceClient } from '#shared/observability/trace.ts';
import { readDocumentKey } from './storage.ts';

const queueConfig = section('queue');

/** What is made anew of a document that is ready: its vectors, of the chunks it has; or all, of the file it came as. */
export const REINDEX_SOURCES = ['chunks', 'files'] as const;
export type ReindexSource = (typeof REINDEX_SOURCES)[number];

/** Which document an ingestion message speaks of, and since when it waits; null where the message does not say. */
export type DocumentRef = {
  teamId: string;
  documentId: string;
  since: Date | null;
  /** null: an upload. */
  reindex: ReindexSource | null;
};

const REINDEX = 'Reindex:';

let client: SQSClient | undefined;

/** Asks for a document to be ingested, or a ready one to be indexed anew, in the form that S3 itself would have sent. */
export async function enqueueIngestion(key: string, reindex: ReindexSource | null = null): Promise<void> {
  client ??= traceClient(
    'SQS',
    new SQSClient({ maxAttempts: 3, requestHandler: { connectionTimeout: 3_000, requestTimeout: 5_000 } }),
  );
  const body = {
    Records: [
      {
        eventName: reindex ? `${REINDEX}${reindex}` : 'ObjectCreated:Requested',
        eventTime: new Date().toISOString(),
        s3: { object: { key: encodeURIComponent(key) } },
      },
    ],
  };
  const command = new SendMessageCommand({
    QueueUrl: queueConfig().INGEST_QUEUE_URL,
    MessageBody: JSON.stringify(body),
  });
  await client.send(command).catch((cause: unknown) => {
    throw unavailable('The ingestion queue cannot be reached', cause);
  });
}

const Message = z.object({
  Records: z
    .array(
      z.object({
        eventName: z.string().catch(''),
        eventTime: z.coerce.date().nullable().catch(null),
        s3: z.object({ object: z.object({ key: z.string() }) }),
      }),
    )
    .default([]),
});

/** The documents in one message. S3's test event and objects that are no documents give none. */
export function readIngestionMessage(body: string): DocumentRef[] {
  const message = Message.parse(JSON.parse(body));
  return message.Records.flatMap((record) => {
    // S3 encodes keys as in a form: a space is a plus.
    const ref = readDocumentKey(decodeURIComponent(record.s3.object.key.replaceAll('+', ' ')));
    const reindex = REINDEX_SOURCES.find((source) => record.eventName === `${REINDEX}${source}`) ?? null;
    return ref ? [{ ...ref, since: record.eventTime, reindex }] : [];
  });
}
