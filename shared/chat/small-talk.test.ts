import { answerClientTask } from './client-task.ts';
import { describeDocuments } from './document-list.ts';
import { composeSmallTalk, transformWithoutModel } from './small-talk.ts';

const BOT = {
  name: '인사 도우미',
  description: '휴가와 복지를 안내합니다.',
  greeting: '어서 오세요! 인사팀입니다.',
  starters: ['연차는 며칠인가요?'],
};

test('a greeting is answered with the bot’s own, and with its starters', () => {
  expect(composeSmallTalk('greeting', BOT, 'ko')).toMatch(
    /^어서 오세요! 인사팀입니다\.[^]*- 연차는 며칠인가요\?$/,
  );
  expect(composeSmallTalk('greeting', { ...BOT, greeting: '', starters: [] }, 'en')).toMatch(/^Hello!/);
});

test('who it is and what it can do come from its name and description', () => {
  for (const topic of ['identity', 'capability'] as const) {
    expect(composeSmallTalk(topic, BOT, 'ko')).toMatch(
      /^저는 인사 도우미입니다\.[^]*휴가와 복지를 안내합니다/,
    );
  }
});

test('an answer is shortened to its first sentences, without its markers', () => {
  const answer = `연차는 15일입니다 [1]. ${'이월은 5일까지 됩니다 [1]. '.repeat(20)}`;
  const short = transformWithoutModel('더 짧게', answer, 'ko');
  expect(short).toMatch(/^연차는 15일입니다\./);
  expect(short.length).toBeLessThan(150);
  expect(short).not.toContain('[1]');
});

test('a translation is declined politely', () => {
  expect(transformWithoutModel('영어로 번역해 줘', '연차는 15일입니다.', 'ko')).toMatch(/^죄송합니다/);
});

describe('a front end’s task without a model', () => {
  const chat = '<chat_history>\nUSER: 환불 기한은 며칠인가요?\nASSISTANT: 14일입니다.\n</chat_history>';

  test('has the JSON that was asked for, from the first question', () => {
    expect(JSON.parse(answerClientTask(`### Task:\nTitle as JSON { "title": "…" }\n${chat}`))).toEqual({
      title: '환불',
    });
    expect(JSON.parse(answerClientTask(`### Task:\nJSON { "tags": ["tag1"] }\n${chat}`))).toEqual({
      tags: ['환불'],
    });
    expect(JSON.parse(answerClientTask(`### Task:\n{ "follow_ups": [] }\n${chat}`))).toEqual({
      follow_ups: [],
    });
  });

  test('is about the conversation that it follows, where it quotes none', () => {
    const history = [{ role: 'user' as const, content: '반차는 몇 시간인가요?' }];
    expect(answerClientTask('Please generate a five word title for our conversation.', history)).toBe(
      '반차 시간',
    );
  });

  test('is a bare title where no JSON was asked for', () => {
    const prompt =
      'Provide a concise title for the conversation.\n\nConversation:\nUser: How long is the pump warranty?\nAI: Two years.';
    expect(answerClientTask(prompt)).toBe('pump warranty');
  });
});

test('at most 20 titles are listed, and the rest is counted', () => {
  const titles = Array.from({ length: 25 }, (_, at) => ({
    id: String(at),
    title: `문서 [${at}]`,
    filename: 'x',
  }));
  const text = describeDocuments({ titles, total: 31, isNamed: false }, 'ko');
  expect(text.match(/^- 문서 \(\d+\)$/gm)).toHaveLength(20);
  expect(text).toContain('11개');
  expect(describeDocuments({ titles: [], total: 0, isNamed: false }, 'en')).toMatch(/no documents/);
});
