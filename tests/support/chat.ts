import { randomInt } from 'node:crypto';
import { type Client, type Json, succeeded, type Team } from './api.ts';
import type { StubCall } from './llm-stub/stub.ts';
import { llmCalls } from './platform.ts';
import type { SseEvent } from './sse.ts';

export type Citation = {
  index: number;
  chunk_id: string;
  document_id: string;
  title: string;
  filename: string;
  page: number | null;
  quote: string;
  start: number;
  end: number;
  url: string;
  boxes: unknown[];
  verified: boolean;
  missing: string[];
};

export type Retrieved = {
  index: number;
  chunk_id: string;
  document_id: string;
  filename: string;
  page: number | null;
};

export type ChatAnswer = {
  conversation_id: string;
  message: {
    id: string;
    role: string;
    content: string;
    citations: Citation[];
    finish_reason: string;
    model: string;
    usage: { input_tokens: number; output_tokens: number; cost_usd: number };
  };
};

export type Message = {
  id: string;
  role: string;
  content: string;
  citations: Citation[];
  finish_reason: string | null;
  model: string | null;
  usage: Json | null;
  feedback: Json | null;
};

/** Makes a bot of the team and returns the path of its chat. */
export async function newBotPath(team: Team, bot: Json = {}): Promise<string> {
  const body = { name: 'Bot', model: 'openai/gpt-stub', ...bot };
  const { id } = succeeded(await team.owner.post<{ id: string }>(`${team.path}/bots`, body));
  return `${team.path}/bots/${id}/chat`;
}

/** Asks without a stream. */
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

/** A number that is in no other question: it marks one without saying anything, in any language. */
export function mark(): string {
  return String(randomInt(10 ** 9, 10 ** 12));
}

/** What language models were asked with these words in it. */
export async function callsAbout(words: string): Promise<StubCall[]> {
  return (await llmCalls()).filter((call) => JSON.stringify(call.body).includes(words));
}

/** The events of an answer that went well, in order. */
export const OUTLINE = /^message_start retrieval delta( citation delta| citation)* usage done$/;

/** The conversation that an answer's stream names first. */
export function conversationOf(events: SseEvent[]): unknown {
  return events[0]?.data.conversation_id;
}

/**
 * Asserts that citations are proved: each names a chunk that was retrieved for this answer, its quote stands word
 * for word in that chunk, and `start`/`end` frame the statement up to its marker. @param chunks by id
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
    expect(citation.url).toMatch(new RegExp(`^https?://.+/documents/${document_id}\\?chunk=${chunk_id}$`));
    expect({ verified: citation.verified, missing: citation.missing }).toEqual({
      verified: true,
      missing: [],
    });
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
