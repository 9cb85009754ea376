import { log } from '#shared/observability/log.ts';

/** A request of CloudFormation to a custom resource. https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-requests.html */
export type DeployEvent = {
  RequestType: 'Create' | 'Update' | 'Delete';
  /** A presigned S3 URL, to which the response is uploaded. */
  ResponseURL: string;
  StackId: string;
  RequestId: string;
  LogicalResourceId: string;
  PhysicalResourceId?: string;
};

const ANSWER_TIMEOUT_MS = 10_000;
/** CloudFormation accepts responses of up to 4 KB. */
const MAX_REASON_CHARS = 1_000;

export function isDeployEvent(event: object): event is DeployEvent {
  return 'ResponseURL' in event && 'RequestType' in event;
}

/**
 * Runs the work of a deploy and reports its outcome to CloudFormation. Without a response the deploy would hang; after
 * a failure that was only logged it would go on. The deletion of a stack needs no work.
 * @returns the result of the work; null if it failed, or was not needed
 * @throws Error when the response cannot be delivered: Lambda then retries the invocation
 */
export async function answerDeploy<T>(event: DeployEvent, work: () => Promise<T>): Promise<T | null> {
  try {
    const done = event.RequestType === 'Delete' ? null : await work();
    await sendOutcome(event, { Status: 'SUCCESS' });
    return done;
  } catch (error) {
    if (error instanceof Undelivered) throw error;
    log.error('The work of the deploy failed', error as Error);
    const reason = error instanceof Error ? error.message : String(error);
    await sendOutcome(event, { Status: 'FAILED', Reason: reason.slice(0, MAX_REASON_CHARS) });
    return null;
  }
}

class Undelivered extends Error {}

async function sendOutcome(event: DeployEvent, outcome: { Status: string; Reason?: string }): Promise<void> {
  const { StackId, RequestId, LogicalResourceId } = event;
  // A constant: if the id changed in an update, CloudFormation would delete the old "resource" afterwards.
  const PhysicalResourceId = event.PhysicalResourceId ?? 'migration';
  const body = JSON.stringify({ ...outcome, PhysicalResourceId, StackId, RequestId, LogicalResourceId });
  const response = await fetch(event.ResponseURL, {
    method: 'PUT',
    // Bytes, since fetch adds a Content-Type to text, and the URL is signed for a request without one.
    body: new TextEncoder().encode(body),
    signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS),
  }).catch((cause: unknown) => {
    throw new Undelivered('CloudFormation cannot be answered.', { cause });
  });
  if (!response.ok) throw new Undelivered(`CloudFormation's address answered ${response.status}.`);
}
