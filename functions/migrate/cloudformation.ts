import { log } from '#shared/observability/log.ts';

/** What CloudFormation asks of a custom resource. https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-requests.html */
export type DeployEvent = {
  RequestType: 'Create' | 'Update' | 'Delete';
  /** Where the answer is awaited: a signed S3 address. */
  ResponseURL: string;
  StackId: string;
  RequestId: string;
  LogicalResourceId: string;
  PhysicalResourceId?: string;
};

const ANSWER_TIMEOUT_MS = 10_000;
/** CloudFormation takes an answer of 4 KB. */
const MAX_REASON_CHARS = 1_000;

export function isDeployEvent(event: object): event is DeployEvent {
  return 'ResponseURL' in event && 'RequestType' in event;
}

/**
 * Does the work of a deploy and tells CloudFormation how it went: without an answer the deploy would hang, and a
 * failure that was only logged would let it go on. A deleted stack needs no work.
 * @returns what the work returned; null when there was none, or it failed
 * @throws Error when the answer cannot be delivered: Lambda then calls again
 */
export async function answerDeploy<T>(event: DeployEvent, work: () => Promise<T>): Promise<T | null> {
  try {
    const done = event.RequestType === 'Delete' ? null : await work();
    await answer(event, { Status: 'SUCCESS' });
    return done;
  } catch (error) {
    if (error instanceof Undelivered) throw error;
    log.error('The deploy is failed', error as Error);
    const reason = error instanceof Error ? error.message : String(error);
    await answer(event, { Status: 'FAILED', Reason: reason.slice(0, MAX_REASON_CHARS) });
    return null;
  }
}

class Undelivered extends Error {}

async function answer(event: DeployEvent, outcome: { Status: string; Reason?: string }): Promise<void> {
  const { StackId, RequestId, LogicalResourceId } = event;
  // Always the same: another one would make CloudFormation delete the old "resource" after an update.
  const PhysicalResourceId = event.PhysicalResourceId ?? 'migration';
  const body = JSON.stringify({ ...outcome, PhysicalResourceId, StackId, RequestId, LogicalResourceId });
  const response = await fetch(event.ResponseURL, {
    method: 'PUT',
    // Bytes, not text: the address is signed for a request without Content-Type.
    body: new TextEncoder().encode(body),
    signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS),
  }).catch((cause: unknown) => {
    throw new Undelivered('CloudFormation cannot be answered.', { cause });
  });
  if (!response.ok) throw new Undelivered(`CloudFormation's address answered ${response.status}.`);
}
