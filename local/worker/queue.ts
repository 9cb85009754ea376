import { setTimeout as delay } from 'node:timers/promises';
import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { toContext } from '#local/gateway/event.ts';
import type { LambdaFunction } from '#local/gateway/service.ts';
import { localArn, REGION } from '#local/platform/aws-account.ts';

export type QueueHandler = (event: SQSEvent, context: Context) => Promise<SQSBatchResponse | void>;

export type QueueOptions = {
  sqs: SQSClient;
  queueUrl: string;
  lambda: LambdaFunction;
  handler: QueueHandler;
  batchSize: number;
  /** The queue's visibility timeout. It is renewed while a batch is processed. */
  visibilitySeconds: number;
  /** Seconds until a failed message is received again. AWS waits for the visibility timeout, which is long. */
  retrySeconds: number;
  signal: AbortSignal;
  log: Pick<Console, 'error'>;
};

const LONG_POLL_SECONDS = 10;

/**
 * Emulates Lambda's event source mapping for one queue: receives batches, invokes the handler, and deletes the messages
 * that it does not report as failed. When a handler throws, its whole batch fails. A failed message is received again;
 * after `maxReceiveCount` receives the queue moves it to the dead-letter queue. Resolves once `signal` is aborted and
 * the current batch has been processed.
 */
export async function consumeQueue(options: QueueOptions): Promise<void> {
  const { sqs, queueUrl, batchSize, signal } = options;
  while (!signal.aborted) {
    const command = new ReceiveMessageCommand({
      QueueUrl: queueUrl,
      MaxNumberOfMessages: Math.min(batchSize, 10),
      WaitTimeSeconds: LONG_POLL_SECONDS,
      MessageSystemAttributeNames: ['All'],
      MessageAttributeNames: ['All'],
    });
    const received = await sqs.send(command, { abortSignal: signal }).catch(async (error: unknown) => {
      if (signal.aborted) return null;
      options.log.error('The queue cannot be read:', error instanceof Error ? error.message : error);
      await delay(1_000, null, { signal }).catch(() => {});
      return null;
    });
    if (received?.Messages?.length) await processBatch(received.Messages, options);
  }
}

async function processBatch(messages: Message[], options: QueueOptions): Promise<void> {
  const renewal = setInterval(
    () => void setVisibility(messages, options.visibilitySeconds, options),
    (options.visibilitySeconds * 1_000) / 3,
  );
  try {
    const failed = await invokeHandler(messages, options);
    await settle(messages, failed, options);
  } catch (error) {
    options.log.error('A batch could not be settled; its messages will be received again:', error);
  } finally {
    clearInterval(renewal);
  }
}

/** Invokes the handler with a batch. @returns the ids of the messages that failed */
async function invokeHandler(messages: Message[], options: QueueOptions): Promise<Set<string>> {
  const all = new Set(messages.map((message) => message.MessageId ?? ''));
  const { lambda, handler, queueUrl, log } = options;
  const event: SQSEvent = { Records: messages.map((message) => toRecord(message, queueUrl)) };
  try {
    const response = await handler(event, toContext(lambda));
    const failed = (response?.batchItemFailures ?? []).map((failure) => failure.itemIdentifier);
    // Like Lambda: an unknown id makes the whole batch fail.
    return failed.every((id) => all.has(id)) ? new Set(failed) : all;
  } catch (error) {
    log.error(`${lambda.name} failed on a batch of ${messages.length}:`, error);
    return all;
  }
}

async function settle(messages: Message[], failed: Set<string>, options: QueueOptions): Promise<void> {
  const isFailed = (message: Message) => failed.has(message.MessageId ?? '');
  const done = messages.filter((message) => !isFailed(message));
  if (done.length > 0) {
    await options.sqs.send(
      new DeleteMessageBatchCommand({ QueueUrl: options.queueUrl, Entries: done.map(toEntry) }),
    );
  }
  await setVisibility(messages.filter(isFailed), options.retrySeconds, options);
}

async function setVisibility(
  messages: Message[],
  seconds: number,
  { sqs, queueUrl, log }: QueueOptions,
): Promise<void> {
  if (messages.length === 0) return;
  const Entries = messages.map((message) => ({ ...toEntry(message), VisibilityTimeout: seconds }));
  await sqs
    .send(new ChangeMessageVisibilityBatchCommand({ QueueUrl: queueUrl, Entries }))
    .catch((error: unknown) => log.error('A visibility timeout could not be changed:', error));
}

function toEntry(message: Message, index = 0) {
  return { Id: `m${index}-${message.MessageId ?? ''}`, ReceiptHandle: message.ReceiptHandle };
}

function toRecord(message: Message, queueUrl: string): SQSRecord {
  const attributes = message.Attributes ?? {};
  return {
    messageId: message.MessageId ?? '',
    receiptHandle: message.ReceiptHandle ?? '',
    body: message.Body ?? '',
    attributes: {
      ApproximateReceiveCount: attributes.ApproximateReceiveCount ?? '1',
      SentTimestamp: attributes.SentTimestamp ?? '',
      SenderId: attributes.SenderId ?? '',
      ApproximateFirstReceiveTimestamp: attributes.ApproximateFirstReceiveTimestamp ?? '',
    },
    messageAttributes: {},
    md5OfBody: message.MD5OfBody ?? '',
    eventSource: 'aws:sqs',
    eventSourceARN: localArn('sqs', queueUrl.split('/').at(-1) ?? ''),
    awsRegion: REGION,
  };
}
