import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { z } from 'zod';
import { section } from '#shared/core/config.ts';
import { unavailable } from '#shared/core/unavailable.ts';
import { traceClient } from '#shared/observability/trace.ts';
import { parseDocumentKey, parseOriginalKey } from './document-keys.ts';
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

/** What GuardDuty Malware Protection for S3 found in an object of a document. */
export type ScanJob = DocumentIds & {
  type: 'scan';
  key: string;
  etag: string;
  status: string;
  threats: string[];
  /** How often the document was not there yet. */
  tries: number;
};

const SCAN_DELAY_SECONDS = 3;
const SCAN_EVENT = 'GuardDuty Malware Protection Object Scan Result';

/** @see https://docs.aws.amazon.com/guardduty/latest/ug/monitor-with-eventbridge-s3-malware-protection.html */
const ScanDetail = z.object({
  s3ObjectDetails: z.object({ objectKey: z.string(), eTag: z.string() }),
  scanResultDetails: z.object({
    scanResultStatus: z.string().max(100),
    threats: z
      .array(z.object({ name: z.string() }))
      .nullish()
      .transform((threats) => threats ?? []),
  }),
});

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
    type: z.literal('scan'),
    ...ids,
    key: z.string(),
    etag: z.string(),
    status: z.string(),
    threats: z.array(z.string()),
    tries: z.int(),
  }),
  z.object({
    type: z.undefined().optional(),
    /** Of an event that EventBridge passes on. */
    'detail-type': z.string().optional(),
    detail: z.unknown().optional(),
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

/** Queues a scan result again for a document that was not there yet. @throws AppError `dependency_unavailable` */
export async function enqueueScan(job: ScanJob): Promise<void> {
  await send(job, SCAN_DELAY_SECONDS);
}

async function send(job: IngestionJob | TransferJob | ScanJob, delaySeconds = 0): Promise<void> {
  client ??= traceClient(
    'SQS',
    new SQSClient({ maxAttempts: 3, requestHandler: { connectionTimeout: 3_000, requestTimeout: 5_000 } }),
  );
  const command = new SendMessageCommand({
    QueueUrl: queueConfig().INGEST_QUEUE_URL,
    MessageBody: JSON.stringify(job),
    ...(delaySeconds > 0 && { DelaySeconds: delaySeconds }),
  });
  await client.send(command).catch((cause: unknown) => {
    throw unavailable('The ingestion queue cannot be reached', cause);
  });
}

/**
 * The jobs in one message. S3's test event and events of objects that are no documents have none.
 * @throws Error when the message has none of these forms
 */
export function parseIngestionMessage(body: string): (IngestionJob | TransferJob | ScanJob)[] {
  const message = Message.parse(JSON.parse(body));
  if (message.type === 'transfer') {
    const { teamId, userId, ...job } = message;
    return [{ ...job, ...(teamId && { teamId }), ...(userId && { userId }) }];
  }
  if (message.type) return [message];
  if (message['detail-type'] === SCAN_EVENT) return scanJobs(ScanDetail.parse(message.detail));
  return message.Records.flatMap(({ eventTime, s3 }): (IngestionJob | TransferJob)[] => {
    // S3 encodes keys as forms do, with a plus for a space.
    const key = decodeURIComponent(s3.object.key.replaceAll('+', ' '));
    const transfer = parseTransferKey(key);
    if (transfer) return [{ type: 'transfer' as const, ...transfer }];
    const document = parseDocumentKey(key);
    return document ? [{ type: 'ingest' as const, ...document, since: eventTime, isUpload: true }] : [];
  });
}

/** The job for a scan result; none for an object that is no document's. */
function scanJobs({ s3ObjectDetails, scanResultDetails }: z.output<typeof ScanDetail>): ScanJob[] {
  const { objectKey: key, eTag } = s3ObjectDetails;
  const { scanResultStatus: status, threats } = scanResultDetails;
  const document = parseDocumentKey(key) ?? parseOriginalKey(key);
  if (!document) return [];
  const names = threats.map(({ name }) => name);
  return [
    { type: 'scan', ...document, key, etag: eTag.replaceAll('"', ''), status, threats: names, tries: 0 },
  ];
}
