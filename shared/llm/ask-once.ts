import { streamLlm } from './provider.ts';
import type { LlmRequest, LlmUsage } from './request.ts';

type Question = {
  model: string;
  system: string;
  message: string;
  maxOutputTokens: number;
  /** Milliseconds until the call is given up. */
  deadlineMs: number;
};

/**
 * One short call of a model, without retries and fallback, for work beside an answer.
 * `text` is null when the call failed or took too long: the caller does without. `usage` is what it cost even then, as
 * far as it is known.
 */
export async function askOnce(question: Question): Promise<{ text: string | null; usage: LlmUsage | null }> {
  let text = '';
  let usage: LlmUsage | null = null;
  const request: LlmRequest = {
    model: question.model,
    system: question.system,
    messages: [{ role: 'user', content: question.message }],
    passages: [],
    question: question.message,
    language: 'en',
    temperature: 0,
    maxOutputTokens: question.maxOutputTokens,
    maxCalls: 1,
    onFailedUsage: (_model, used) => {
      usage = used;
    },
    signal: AbortSignal.timeout(question.deadlineMs),
  };
  try {
    for await (const event of streamLlm(request)) {
      if (event.type === 'delta') text += event.text;
      else if (event.type === 'usage') usage = event;
    }
    return { text, usage };
  } catch {
    return { text: null, usage };
  }
}
