import { serverEvents } from '#local/demo/api-client.ts';
import type { Client, Json } from './api.ts';
import { platform } from './platform.ts';

export type SseEvent = { event: string; data: Json };

/** An open event stream. `close` disconnects, as a closed browser tab does. */
export type EventStream = { response: Response; events: AsyncGenerator<SseEvent>; close(): void };

/** The client's credential and further headers. Abort `controller` to disconnect before the response has begun. */
type Requester = Pick<Client, 'credential'> & {
  headers?: Record<string, string>;
  controller?: AbortController;
};

/** Posts a body. @returns the response, with its events as they arrive */
export async function openStream(
  { credential, headers, controller = new AbortController() }: Requester,
  path: string,
  body: unknown,
): Promise<EventStream> {
  const { url } = await platform();
  const response = await fetch(`${url}${path}`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${credential}`, 'Content-Type': 'application/json', ...headers },
    body: JSON.stringify(body),
    signal: controller.signal,
  });
  return { response, events: parseEvents(response), close: () => controller.abort() };
}

async function* parseEvents(response: Response): AsyncGenerator<SseEvent> {
  if (!response.body) return;
  for await (const { event, data } of serverEvents(response.body))
    yield { event, data: JSON.parse(data) as Json };
}

/** All events of a response. @throws Error when its status is not 200 */
export async function readStream(client: Client, path: string, body: unknown): Promise<SseEvent[]> {
  const { response, events } = await openStream(client, path, body);
  if (response.status !== 200) throw new Error(`Answered ${response.status}: ${await response.text()}`);
  return await Array.fromAsync(events);
}

/** The data of the events of one name. */
export function dataOf<T = Json>(events: SseEvent[], name: string): T[] {
  return events.filter(({ event }) => event === name).map(({ data }) => data as T);
}

/** The text of all deltas. */
export function answerText(events: SseEvent[]): string {
  return dataOf<{ text: string }>(events, 'delta')
    .map(({ text }) => text)
    .join('');
}

/** The event names in order, a repeated name once: `message_start retrieval delta citation delta usage done`. */
export function outline(events: SseEvent[]): string {
  return events
    .map(({ event }) => event)
    .filter((name, at, all) => name !== all[at - 1])
    .join(' ');
}
