import type { Asking } from './asking.ts';
import type { Message } from './queries.ts';
import { isSaved, shownMessages, unansweredQuestion } from './shown-messages.ts';
import { toTurns } from './turns.ts';

function message(id: string, role: Message['role'], content = id): Message {
  const none = { finish_reason: null, model: null, usage: null, feedback: null };
  return { id, role, content, citations: [], created_at: '2026-01-01T00:00:00Z', ...none };
}

const SAID = [
  message('q1', 'user'),
  message('a1', 'assistant'),
  message('q2', 'user'),
  message('a2', 'assistant'),
];

function asking(change: Partial<Asking> = {}): Asking {
  return {
    key: 'key',
    botId: 'bot',
    conversationId: 'conversation',
    home: 'conversation',
    question: 'q3',
    documentId: null,
    replaces: null,
    status: 'streaming',
    answerId: 'a3',
    text: 'so far',
    citations: [],
    finish: null,
    problem: null,
    ...change,
  };
}

const ids = (messages: Message[]) => messages.map(({ id }) => id);

test('the copy of a question that the API has saved is not shown twice', () => {
  const messages = [...SAID, message('new', 'user', 'q3')];
  expect(ids(shownMessages(messages, asking()))).toEqual(['q1', 'a1', 'q2', 'a2']);
});

test('a question in other words takes the place of the earlier one and of all that came after it', () => {
  const again = asking({ replaces: { kind: 'question', messageId: 'q2' }, question: 'other words' });
  expect(ids(shownMessages(SAID, again))).toEqual(['q1', 'a1']);
});

test('an answer that is given again leaves its question', () => {
  const again = asking({ replaces: { kind: 'answer', messageId: 'a2' }, question: 'q2' });
  expect(ids(shownMessages(SAID, again))).toEqual(['q1', 'a1', 'q2']);
  expect(toTurns(shownMessages(SAID, again), again).at(-1)).toMatchObject({ text: 'q2', live: again });
});

test('the earlier answer stays when giving it again failed', () => {
  const failed = asking({ replaces: { kind: 'answer', messageId: 'a2' }, status: 'failed' });
  expect(ids(shownMessages(SAID, failed))).toEqual(['q1', 'a1', 'q2', 'a2']);
});

test('an answer is shown from the list as soon as it is there, at the same place of the page', () => {
  const done = asking({ status: 'done', finish: 'stop' });
  const saved = [...SAID, message('q3', 'user'), message('a3', 'assistant')];
  expect(isSaved(SAID, done)).toBe(false);
  expect(isSaved(saved, done)).toBe(true);
  const live = toTurns(shownMessages(SAID, done), done).at(-1);
  expect(toTurns(shownMessages(saved, done), null).at(-1)?.key).toBe(live?.key);
});

test('what was saved of an answer that broke off is not shown beside it', () => {
  const saved = [...SAID, message('q3', 'user'), message('a3', 'assistant')];
  for (const status of ['cut', 'failed'] as const)
    expect(ids(shownMessages(saved, asking({ status })))).toEqual(['q1', 'a1', 'q2', 'a2']);
});

test('a question without an answer is found for another try', () => {
  const messages = [...SAID, message('q3', 'user')];
  expect(unansweredQuestion(messages, 'q3')).toBe('q3');
  expect(unansweredQuestion(SAID, 'q2')).toBeNull();
});
