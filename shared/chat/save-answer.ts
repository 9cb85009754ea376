import type { Citation } from '#shared/retrieval/citations.ts';
import type { ChatEvent, ChatFinish, ChatUsage } from './answer.ts';

/** An answer as it is saved. `finish_reason` is null until the stream is done, and stays so when it fails. */
export type AnswerRecord = {
  content: string;
  citations: Citation[];
  usage: ChatUsage | null;
  finish_reason: ChatFinish | null;
};

/**
 * Passes the events of an answer through and keeps what they add up to, readable at any moment. A reader that stops
 * early must have aborted the answer's signal: the rest, which is then only how it ended and what it used, is kept too.
 */
export function recording(events: AsyncIterable<ChatEvent>): {
  answer: AnswerRecord;
  events: AsyncGenerator<ChatEvent, void>;
} {
  const answer: AnswerRecord = { content: '', citations: [], usage: null, finish_reason: null };
  const source = events[Symbol.asyncIterator]();
  const take = async () => {
    const { value, done } = await source.next();
    if (!done) note(answer, value);
    return done ? null : value;
  };
  async function* passing(): AsyncGenerator<ChatEvent, void> {
    let event: ChatEvent | null = null;
    try {
      while ((event = await take())) yield event;
    } finally {
      while (event) event = await take();
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
