import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { readIngestionMessage } from '#shared/aws/queue.ts';
import { loadConfig } from '#shared/core/config.ts';
import { ingestDocument } from '#shared/ingestion/pipeline.ts';
import { reindexDocument } from '#shared/ingestion/reindex.ts';
import { addLogFields } from '#shared/observability/invocation.ts';
import { log } from '#shared/observability/log.ts';
import { withInvocation } from '#shared/observability/observe.ts';

/** How often SQS delivers a message before it goes to the dead-letter queue (`maxReceiveCount`). */
const MAX_RECEIVES = 3;

type InvocationContext = Pick<Context, 'functionName' | 'awsRequestId'>;

/** Ingests the documents that S3 events name; messages that failed for a passing reason are delivered again. */
export function handler(event: SQSEvent, context: InvocationContext): Promise<SQSBatchResponse> {
  return withInvocation(context, { request_id: context.awsRequestId }, () => ingestAll(event));
}

async function ingestAll(event: SQSEvent): Promise<SQSBatchResponse> {
  await loadConfig();
  const failed = [];
  for (const record of event.Records) {
    if (!(await ingest(record))) failed.push({ itemIdentifier: record.messageId });
  }
  return { batchItemFailures: failed };
}

async function ingest(record: SQSRecord): Promise<boolean> {
  try {
    const lastTry = Number(record.attributes.ApproximateReceiveCount) >= MAX_RECEIVES;
    for (const { teamId, documentId, since, reindex } of readIngestionMessage(record.body)) {
      addLogFields({ team_id: teamId, document_id: documentId });
      if (reindex) await reindexDocument(teamId, documentId, { lastTry, since: null, from: reindex });
      else await ingestDocument(teamId, documentId, { lastTry, since });
    }
    return true;
  } catch (error) {
    log.warn('A message will be delivered again', { message_id: record.messageId, error: error as Error });
    return false;
  }
}
