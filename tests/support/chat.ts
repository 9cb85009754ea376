import { randomInt } from 'node:crypto';
import type { ChatAnswer, Citation, Message } from '#clients/openapi-types/api.d.ts';
import { type Client, type Json, succeeded, type Team } from './api.ts';
import type { StubCall } from './llm-stub/stub.ts';
import { llmCalls } from './platform.ts';
import type { SseEvent } from './sse.ts';

export type { ChatAnswer, Citation, Message };

/** One chunk in the data of a `retrieval` event. */
export type Retrieved = Pick<Citation, 'index' | 'chunk_id' | 'document_id' | 'filename' | 'page'>;

/** Creates a bot of the team. @returns the path of its chat */
export async function newBotPath(team: Team, bot: Json = {}): Promise<string> {
  const body = { name: 'Bot', model: 'openai/gpt-stub', ...bot };
  const { id } = succeeded(await team.owner.post<{ id: string }>(`${team.path}/bots`, body));
  return `${team.path}/bots/${id}/chat`;
}

/** Asks a question without streaming. */
export async function ask(
  client: Client,
  path: string,
  message: string,
  more: Json = {},
): Promise<ChatAnswer> {
  return succeeded(await client.post<ChatAnswer>(path, { message, stream: false, ...more }));
}

/** A conversation's messages, oldest first. */
export async function messagesOf(
  client: Client,
  teamPath: string,
  conversationId: unknown,
): Promise<Message[]> {
  const path = `${teamPath}/conversations/${String(conversationId)}/messages`;
  return succeeded(await client.get<{ data: Message[] }>(path)).data;
}

/** A unique number that marks a question without changing its meaning, in any language. */
export function mark(): string {
  return String(randomInt(10 ** 9, 10 ** 12));
}

/** The requests to language models that contain these words. */
export async function callsAbout(words: string): Promise<StubCall[]> {
  return (await llmCalls()).filter((call) => JSON.stringify(call.body).includes(words));
}

/** The events of a successful answer, in order. */
export const OUTLINE = /^message_start retrieval delta( citation delta| citation)* usage done$/;

/** The id of the conversation, from the first event of a stream. */
export function conversationOf(events: SseEvent[]): unknown {
  return events[0]?.data.conversation_id;
}

/**
 * Asserts that citations are valid: each names a chunk that was retrieved for this answer, its quote is verbatim in
 * that chunk, and `start` to `end` covers the statement and its marker. @param chunks by id
 */
export function expectProved(
  { text, citations, retrieved }: { text: string; citations: Citation[]; retrieved: Retrieved[] },
  chunks: Map<string, { text: string; page: number | null }>,
): void {
  for (const { start, end, quote, ...citation } of citations) {
    const { index, chunk_id, document_id, filename, page } = citation;
    expect(retrieved).toContainEqual(
      expect.objectContaining({ index, chunk_id, document_id, filename, page }),
    );
    expect(quote.length).toBeGreaterThan(0);
    expect(chunks.get(chunk_id)?.text).toContain(quote);
    expect(chunks.get(chunk_id)?.page).toBe(page);
    expect(start).toBeGreaterThanOrEqual(0);
    expect(text.slice(start, end)).toMatch(new RegExp(`\\S.*\\[${index}\\]$`, 's'));
  }
  const markers = [...text.matchAll(/\[(\d+)\]/g)].map(([, number]) => Number(number));
  expect(markers).toEqual(citations.map(({ index }) => index));
}

/** Every chunk of the documents, by id. */
export async function chunksOf(
  client: Client,
  teamPath: string,
  documentIds: string[],
): Promise<Map<string, { text: string; page: number | null }>> {
  type Page = { data: { id: string; text: string; page: number | null }[] };
  const pages = await Promise.all(
    documentIds.map(async (id) =>
      succeeded(await client.get<Page>(`${teamPath}/documents/${id}/chunks?limit=100`)),
    ),
  );
  return new Map(pages.flatMap(({ data }) => data.map((chunk) => [chunk.id, chunk])));
}
