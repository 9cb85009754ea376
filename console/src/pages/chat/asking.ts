import type { operations } from '@rag-platform/openapi-types';
import { useSyncExternalStore } from 'react';
import type { Schemas } from '../../api/client.ts';
import { type AnswerEvent, streamAnswer } from '../../api/events.ts';
import { ApiProblem } from '../../api/problem.ts';
import type { Citation } from './markers.ts';

type ChatBody = operations['chat']['requestBody']['content']['application/json'];
type StreamError = Extract<AnswerEvent, { event: 'error' }>['data'];

/** The message in whose place something comes: a question that is changed, or an answer that is given again. */
export type Replaces = { kind: 'question' | 'answer'; messageId: string };

/** A question on its way, with what has come of its answer. */
export type Asking = {
  key: string;
  botId: string;
  conversationId: string | null;
  /** The page that shows it: a conversation, or null for the page of a new one. */
  home: string | null;
  question: string;
  documentId: string | null;
  replaces: Replaces | null;
  /** `cut`: the connection ended before the answer did. */
  status: 'sending' | 'streaming' | 'done' | 'cut' | 'failed';
  answerId: string | null;
  text: string;
  citations: Citation[];
  finish: Schemas['FinishReason'] | null;
  problem: ApiProblem | StreamError | null;
};

export type Question = Pick<Asking, 'botId' | 'conversationId' | 'question' | 'documentId' | 'replaces'> & {
  teamId: string;
  /** The answer begins in this conversation. */
  onStart(conversationId: string): Promise<void>;
  /** No more will come. */
  onEnd(conversationId: string | null): void;
};

/** Questions outlive the page: an answer goes on while its reader looks at a document. */
let askings: Asking[] = [];
const controllers = new Map<string, AbortController>();
const listeners = new Set<() => void>();
let isNotifying = false;

/** Tells the page once a frame, however many words have come. */
function notify(): void {
  if (isNotifying) return;
  isNotifying = true;
  requestAnimationFrame(() => {
    isNotifying = false;
    for (const listener of listeners) listener();
  });
}

function update(key: string, change: Partial<Asking>): void {
  askings = askings.map((each) => (each.key === key ? { ...each, ...change } : each));
  notify();
}

function find(key: string): Asking | undefined {
  return askings.find((each) => each.key === key);
}

/** Whether words may still come. */
export function isRunning(asking: Asking | null): boolean {
  return asking?.status === 'sending' || asking?.status === 'streaming';
}

/** Sends a question; an earlier one of the same page that is over goes. */
export async function ask(question: Question): Promise<void> {
  const { teamId, onStart, onEnd, ...asked } = question;
  const key = crypto.randomUUID();
  const controller = new AbortController();
  controllers.set(key, controller);
  const started: Asking = {
    ...asked,
    key,
    home: asked.conversationId,
    status: 'sending',
    answerId: null,
    text: '',
    citations: [],
    finish: null,
    problem: null,
  };
  askings = [...askings.filter((each) => !isShownWith(each, started.home, started.botId)), started];
  notify();
  try {
    const events = streamAnswer({ ...request(teamId, asked), signal: controller.signal });
    for await (const event of events) receive(key, event, onStart);
    if (isRunning(find(key) ?? null)) update(key, { status: 'cut' });
  } catch (error) {
    fail(key, error, controller.signal);
  }
  controllers.delete(key);
  onEnd(find(key)?.conversationId ?? null);
}

function request(
  teamId: string,
  { botId, conversationId, question, documentId, replaces }: Omit<Question, 'teamId' | 'onStart' | 'onEnd'>,
) {
  const team = `/v1/teams/${teamId}`;
  const filter = documentId ? { filter: { document_ids: [documentId] } } : {};
  if (replaces?.kind === 'answer')
    return { url: `${team}/messages/${replaces.messageId}/regenerate`, body: { ...filter, stream: true } };
  const body: ChatBody = {
    message: question,
    stream: true,
    ...(conversationId ? { conversation_id: conversationId } : {}),
    ...(replaces ? { replace_message_id: replaces.messageId } : {}),
    ...filter,
  };
  return { url: `${team}/bots/${botId}/chat`, body };
}

function receive(key: string, event: AnswerEvent, onStart: Question['onStart']): void {
  const before = find(key);
  if (!before) return;
  switch (event.event) {
    case 'message_start': {
      const { conversation_id: conversationId, message_id: answerId } = event.data;
      update(key, { status: 'streaming', conversationId, answerId });
      if (before.conversationId) return;
      void onStart(conversationId).then(() => update(key, { home: conversationId }));
      return;
    }
    case 'delta':
      return update(key, { text: before.text + event.data.text });
    case 'citation':
      return update(key, { citations: [...before.citations, event.data] });
    case 'done':
      return update(key, { status: 'done', finish: event.data.finish_reason });
    case 'error':
      return update(key, { status: 'failed', problem: event.data });
  }
}

function fail(key: string, error: unknown, signal: AbortSignal): void {
  if (signal.aborted) update(key, { status: 'done', finish: 'aborted' });
  else if (error instanceof ApiProblem) update(key, { status: 'failed', problem: error });
  else if (find(key)?.answerId) update(key, { status: 'cut' });
  else update(key, { status: 'failed', problem: new ApiProblem({}) });
}

/** Ends an answer where it is. */
export function stop(asking: Asking): void {
  controllers.get(asking.key)?.abort();
}

/** Forgets a question that failed, so that the conversation is shown as it is. */
export function dismiss(asking: Asking): void {
  askings = askings.filter(({ key }) => key !== asking.key);
  notify();
}

function isShownWith({ home, botId }: Asking, conversationId: string | null, pageBotId: string): boolean {
  return conversationId === null ? home === null && botId === pageBotId : home === conversationId;
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The question on its way in a conversation, or on the page of a new one. */
export function useAsking(conversationId: string | null, botId: string): Asking | null {
  const all = useSyncExternalStore(subscribe, () => askings);
  const own = all.filter(
    (each) =>
      isShownWith(each, conversationId, botId) ||
      (conversationId !== null && each.conversationId === conversationId),
  );
  return own.at(-1) ?? null;
}
