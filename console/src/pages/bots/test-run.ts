import { useEffect, useReducer, useRef } from 'react';
import { api, type Schemas } from '../../api/client.ts';
import { type AnswerEvent, streamAnswer } from '../../api/events.ts';
import { useTeam } from '../../shell/team.ts';

/** A question to the bot and what has come of its answer. */
export type TestRun = {
  question: string;
  phase: 'searching' | 'writing' | 'done' | 'refused' | 'cut' | 'failed';
  text: string;
  citations: Schemas['Citation'][];
  passages: number;
  model: string;
  costUsd: number | null;
  problem: unknown;
};

type Action =
  | { type: 'ask'; question: string }
  | { type: 'event'; event: AnswerEvent }
  | { type: 'stop' }
  | { type: 'end' }
  | { type: 'fail'; problem: unknown };

const NEW: Omit<TestRun, 'question'> = {
  phase: 'searching',
  text: '',
  citations: [],
  passages: 0,
  model: '',
  costUsd: null,
  problem: null,
};

function reduce(run: TestRun | null, action: Action): TestRun | null {
  if (action.type === 'ask') return { ...NEW, question: action.question };
  if (!run) return run;
  if (action.type === 'event') return withEvent(run, action.event);
  if (action.type === 'fail') return { ...run, phase: 'failed', problem: action.problem };
  if (action.type === 'stop') return { ...run, phase: 'done' };
  return isRunning(run) ? { ...run, phase: 'cut' } : run;
}

function withEvent(run: TestRun, { event, data }: AnswerEvent): TestRun {
  switch (event) {
    case 'message_start':
      return { ...run, model: data.model };
    case 'retrieval':
      return { ...run, passages: data.chunks.length };
    case 'delta':
      return { ...run, phase: 'writing', text: run.text + data.text };
    case 'citation':
      return { ...run, citations: [...run.citations, data] };
    case 'usage':
      return { ...run, model: data.model, costUsd: data.cost_usd };
    case 'done':
      return { ...run, phase: data.finish_reason === 'no_context' ? 'refused' : 'done' };
    case 'error':
      return { ...run, phase: 'failed', problem: data.message };
    default:
      return run;
  }
}

/** Whether more of the answer is to come. */
export function isRunning(run: TestRun | null): boolean {
  return run?.phase === 'searching' || run?.phase === 'writing';
}

/** Asks the saved bot. Each question is a conversation of its own, which is deleted after its answer. */
export function useTestRun(botId: string) {
  const { team } = useTeam();
  const [run, dispatch] = useReducer(reduce, null);
  const stopper = useRef<AbortController | null>(null);
  useEffect(() => () => stopper.current?.abort(), []);

  const forget = async (conversationId: string) => {
    const path = { team_id: team.id, conversation_id: conversationId };
    await api.DELETE('/v1/teams/{team_id}/conversations/{conversation_id}', { params: { path } });
  };
  const ask = async (question: string): Promise<void> => {
    stopper.current?.abort();
    const { signal } = (stopper.current = new AbortController());
    dispatch({ type: 'ask', question });
    let conversationId = '';
    try {
      const url = `/v1/teams/${team.id}/bots/${botId}/chat`;
      for await (const event of streamAnswer({ url, body: { message: question }, signal })) {
        if (event.event === 'message_start') conversationId = event.data.conversation_id;
        if (!signal.aborted) dispatch({ type: 'event', event });
      }
      if (!signal.aborted) dispatch({ type: 'end' });
    } catch (problem) {
      // Another question has taken its place; or it was stopped, or cut: what has come is kept.
      if (stopper.current?.signal !== signal) return;
      if (signal.aborted) dispatch({ type: 'stop' });
      else dispatch(conversationId ? { type: 'end' } : { type: 'fail', problem });
    } finally {
      if (conversationId) await forget(conversationId).catch(() => null);
    }
  };
  return { run, ask, stop: () => stopper.current?.abort() };
}
