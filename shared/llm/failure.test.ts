import { APIError as AnthropicError } from '@anthropic-ai/sdk';
import { APIError as OpenAiError } from 'openai';
import { refusalReason } from './failure.ts';

const openAi = (status: number, message: string) =>
  OpenAiError.generate(status, { error: { message } }, undefined, new Headers());

describe('the reason of a refusal, for the log', () => {
  test('is what the provider says', () => {
    const message =
      "Unsupported parameter: 'max_tokens' is not supported. Use 'max_completion_tokens' instead.";
    expect(refusalReason(openAi(400, message))).toBe(`400 ${message}`);
    const body = {
      type: 'error',
      error: { type: 'invalid_request_error', message: 'max_tokens: 32000 > 8192' },
    };
    const error = AnthropicError.generate(400, body, undefined, new Headers());
    expect(refusalReason(error)).toContain('max_tokens: 32000 > 8192');
  });

  test.each([
    ['Incorrect API key provided: sk-proj-abc***********************xyz.', /sk-|abc|xyz/],
    ['Bad header: Authorization: Bearer abcdef123', /abcdef/],
    [`No access for ${'a1'.repeat(24)}.`, /a1a1/],
    ['Key rag_0192f0c1_secret_crc is unknown', /0192|secret/],
  ])('names no key: %s', (message, key) => {
    expect(refusalReason(openAi(401, message))).not.toMatch(key);
  });

  test('quotes no prompt, and is short', () => {
    const prompt = 'The salary of Kim Minsu is 51 million won, and nobody else may know this number. ';
    const quoted = refusalReason(openAi(400, `Invalid content: "${prompt}"`)) ?? '';
    expect(quoted).toContain('Invalid content');
    expect(quoted).not.toContain('salary');
    expect((refusalReason(openAi(400, 'no '.repeat(500))) ?? '').length).toBeLessThanOrEqual(301);
  });

  test.each([429, 500, 503])('is none for a failure that no setting causes: %d', (status) => {
    expect(refusalReason(openAi(status, 'Rate limit reached'))).toBeUndefined();
  });

  test('is none without a status', () => {
    expect(refusalReason(new Error('socket hang up'))).toBeUndefined();
  });
});
