import { countTokens, type Failure, type Protocol, type Reply } from './behaviour.ts';

type SearchResult = {
  type: 'search_result';
  source: string;
  title: string;
  content: { type: 'text'; text: string }[];
  citations?: { enabled?: boolean };
};
type ContentBlock = { type: 'text'; text: string } | SearchResult;

type Body = {
  model?: string;
  system?: string;
  messages?: { role: string; content: string | ContentBlock[] }[];
  max_tokens?: number;
  stream?: boolean;
  temperature?: number;
};

const TYPES: Record<number, string> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  402: 'billing_error',
  403: 'permission_error',
  404: 'not_found_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  529: 'overloaded_error',
};

/** Anthropic's error response for a status. */
function failure(status: number, message = 'The stub was told to fail.'): Failure {
  return {
    status,
    headers: status === 429 ? { 'retry-after': '1' } : {},
    body: { type: 'error', error: { type: TYPES[status] ?? 'api_error', message }, request_id: 'req_stub' },
  };
}

/** The checks of API version 2026-10-21. */
function validate(body: Body, version: string | undefined): Failure | null {
  if (!version) return failure(400, 'anthropic-version: header is required');
  if (!body.model || !Array.isArray(body.messages)) return failure(400, 'model: Field required');
  if (body.max_tokens === undefined) return failure(400, 'max_tokens: Field required');
  if (body.temperature !== undefined) {
    return failure(400, 'temperature: Extra inputs are not permitted');
  }
  if (body.messages.at(-1)?.role !== 'user')
    return failure(400, 'This model does not support assistant message prefill.');
  return validateResults(searchResults(body));
}

/** @see https://platform.claude.com/docs/en/build-with-claude/search-results */
function validateResults(results: SearchResult[]): Failure | null {
  for (const [at, { source, title, content }] of results.entries()) {
    const where = `messages.content.${at}.search_result`;
    if (!source || !title) return failure(400, `${where}: source and title: Field required`);
    if (!Array.isArray(content) || content.length === 0)
      return failure(400, `${where}.content: Field required`);
    if (content.some(({ type, text }) => type !== 'text' || !text.trim()))
      return failure(400, `${where}.content: text content blocks must contain non-whitespace text`);
  }
  const cited = results.filter(({ citations }) => citations?.enabled === true).length;
  return cited === 0 || cited === results.length
    ? null
    : failure(400, 'citations: either all search results have citations enabled, or none');
}

function blocksOf(content: string | ContentBlock[]): ContentBlock[] {
  return typeof content === 'string' ? [{ type: 'text', text: content }] : content;
}

function searchResults({ messages = [] }: Body): SearchResult[] {
  return messages
    .flatMap(({ content }) => blocksOf(content))
    .filter((block) => block.type === 'search_result');
}

/** A search result as the passage that it is. */
function textOf(block: ContentBlock): string {
  if (block.type === 'text') return block.text;
  return `<passage>\n${block.content.map(({ text }) => text).join('')}\n</passage>`;
}

function promptOf(body: Body): { prompt: string; last: string } {
  const texts = (body.messages ?? []).map(({ content }) => blocksOf(content).map(textOf).join('\n'));
  return { prompt: [body.system ?? '', ...texts].join('\n'), last: texts.at(-1) ?? '' };
}

type TextBlock = { text: string; citations: object[] | null };

/** The answer in text blocks. Where search results have citations, each statement is one, without any marker. */
function toTextBlocks(body: Body, { behaviour, text }: Reply): TextBlock[] {
  const [first] = searchResults(body);
  const [claim, rest] = text.split(' [1]');
  if (first?.citations?.enabled !== true || behaviour.kind === 'markers' || rest === undefined)
    return [{ text, citations: null }];
  return [
    { text: claim ?? '', citations: [citeQuotation(first, claim ?? '')] },
    { text: rest.replace(' [99]', ''), citations: null },
  ];
}

