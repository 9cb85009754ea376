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
