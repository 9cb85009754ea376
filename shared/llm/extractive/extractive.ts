import { setImmediate as nextTurn } from 'node:timers/promises';
import { isRefusal, refusal } from '#shared/text/language.ts';
import type { LlmRequest, ProviderEvent } from '../request.ts';
import { chooseAnswer, rankByWords } from './choose.ts';
import { weighEvidence } from './evidence.ts';
import { type Meanings, textsToCompare } from './meaning.ts';
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
  const answer = extractiveAnswer(request, await compareMeanings(request));
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

type Extraction = Pick<LlmRequest, 'question' | 'language' | 'passages' | 'maxOutputTokens' | 'answered'>;

/** The whole answer of `builtin/extractive`, with `[n]` markers; `isRefusal` recognises one that found nothing. */
export function extractiveAnswer(request: Extraction, meanings: Meanings | null = null): string {
  const { question, language, passages, maxOutputTokens, answered } = request;
  const choice = chooseAnswer(question.normalize('NFC'), passages, {
    meanings: meanings ?? undefined,
    answered,
  });
  const evidence = choice.signals ? weighEvidence(choice.signals, meanings ? 'meaning' : 'words') : 'none';
  if (evidence === 'none') return refusal(language);
  return renderAnswer(choice, { language, maxOutputTokens, isTentative: evidence === 'weak' });
}

/** Compares the meaning of statements with the question, where the words do not decide; null where nothing can. */
async function compareMeanings({
  question,
  passages,
  closeness,
  answered,
}: LlmRequest): Promise<Meanings | null> {
  if (!closeness) return null;
  const asked = question.normalize('NFC');
  const texts = textsToCompare(asked, rankByWords(asked, passages, answered));
  const values = texts.length > 0 ? await closeness(texts.map(({ read }) => read)) : [];
  return values && new Map(texts.map(({ text }, at) => [text, values[at] ?? 0]));
}

function isLowSurrogate(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= 0xdc00 && code <= 0xdfff;
}