/** Cites the first blocks of a search result, as many as the quotation of the claim has. */
function citeQuotation({ source, title, content }: SearchResult, claim: string): object {
  const quotation = /“(.*)”/.exec(claim)?.[1] ?? '';
  const textTo = (end: number) =>
    content
      .slice(0, end)
      .map(({ text }) => text)
      .join('');
  const ends = content.map((_block, at) => at + 1);
  const end = ends.find((at) => textTo(at).replace(/\s+/g, ' ').includes(quotation)) ?? content.length;
  return {
    type: 'search_result_location',
    source,
    title,
    cited_text: textTo(end),
    search_result_index: 0,
    start_block_index: 0,
    end_block_index: end,
  };
}

async function replyTo(body: Body, reply: Reply): Promise<void> {
  const { behaviour, text } = reply;
  const input = countTokens(promptOf(body).prompt);
  const usage = {
    input_tokens: input,
    cache_creation_input_tokens: 0,
    cache_read_input_tokens: 0,
    output_tokens: 1,
  };
  const message = {
    id: 'msg_stub',
    type: 'message',
    role: 'assistant',
    model: body.model,
    content: [] as unknown[],
    stop_reason: null as string | null,
    stop_sequence: null,
    usage,
  };
  const stop_reason =
    { length: 'max_tokens', wordless: 'max_tokens', filter: 'refusal' }[behaviour.kind as string] ??
    'end_turn';
  const output_tokens = countTokens(text);
  const blocks = toTextBlocks(body, reply);
  if (!body.stream) {
    const content = blocks.map((block) => ({ type: 'text', ...block }));
    reply.json(200, { ...message, content, stop_reason, usage: { ...usage, output_tokens } });
    return;
  }
  const send = (type: string, data: object = {}): void =>
    reply.write(`event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`);
  reply.startStream();
  if (behaviour.kind === 'hang') return;
  send('message_start', { message });
  send('ping');
  sendThinking(send);
  await sendTextBlocks(blocks, reply, send);
  if (behaviour.kind === 'garbage') reply.write('event: content_block_delta\ndata: {"type":\n\n');
  if (behaviour.kind === 'error-event') {
    send('error', { error: { type: 'overloaded_error', message: 'Overloaded' } });
    return reply.end();
  }
  if (behaviour.kind === 'unfinished') return reply.end();
  send('content_block_stop', { index: blocks.length });
  send('message_delta', { delta: { stop_reason, stop_sequence: null }, usage: { output_tokens } });
  send('message_stop');
  reply.end();
}

type Send = (type: string, data?: object) => void;

/** Sends the text blocks, numbered from 1, each with its citations; the caller ends the last one. */
async function sendTextBlocks(blocks: TextBlock[], reply: Reply, send: Send): Promise<void> {
  for (const [at, { text, citations }] of blocks.entries()) {
    const index = at + 1;
    const cite = () => {
      for (const citation of citations ?? [])
        send('content_block_delta', { index, delta: { type: 'citations_delta', citation } });
    };
    if (at > 0) send('content_block_stop', { index: at });
    const empty = { type: 'text', text: '', ...(citations && { citations: [] }) };
    send('content_block_start', { index, content_block: empty });
    if (reply.behaviour.kind === 'early') cite();
    for await (const token of reply.tokens(text))
      send('content_block_delta', { index, delta: { type: 'text_delta', text: token } });
    if (reply.behaviour.kind !== 'early') cite();
  }
}

/** Sends a thinking block as Claude 5 does before its text; it is no part of the answer. */
function sendThinking(send: Send): void {
  send('content_block_start', { index: 0, content_block: { type: 'thinking', thinking: '', signature: '' } });
  send('content_block_delta', {
    index: 0,
    delta: { type: 'thinking_delta', thinking: 'Which passage [7]?' },
  });
  send('content_block_delta', { index: 0, delta: { type: 'signature_delta', signature: 'c3R1Yg==' } });
  send('content_block_stop', { index: 0 });
}

/** Anthropic's Messages: `POST /v1/messages`. */
export const anthropicProtocol: Protocol<Body> = { failure, validate, prompt: promptOf, reply: replyTo };
