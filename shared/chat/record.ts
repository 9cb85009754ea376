import type { Citation } from '../retrieval/citations.ts';
import type { ChatEvent, ChatFinish, ChatUsage } from './answer.ts';

/** An answer as it is saved. `finish_reason` is null until the stream is done, and stays so when it fails. */
export type AnswerRecord = {
  content: string;
  citations: Citation[];
  usage: ChatUsage | null;
  finish_reason: ChatFinish | null;
};

/** Passes the events of an answer through and keeps what they add up to, readable at any moment. */
export function recording(events: AsyncIterable<ChatEvent>): {
  answer: AnswerRecord;
  events: AsyncGenerator<ChatEvent, void>;
} {
  const answer: AnswerRecord = { content: '', citations: [], usage: null, finish_reason: null };
  async function* passing(): AsyncGenerator<ChatEvent, void> {
    for await (const event of events) {
      note(answer, event);
      yield event;
    }
  }
  return { answer, events: passing() };
}

/** Reads an answer to its end, for callers that do not stream. @throws what the stream throws */
export async function collectAnswer(events: AsyncIterable<ChatEvent>): Promise<AnswerRecord> {
  const recorded = recording(events);
  for await (const _event of recorded.events);
  return recorded.answer;
}

function note(answer: AnswerRecord, event: ChatEvent): void {
  switch (event.type) {
    case 'delta':
      answer.content += event.text;
      break;
    case 'citation': {
      const { type: _type, ...citation } = event;
      answer.citations.push(citation);
      break;
    }
    case 'usage': {
      const { type: _type, ...usage } = event;
      answer.usage = usage;
      break;
    }
    case 'done':
      answer.finish_reason = event.finish_reason;
  }
}
