import { countTokens, type Failure, type Protocol, type Reply } from './behaviour.ts';

type Body = {
  model?: string;
  system?: string;
  messages?: { role: string; content: string }[];
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
  return body.messages.at(-1)?.role === 'user'
    ? null
    : failure(400, 'This model does not support assistant message prefill.');
}

function promptOf(body: Body): { prompt: string; last: string } {
  const messages = body.messages ?? [];
  const prompt = [body.system ?? '', ...messages.map((message) => message.content)].join('\n');
  return { prompt, last: messages.at(-1)?.content ?? '' };
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
  if (!body.stream) {
    const content = [{ type: 'text', text }];
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
  send('content_block_start', { index: 1, content_block: { type: 'text', text: '' } });
  for await (const token of reply.tokens()) {
    send('content_block_delta', { index: 1, delta: { type: 'text_delta', text: token } });
  }
  if (behaviour.kind === 'garbage') reply.write('event: content_block_delta\ndata: {"type":\n\n');
  if (behaviour.kind === 'error-event') {
    send('error', { error: { type: 'overloaded_error', message: 'Overloaded' } });
    return reply.end();
  }
  if (behaviour.kind === 'unfinished') return reply.end();
  send('content_block_stop', { index: 1 });
  send('message_delta', { delta: { stop_reason, stop_sequence: null }, usage: { output_tokens } });
  send('message_stop');
  reply.end();
}

/** Sends a thinking block as Claude 5 does before its text; it is no part of the answer. */
function sendThinking(send: (type: string, data?: object) => void): void {
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
