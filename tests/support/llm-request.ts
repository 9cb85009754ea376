import type { LlmEvent, LlmRequest, Passage } from '#shared/llm/request.ts';

/** A passage with this number and text. */
export function passage(index: number, text: string): Passage {
  return {
    index,
    chunk_id: `chunk-${index}`,
    document_id: `document-${index}`,
    filename: '취업규칙.pdf',
    page: index,
    heading: null,
    text,
    score: 1 / index,
  };
}

/** A request whose prompt holds one passage, as `buildPrompt` writes it. */
export function llmRequest(over: Partial<LlmRequest> = {}): LlmRequest {
  const text = '연차는 15일입니다. 병가는 60일입니다.';
  return {
    model: 'openai/gpt-stub',
    system: 'Answer from the passages.',
    messages: [{ role: 'user', content: `<passage number="1">\n${text}\n</passage>\n연차는 며칠인가요?` }],
    passages: [passage(1, text)],
    question: '연차는 며칠인가요?',
    language: 'ko',
    temperature: 0.2,
    maxOutputTokens: 300,
    signal: new AbortController().signal,
    ...over,
  };
}

/** The events of a stream, and the error that ended it. */
export async function readAll(events: AsyncIterable<LlmEvent>) {
  const seen: LlmEvent[] = [];
  let error: unknown;
  try {
    for await (const event of events) seen.push(event);
  } catch (thrown) {
    error = thrown;
  }
  const text = seen.map((event) => (event.type === 'delta' ? event.text : '')).join('');
  return { events: seen, text, last: seen.at(-1), error };
}
