import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { z } from 'zod';
import { config } from './config.ts';
import { AppError } from './errors.ts';
import { tracedClient } from './sight/trace.ts';
import { readDocumentKey } from './storage.ts';

/** Which document an ingestion message speaks of, and since when it waits; null where the message does not say. */
export type DocumentRef = { teamId: string; documentId: string; since: Date | null };

let client: SQSClient | undefined;

/** Asks for a document to be ingested, in the form that S3 itself would have sent. */
export async function enqueueIngestion(key: string): Promise<void> {
  client ??= tracedClient(
    'SQS',
    new SQSClient({ maxAttempts: 3, requestHandler: { connectionTimeout: 3_000, requestTimeout: 5_000 } }),
  );
  const body = {
    Records: [
      {
        eventName: 'ObjectCreated:Requested',
        eventTime: new Date().toISOString(),
        s3: { object: { key: encodeURIComponent(key) } },
      },
    ],
  };
  const command = new SendMessageCommand({
    QueueUrl: config('queue').INGEST_QUEUE_URL,
    MessageBody: JSON.stringify(body),
  });
  await client.send(command).catch((cause: unknown) => {
    throw new AppError(
      'dependency_unavailable',
      'The ingestion queue cannot be reached; try again shortly.',
      { cause, retryAfterSeconds: 5 },
    );
  });
}

const Message = z.object({
  Records: z
    .array(
      z.object({
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
    return ref ? [{ ...ref, since: record.eventTime }] : [];
  });
}
