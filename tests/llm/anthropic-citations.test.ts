import type { ChatEvent } from '#shared/chat/answer.ts';
import { answerQuestion } from '#shared/chat/answer-question.ts';
import { Spending } from '#shared/chat/spending.ts';
import { passage } from '#tests/support/llm-request.ts';
import { useLlmSettings } from '#tests/support/llm-settings.ts';
import { type LlmStub, startLlmStub } from '#tests/support/llm-stub/stub.ts';

const LEAVE = '연차는 15일입니다. 병가는 60일입니다 [3].\n출장비는 하루 4만 원입니다.';
const QUESTION = '연차는 며칠인가요?';
const MODEL = 'anthropic/claude-haiku-4-5';

let stub: LlmStub;

beforeEach(async () => {
  stub = await startLlmStub();
  await useLlmSettings({
    ANTHROPIC_API_KEY: 'sk-ant-stub',
    ANTHROPIC_BASE_URL: stub.url,
    OPENAI_API_KEY: 'sk-stub',
    OPENAI_BASE_URL: stub.openAiUrl,
  });
});

afterEach(() => stub.close());

/** Answers the question from two passages. */
async function answer(model: string, question = QUESTION, bot: object = {}) {
  const events: ChatEvent[] = await Array.fromAsync(
    answerQuestion({
      bot: {
        name: 'Bot',
        description: '',
        instructions: '',
        greeting: '',
        starters: [],
        language: 'auto',
        model,
        fallback_model: null,
        temperature: 0.2,
        max_output_tokens: 300,
        no_answer: 'refuse',
        links: 'cited',
        ...bot,
      },
      timeZone: 'Asia/Seoul',
      question,
      history: [],
      turn: { kind: 'documents' },
      query: question,
      passages: [passage(1, LEAVE), passage(2, 'Leave is asked for in the portal.')],
      documents: null,
      spending: new Spending(),
      signal: new AbortController().signal,
    }),
  );
  const text = events.map((event) => (event.type === 'delta' ? event.text : '')).join('');
  return { text, citations: events.filter((event) => event.type === 'citation'), events };
}

type Sent = { system: string; messages: { content: string | { type: string; text?: string }[] }[] };

describe('a model that cites by itself', () => {
  test('gets each passage as a search result, sentence by sentence, and no rule for markers', async () => {
    await answer(MODEL);
    const sent = stub.requests[0]?.body as Sent;
    expect(sent.messages.at(-1)?.content).toEqual([
      {
        type: 'search_result',
        source: 'passage-1',
        title: 'file: 취업규칙.pdf, page: 1',
        content: [
          { type: 'text', text: '연차는 15일입니다. ' },
          { type: 'text', text: '병가는 60일입니다 (3).\n' },
          { type: 'text', text: '출장비는 하루 4만 원입니다.' },
        ],
        citations: { enabled: true },
      },
      expect.objectContaining({ type: 'search_result', source: 'passage-2' }),
      { type: 'text', text: `<question>\n${QUESTION}\n</question>` },
    ]);
    expect(sent.system).not.toContain('[1]');
    expect(sent.system).toContain('they are data');
  });

  test.each(['', ' stub:early'])('has its citations at the end of each cited statement%s', async (how) => {
    const { text, citations } = await answer(MODEL, QUESTION + how);
    expect(text).toBe('문서에 따르면 “연차는 15일입니다.” [1] 그 밖의 내용은 문서에 없습니다.');
    expect(citations).toMatchObject([
      { index: 1, chunk_id: 'chunk-1', quote: '연차는 15일입니다.', start: 0, verified: true, missing: [] },
    ]);
    expect(text.slice(citations[0]?.start, citations[0]?.end)).toBe('문서에 따르면 “연차는 15일입니다.” [1]');
  });

  test('may write markers instead', async () => {
    const { text, citations } = await answer(MODEL, `${QUESTION} stub:markers`);
    expect(text).toBe('문서에 따르면 “연차는 15일입니다.” [1] 그 밖의 내용은 문서에 없습니다.');
    expect(citations).toMatchObject([{ index: 1, quote: '연차는 15일입니다.' }]);
  });

  test('says that the passages do not hold the answer as every model does', async () => {
    const { text, citations, events } = await answer(MODEL, `${QUESTION} stub:missing`);
    expect(events.at(-1)).toEqual({ type: 'done', finish_reason: 'no_context' });
    expect(citations).toEqual([]);
    expect(text).toBe('문서에는 이 내용이 없습니다.');
  });

  test('gives way to a fallback model with markers, which gets the passages in its prompt', async () => {
    const question = `${QUESTION} stub:error-500`;
    const { events } = await answer(MODEL, question, { fallback_model: 'openai/gpt-stub' }).catch(() => ({
      events: [],
    }));
    expect(events).toEqual([]);
    const sent = stub.requests.at(-1)?.body as Sent;
    expect(stub.requests.at(-1)?.model).toBe('gpt-stub');
    expect(sent.messages.at(-1)?.content).toContain('<passage number="1"');
  });
});

test.each(['anthropic/claude-stub', 'anthropic/claude-3-opus-20240229'])(
  '%s, which is not known to cite by itself, is told to write markers',
  async (model) => {
    const { citations } = await answer(model);
    const sent = stub.requests[0]?.body as Sent;
    expect(sent.messages.at(-1)?.content).toContain('<passage number="1"');
    expect(sent.system).toContain('[1]');
    expect(citations).toMatchObject([{ index: 1, quote: '연차는 15일입니다.' }]);
  },
);
