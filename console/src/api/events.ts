import type { operations } from '@rag-platform/openapi-types';
import { EventSourceParserStream } from 'eventsource-parser/stream';
import { authorizedFetch } from './client.ts';
import { readProblem } from './problem.ts';

/** One event of a streamed answer: its name and its data, as openapi.json describes them. */
export type AnswerEvent = operations['chat']['responses'][200]['content']['text/event-stream'];

type Asked = { url: string; body: unknown; signal: AbortSignal };

/**
 * Sends a question and yields the events of its answer as they come.
 * @throws ApiProblem when the answer does not begin; a cut connection ends the iteration without `done` or `error`
 */
export async function* streamAnswer({ url, body, signal }: Asked): AsyncGenerator<AnswerEvent> {
  const response = await authorizedFetch(url, {
    method: 'POST',
    signal,
    headers: { 'Content-Type': 'application/json', Accept: 'text/event-stream' },
    body: JSON.stringify(body),
  });
  if (!response.ok || !response.body) throw await readProblem(response);
  const events = response.body
    .pipeThrough(new TextDecoderStream())
    .pipeThrough(new EventSourceParserStream());
  const reader = events.getReader();
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    yield { event: part.value.event, data: JSON.parse(part.value.data) } as AnswerEvent;
  }
}
