import { costUsd } from '#shared/llm/catalog.ts';
import { estimateUsage, streamLlm } from '#shared/llm/provider.ts';
import type { LlmEvent, LlmRequest, Passage } from '#shared/llm/request.ts';
import { type CiteEvent, citeStream } from '#shared/retrieval/citations.ts';
import { refusal } from '#shared/text/language.ts';
import type { ChatEvent, ChatFinish } from './answer.ts';
import { withoutControls } from './control-characters.ts';
import { isBuiltin } from './gate.ts';
import { guardLinks, LinkGuard } from './link-guard.ts';
import { readOpening, saysNotFound } from './not-found-mark.ts';
import { linkToPassage } from './passage-link.ts';
import { linkRemoved, withheld } from './withheld.ts';

type CitedEvent =
  | Exclude<LlmEvent, { type: 'delta' | 'cite' | 'finish' }>
  | CiteEvent
  | { type: 'finish'; reason: ChatFinish };

/** What a bot's settings say about its answers. */
export type AnswerRules = {
  noAnswer: 'refuse' | 'general';
  /** Which links and images may stay: those to places that a cited passage names, or all, HTML included. */
  links: 'cited' | 'all';
};

/**
 * Streams a model's answer with its citations checked, step by step:
 * 1. `streamLlm` asks the model; `withoutControls` drops characters that hide or turn text.
 * 2. `readOpening` looks whether it begins by saying that the passages do not hold the answer.
 * 3. `citeStream` turns its markers into citations.
 * 4. `guardLinks` takes out links to places that no cited passage names.
 * 5. `judgeMiss` ends an answer that says that nothing was found in `no_context`.
 * 6. `explainFilter` says so where a content filter left no text.
 * @throws AppError as `streamLlm`, after a `usage` when text came before
 */
export async function* askModel(request: LlmRequest, rules: AnswerRules): AsyncGenerator<ChatEvent, void> {
  let model: string | undefined;
  let text = '';
  let hasUsage = false;
  try {
    for await (const event of explainFilter(citedEvents(request, rules), request.language)) {
      if (event.type === 'start') model = event.model;
      else if (event.type === 'delta') text += event.text;
      hasUsage ||= event.type === 'usage';
      yield* toChatEvents(event, model ?? request.model);
    }
  } catch (error) {
    if (model && !hasUsage) yield toUsageEvent(model, estimateUsage(request, text));
    if (!request.signal.aborted) throw error;
    yield { type: 'done', finish_reason: 'aborted' };
  }
}

async function* citedEvents(
  request: LlmRequest,
  { noAnswer, links }: AnswerRules,
): AsyncGenerator<CitedEvent, void> {
  const { passages, model, language } = request;
  const cite = (events: AsyncIterable<LlmEvent>, from: Passage[]): AsyncIterable<CitedEvent> => {
    const cited = citeStream<LlmEvent>(events, from, linkToPassage);
    return links === 'all' ? cited : guardLinks(cited, new LinkGuard(from, linkRemoved(language)));
  };
  const said = withoutControls(streamLlm(request));
  const mayMiss = passages.length > 0 && (noAnswer === 'refuse' || isBuiltin(model));
  if (!mayMiss) {
    yield* cite(said, passages);
    return;
  }
  const { isNotFound, events } = await readOpening(said);
  yield* judgeMiss(cite(events, isNotFound ? [] : passages), { isNotFound, language });
}

/** Ends an answer that says that nothing was found in `no_context`, with a polite sentence where it has none. */
async function* judgeMiss(
  events: AsyncIterable<CitedEvent>,
  { isNotFound, language }: { isNotFound: boolean; language: string },
): AsyncGenerator<CitedEvent, void> {
  let text = '';
  let cites = false;
  for await (const event of events) {
    if (event.type === 'delta') text += event.text;
    cites ||= event.type === 'citation';
    const isEnd = event.type === 'usage' || event.type === 'finish';
    if (isEnd && isNotFound && !text.trim()) {
      text = refusal(language);
      yield { type: 'delta', text };
    }
    const misses = isNotFound || (!cites && saysNotFound(text));
    yield event.type === 'finish' && event.reason === 'stop' && misses
      ? { type: 'finish', reason: 'no_context' }
      : event;
  }
}

/** Gives an answer that a content filter withheld a sentence. The usage waits for it: it comes after all text. */
async function* explainFilter(
  events: AsyncIterable<CitedEvent>,
  language: string,
): AsyncGenerator<CitedEvent, void> {
  let hasText = false;
  let usage: CitedEvent | undefined;
  for await (const event of events) {
    if (event.type === 'delta') hasText ||= event.text.trim() !== '';
    if (event.type === 'usage') {
      usage = event;
      continue;
    }
    if (event.type === 'finish') {
      if (event.reason === 'content_filter' && !hasText) yield { type: 'delta', text: withheld(language) };
      if (usage) yield usage;
    }
    yield event;
  }
}

function* toChatEvents(event: CitedEvent, model: string): Generator<ChatEvent, void> {
  if (event.type === 'delta' || event.type === 'citation') yield event;
  else if (event.type === 'usage') yield toUsageEvent(model, event);
  else if (event.type === 'finish') yield { type: 'done', finish_reason: event.reason };
}

/** The `usage` event of a call. */
export function toUsageEvent(
  model: string,
  usage: { input_tokens: number; output_tokens: number },
): ChatEvent {
  const { input_tokens, output_tokens } = usage;
  return { type: 'usage', input_tokens, output_tokens, cost_usd: costUsd(model, usage), model };
}
