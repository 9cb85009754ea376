import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { type LlmStub, startLlmStub } from '#tests/support/llm-stub/stub.ts';

let stub: LlmStub;

beforeAll(async () => {
  stub = await startLlmStub();
});

afterAll(() => stub.close());

const messages = [{ role: 'user' as const, content: 'Hello' }];

describe('the stub of the language model APIs', () => {
  test('answers the OpenAI SDK without a stream', async () => {
    const client = new OpenAI({ apiKey: 'k', baseURL: stub.openAiUrl });
    const completion = await client.chat.completions.create({ model: 'gpt-stub', messages });
    expect(completion.choices[0]?.message.content).toContain('In general');
    expect(completion.usage?.total_tokens).toBeGreaterThan(1);
  });

  test('answers the Anthropic SDK without a stream', async () => {
    const client = new Anthropic({ apiKey: 'k', baseURL: stub.url });
    const message = await client.messages.create({ model: 'claude-stub', max_tokens: 9, messages });
    expect(message.content[0]).toMatchObject({ type: 'text' });
    expect(message.stop_reason).toBe('end_turn');
  });

  describe('cites search results, as the Anthropic SDK reads it', () => {
    const result = {
      type: 'search_result' as const,
      source: 'a',
      title: 'Rules',
      content: [
        { type: 'text' as const, text: 'Leave is 15 days. ' },
        { type: 'text' as const, text: 'Ask early.' },
      ],
      citations: { enabled: true },
    };
    const request = (...results: object[]) => ({
      model: 'claude-haiku-4-5',
      max_tokens: 9,
      messages: [
        {
          role: 'user' as const,
          content: [...results, { type: 'text' as const, text: 'How many?' }] as never,
        },
      ],
    });
    const CITATION = {
      type: 'search_result_location',
      source: 'a',
      title: 'Rules',
      cited_text: 'Leave is 15 days. ',
      search_result_index: 0,
      start_block_index: 0,
      end_block_index: 1,
    };

    test('with and without a stream', async () => {
      const client = new Anthropic({ apiKey: 'k', baseURL: stub.url });
      const whole = await client.messages.create(request(result));
      const streamed = await client.messages.stream(request(result)).finalMessage();
      for (const { content } of [whole, streamed])
        expect(content.filter(({ type }) => type === 'text')).toEqual([
          expect.objectContaining({ text: 'The document says: “Leave is 15 days.”', citations: [CITATION] }),
          expect.objectContaining({ text: ' It says nothing else about this.' }),
        ]);
    });

    test.each([
      ['some have citations and some none', [result, { ...result, citations: { enabled: false } }]],
      ['one is without content', [{ ...result, content: [] }]],
      ['one has an empty block', [{ ...result, content: [{ type: 'text', text: ' ' }] }]],
    ])('and refuses them when %s', async (_why, results) => {
      const client = new Anthropic({ apiKey: 'k', baseURL: stub.url, maxRetries: 0 });
      await expect(client.messages.create(request(...results))).rejects.toMatchObject({ status: 400 });
    });
  });

  test('takes its behaviour from the prompt, for callers that cannot choose a model', async () => {
    const client = new OpenAI({ apiKey: 'k', baseURL: stub.openAiUrl, maxRetries: 0 });
    const asked = [{ role: 'user' as const, content: 'please stub:error-503' }];
    await expect(client.chat.completions.create({ model: 'gpt-4o', messages: asked })).rejects.toMatchObject({
      status: 503,
    });
  });

  test.each([
    ['/v1/chat/completions', '{', 400],
    ['/v1/messages', '[', 400],
    ['/v1/other', '{}', 404],
  ])('answers %s with body %s by %d', async (path, body, status) => {
    const response = await fetch(stub.url + path, { method: 'POST', body });
    expect(response.status).toBe(status);
    expect(await response.json()).toHaveProperty('error');
  });

  test('also runs as a program that prints the settings to use', async () => {
    const file = fileURLToPath(new URL('../support/llm-stub/stub.ts', import.meta.url));
    const program = spawn(process.execPath, [file, '--port', '0'], { stdio: ['ignore', 'pipe', 'inherit'] });
    try {
      const [output] = await once(program.stdout, 'data');
      const url = /^OPENAI_BASE_URL=(\S+)\/v1\nANTHROPIC_BASE_URL=\1\n$/.exec(String(output))?.[1];
      expect((await fetch(`${url}/v1/models`)).status).toBe(404);
    } finally {
      program.kill();
      await once(program, 'exit');
    }
  });
});
