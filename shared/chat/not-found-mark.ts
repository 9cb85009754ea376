import type { LlmEvent } from '#shared/llm/request.ts';

/** What a model writes first when the passages do not hold the answer. It is never shown. */
export const NOT_FOUND = '[NOT_FOUND]';

const OPENING = /^[\s"'`*_(]*(?:\[|【)\s*NOT[_\s-]?FOUND\s*(?:\]|】)[\s"'`*_).:—-]*/iu;
/** A text that may still become the mark: at most a little decoration, then a part of it. */
const PARTIAL =
  /^[\s"'`*_(]{0,6}(?:(?:\[|【)\s*(?:N(?:O(?:T(?:[_\s-](?:F(?:O(?:U(?:N(?:D\s*)?)?)?)?)?)?)?)?)?)?$/iu;
const COMPLETE = /^[\s"'`*_(]*(?:\[|【)\s*NOT[_\s-]?FOUND\s*(?:\]|】)/iu;

/**
 * Reads the first characters of an answer, as few as decide whether it begins with `NOT_FOUND`. The mark is removed;
 * all events, also those read here, are in `events`.
 * An error of `events` is thrown by the returned ones, after what came before it.
 */
export async function readOpening(
  events: AsyncGenerator<LlmEvent, void>,
): Promise<{ isNotFound: boolean; events: AsyncGenerator<LlmEvent, void> }> {
  const held: LlmEvent[] = [];
  let text = '';
  for (;;) {
    const step = await events.next().catch((error: unknown) => ({ failure: error }));
    if ('failure' in step) return { isNotFound: false, events: replay(held, events, step) };
    const { value: event, done } = step;
    if (done) return { isNotFound: false, events: replay(held, events) };
    held.push(event);
    if (event.type === 'finish') break;
    if (event.type !== 'delta') continue;
    text += event.text;
    if (!PARTIAL.test(text)) break;
  }
  if (!COMPLETE.test(text)) return { isNotFound: false, events: replay(held, events) };
  const others = held.filter(({ type }) => type !== 'delta');
  const finish = others.findIndex(({ type }) => type === 'finish' || type === 'usage');
  const rest: LlmEvent = { type: 'delta', text: text.replace(OPENING, '') };
  const at = finish < 0 ? others.length : finish;
  const all = replay([...others.slice(0, at), rest, ...others.slice(at)], events);
  return { isNotFound: true, events: withoutLeadingSpace(all) };
}

/** The mark and the blanks after it may come in different pieces. */
async function* withoutLeadingSpace(events: AsyncGenerator<LlmEvent, void>): AsyncGenerator<LlmEvent, void> {
  let hasText = false;
  for await (const event of events) {
    if (event.type !== 'delta' || hasText) yield event;
    else {
      const text = event.text.trimStart();
      hasText = text !== '';
      if (hasText) yield { type: 'delta', text };
    }
  }
}

async function* replay(
  held: LlmEvent[],
  rest: AsyncGenerator<LlmEvent, void>,
  failed?: { failure: unknown },
): AsyncGenerator<LlmEvent, void> {
  try {
    yield* held;
    if (failed) throw failed.failure;
    yield* rest;
  } finally {
    await rest.return();
  }
}

const SAYS_NOT_FOUND =
  /(?:문서|자료|passages?|documents?|sources?|context)[^.!?\n]{0,80}(?:없습니다|없어요|않습니다|않아요|찾을 수 없|찾지 못|나와 있지|확인할 수 없|(?:do(?:es)?|did) not|(?:do|does|did)n['’]t|not (?:contain|mention|say|include|provide|found|in)|no (?:information|mention|answer))|(?:not (?:mentioned|found|covered|stated|answered|included)|no information)[^.!?\n]{0,60}\b(?:passages?|documents?|sources?|context)/iu;
const MAX_CHARS = 400;

/** Whether a whole answer without any citation says in words of its own that the documents do not hold it. */
export function saysNotFound(answer: string): boolean {
  return answer.length <= MAX_CHARS && SAYS_NOT_FOUND.test(answer);
}
