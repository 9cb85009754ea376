import { setImmediate as nextTurn } from 'node:timers/promises';
import { isRefusal, refusal } from '#shared/text/language.ts';
import type { LlmRequest, ProviderEvent } from '../request.ts';
import { chooseAnswer } from './choose.ts';
import { renderAnswer } from './render.ts';

const DELTA_LENGTH = 12;

/**
 * `builtin/extractive`: answers with the one to three sentences of the passages that fit the question best,
 * quoted and cited. It needs neither an API key nor a network, and the same input always gives the same answer.
 */
export async function* streamExtractive(
  _model: string,
  request: LlmRequest,
  signal: AbortSignal,
): AsyncGenerator<ProviderEvent> {
  const answer = extractiveAnswer(request);
  for (let at = 0; at < answer.length; ) {
    signal.throwIfAborted();
    const space = answer.indexOf(' ', at + DELTA_LENGTH / 2);
    const end = space < 0 || space > at + DELTA_LENGTH * 2 ? at + DELTA_LENGTH : space;
    const cut = isLowSurrogate(answer, end) ? end + 1 : end;
    yield { type: 'delta', text: answer.slice(at, cut) };
    at = cut;
    await nextTurn();
  }
  yield { type: 'finish', reason: isRefusal(answer) ? 'no_context' : 'stop' };
}

type Extraction = Pick<LlmRequest, 'question' | 'language' | 'passages' | 'maxOutputTokens' | 'tentative'>;

/** The whole answer of `builtin/extractive`, with `[n]` markers; `isRefusal` recognises one that found nothing. */
export function extractiveAnswer(request: Extraction): string {
  const { question, language, passages, maxOutputTokens, tentative: isTentative = false } = request;
  const choice = chooseAnswer(question.normalize('NFC'), passages);
  if (choice.evidence === 'none') return refusal(language);
  return renderAnswer(choice, {
    language,
    maxOutputTokens,
    isTentative: isTentative || choice.evidence === 'weak',
  });
}

function isLowSurrogate(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= 0xdc00 && code <= 0xdfff;
}
