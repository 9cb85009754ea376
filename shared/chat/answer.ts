import type { FinishReason } from '#shared/llm/request.ts';
import type { Citation } from '#shared/retrieval/citations.ts';

export type ChatFinish = FinishReason | 'no_context' | 'aborted';

/** Tokens and cost of a turn; `model` is the one that answered, which may be the fallback. */
export type ChatUsage = { input_tokens: number; output_tokens: number; cost_usd: number; model: string };

export type ChatEvent =
  | { type: 'delta'; text: string }
  | ({ type: 'citation' } & Citation)
  | ({ type: 'usage' } & ChatUsage)
  | { type: 'done'; finish_reason: ChatFinish };

/** An answer as it is saved. `finish_reason` stays null when the answer failed. */
export type AnswerRecord = {
  content: string;
  citations: Citation[];
  usage: ChatUsage | null;
  finish_reason: ChatFinish | null;
};

type Save = (answer: AnswerRecord) => Promise<void>;

/** Writes the events of one answer as frames of a stream, in the form that one kind of client reads. */
export type AnswerFormat<Frame> = {
  /** Sent before the model is asked. */
  opening: Frame[];
  /** The frames of one event, perhaps none. */
  formatEvent(event: ChatEvent): Frame[];
  /** Sent after the last event. */
  closing(): Frame[];
  /** The one frame that ends a failed answer. */
  formatError(error: unknown): Frame;
};

/**
 * A streamed chat answer from the model to the client, step by step:
 * 1. `answerQuestion` asks the model and checks its citations: `events`.
 * 2. The draft collects each event.
 * 3. The draft is saved once: before the last event is sent, or when the answer fails or its reader stops.
 * 4. The format writes each event as frames for one kind of client; the caller sends them as an SSE stream.
 * When the client disconnects, the SSE stream aborts the signal of `events` and reads on, so that the rest is saved.
 * @returns whether the answer is complete: neither failed nor aborted
 */
export async function* streamAnswer<Frame>(
  events: AsyncIterable<ChatEvent>,
  { save, format }: { save: Save; format: AnswerFormat<Frame> },
): AsyncGenerator<Frame, boolean> {
  const draft = new AnswerDraft(save);
  yield* format.opening;
  try {
    try {
      for await (const event of events) {
        draft.add(event);
        await draft.saveIfDone();
        yield* format.formatEvent(event);
      }
    } finally {
      await draft.save();
    }
  } catch (error) {
    yield format.formatError(error);
    return false;
  }
  yield* format.closing();
  return draft.isComplete;
}

/** The same for a client that does not stream: reads the answer to its end and saves it. @throws as `events` */
export async function readAnswer(events: AsyncIterable<ChatEvent>, save: Save): Promise<AnswerRecord> {
  const draft = new AnswerDraft(save);
  try {
    for await (const event of events) draft.add(event);
  } finally {
    await draft.save();
  }
  return draft.answer;
}

/** An answer in progress, saved at most once. */
class AnswerDraft {
  readonly answer: AnswerRecord = { content: '', citations: [], usage: null, finish_reason: null };
  readonly #save: Save;
  #saved: Promise<void> | undefined;

  constructor(save: Save) {
    this.#save = save;
  }

  get isComplete(): boolean {
    const { finish_reason } = this.answer;
    return finish_reason !== null && finish_reason !== 'aborted';
  }

  add(event: ChatEvent): void {
    switch (event.type) {
      case 'delta':
        this.answer.content += event.text;
        break;
      case 'citation': {
        const { type: _type, ...citation } = event;
        this.answer.citations.push(citation);
        break;
      }
      case 'usage': {
        const { type: _type, ...usage } = event;
        this.answer.usage = usage;
        break;
      }
      case 'done':
        this.answer.finish_reason = event.finish_reason;
    }
  }

  async save(): Promise<void> {
    await (this.#saved ??= this.#save(this.answer));
  }

  async saveIfDone(): Promise<void> {
    if (this.answer.finish_reason !== null) await this.save();
  }
}
