import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { parseIngestionMessage } from '#shared/aws/queue.ts';
import { loadConfig, section } from '#shared/core/config.ts';
import { seeingEverything } from '#shared/db/reader.ts';
import { reindexDocument } from '#shared/ingestion/reindex.ts';
import { takeScanResult } from '#shared/ingestion/scans.ts';
import { takeTurn } from '#shared/ingestion/take-turn.ts';
import { addLogFields } from '#shared/observability/invocation.ts';
import { log } from '#shared/observability/log.ts';
import { withInvocation } from '#shared/observability/observe.ts';
import { runTransfer } from '#shared/transfers/run-transfer.ts';

// Whose turn it is among all teams is read as the role that sees them.
section('database_worker');

/** How often SQS delivers a message before it goes to the dead-letter queue (`maxReceiveCount`). */
const MAX_RECEIVES = 3;

type Job = ReturnType<typeof parseIngestionMessage>[number];
type InvocationContext = Pick<Context, 'functionName' | 'awsRequestId'>;

/**
 * Works through messages of the ingestion queue, one after the other: uploads that S3 reports, and our own jobs.
 * A message that fails for a passing reason is reported, and SQS delivers it again.
 */
export function handler(event: SQSEvent, context: InvocationContext): Promise<SQSBatchResponse> {
  return withInvocation(context, { request_id: context.awsRequestId }, async () => {
    await loadConfig();
    // A processor keeps its records: a new one for each invocation leaves none of them in memory.
    const processor = new BatchProcessor(EventType.SQS);
    const options = { processInParallel: false, throwOnFullBatchFailure: false };
    return await seeingEverything(() => processPartialResponse(event, runJobs, processor, options));
  });
}

async function runJobs({ messageId, body, attributes }: SQSRecord): Promise<void> {
  const isLast = Number(attributes.ApproximateReceiveCount) >= MAX_RECEIVES;
  const onFault = isLast ? 'fail' : 'retry';
  try {
    for (const job of parseIngestionMessage(body)) await runJob(job, onFault);
  } catch (error) {
    log.warn('A message will be delivered again', { message_id: messageId, error: error as Error });
    throw error;
  }
}

async function runJob(job: Job, onFault: 'retry' | 'fail'): Promise<void> {
  if (job.type === 'transfer') {
    const { transferId, teamId, userId = '' } = job;
    await runTransfer(teamId ? { teamId } : { userId }, transferId);
    return;
  }
  const { teamId, documentId } = job;
  addLogFields({ team_id: teamId, document_id: documentId });
  if (job.type === 'scan') {
    const mayRead = await takeScanResult(job);
    if (mayRead) await takeTurn({ teamId, documentId, onFault, since: null, isUpload: false });
    return;
  }
  if (job.type === 'reindex') await reindexDocument(teamId, documentId, { from: job.source, onFault });
  else await takeTurn({ teamId, documentId, onFault, since: job.since, isUpload: job.isUpload });
}
