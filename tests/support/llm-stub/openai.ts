import { countTokens, type Failure, type Protocol, type Reply } from './behaviour.ts';

type Body = {
  model?: string;
  messages?: { role: string; content: string }[];
  stream?: boolean;
  stream_options?: { include_usage?: boolean };
  max_tokens?: number;
  max_completion_tokens?: number;
  temperature?: number;
};

const ERRORS: Record<number, { type: string; code: string | null; message: string }> = {
  400: { type: 'invalid_request_error', code: null, message: 'We could not parse the body of your request.' },
  401: {
    type: 'invalid_request_error',
    code: 'invalid_api_key',
    message: 'Incorrect API key provided: sk-st***ub.',
  },
  402: {
    type: 'insufficient_quota',
    code: 'insufficient_quota',
    message: 'You exceeded your current quota.',
  },
  404: { type: 'invalid_request_error', code: 'model_not_found', message: 'The model does not exist.' },
  413: { type: 'invalid_request_error', code: 'context_length_exceeded', message: 'Maximum context length.' },
  429: { type: 'requests', code: 'rate_limit_exceeded', message: 'Rate limit reached for requests.' },
};

/** OpenAI's error response for a status. */
function failure(status: number, over: Record<string, unknown> = {}): Failure {
  const error = ERRORS[status] ?? { type: 'server_error', code: null, message: 'The server had an error.' };
  return {
    // OpenAI sends 429 for missing credit, and 400 for a prompt that is too long.
    status: status === 402 ? 429 : status === 413 ? 400 : status,
    headers: status === 429 ? { 'retry-after': '1', 'retry-after-ms': '30' } : {},
    body: { error: { param: null, ...error, ...over } },
  };
}

const refuse = (message: string, param: string): Failure =>
  failure(400, { message, param, code: 'unsupported_parameter' });

function validate(body: Body): Failure | null {
  if (!body.model || !Array.isArray(body.messages))
    return refuse('you must provide a model parameter', 'model');
  if (!/^(?:o\d|gpt-[5-9])/.test(body.model)) return null;
  if (body.max_tokens !== undefined) {
    return refuse("Unsupported parameter: 'max_tokens' is not supported with this model.", 'max_tokens');
  }
  return body.temperature === undefined
    ? null
    : refuse("Unsupported value: 'temperature' does not support this value.", 'temperature');
}

function promptOf(body: Body): { prompt: string; last: string } {
  const messages = body.messages ?? [];
  return {
    prompt: messages.map((message) => message.content).join('\n'),
    last: messages.at(-1)?.content ?? '',
  };
}

const choice = (delta: object, reason: string | null = null): object[] => [
  { index: 0, delta, logprobs: null, finish_reason: reason },
];

const FINISH: Record<string, string> = { length: 'length', wordless: 'length', filter: 'content_filter' };

const REFUSALS: Record<string, string[]> = { refusal: ['I can', "'t help with ", 'that.'] };

function usageOf(body: Body, text: string): object {
  const [input, output] = [countTokens(promptOf(body).prompt), countTokens(text)];
  return { prompt_tokens: input, completion_tokens: output, total_tokens: input + output };
}

async function replyTo(body: Body, reply: Reply): Promise<void> {
  const { behaviour, text } = reply;
  const base = {
    id: 'chatcmpl-stub',
    created: 1_700_000_000,
    model: body.model,
    system_fingerprint: 'fp_stub',
  };
  const usage = usageOf(body, text);
  const finish_reason = FINISH[behaviour.kind] ?? 'stop';
  const refusal = REFUSALS[behaviour.kind];
  if (!body.stream || behaviour.kind === 'plain') {
    const message = { role: 'assistant', content: text, refusal: refusal?.join('') ?? null };
    const choices = [{ index: 0, message, logprobs: null, finish_reason }];
    reply.json(200, { ...base, object: 'chat.completion', choices, usage });
    return;
  }
  const includeUsage = body.stream_options?.include_usage === true && behaviour.kind !== 'no-usage';
  const chunk = (choices: unknown[], extra: object = {}): void => {
    const data = {
      ...base,
      object: 'chat.completion.chunk',
      choices,
      ...(includeUsage && { usage: null }),
      ...extra,
    };
    reply.write(`data: ${JSON.stringify(data)}\n\n`);
  };
  reply.startStream();
  if (behaviour.kind === 'hang') return;
  chunk(choice({ role: 'assistant', content: '', refusal: null }));
  for await (const token of reply.tokens()) chunk(choice({ content: token }));
  refusal?.forEach((piece) => chunk(choice({ refusal: piece })));
  if (behaviour.kind === 'garbage') reply.write('data: {"choices":[\n\n');
  if (behaviour.kind === 'error-event') {
    reply.write(`data: ${JSON.stringify(failure(500).body)}\n\n`);
    return reply.end();
  }
  if (behaviour.kind === 'unfinished') return reply.end();
  chunk(choice({}, finish_reason));
  if (includeUsage) chunk([], { usage });
  reply.write('data: [DONE]\n\n');
  reply.end();
}

/** OpenAI's Chat Completions: `POST /v1/chat/completions`. */
export const openAiProtocol: Protocol<Body> = { failure, validate, prompt: promptOf, reply: replyTo };
