import type { ChatEvent } from './answer.ts';

type Cost = { input_tokens: number; output_tokens: number; cost_usd: number };

/** What an answer costs besides the call that streams it: a rewritten question, calls that failed. */
export class Spending {
  #total: Cost = { input_tokens: 0, output_tokens: 0, cost_usd: 0 };
  #calls = 0;

  /** Counts a call of a provider; all calls for a question together are limited. */
  addCall(): void {
    this.#calls += 1;
  }

  add({ input_tokens, output_tokens, cost_usd }: Cost): void {
    this.#total = {
      input_tokens: this.#total.input_tokens + input_tokens,
      output_tokens: this.#total.output_tokens + output_tokens,
      cost_usd: this.#total.cost_usd + cost_usd,
    };
  }

  get calls(): number {
    return this.#calls;
  }

  get total(): Cost {
    return this.#total;
  }

  get isEmpty(): boolean {
    return this.#total.input_tokens + this.#total.output_tokens === 0;
  }
}

/**
 * Adds the spending to the answer's `usage`. An answer that fails without one reports the spending alone, before its
 * error: it is billed too. @param model the one that `usage` names in that case
 */
export async function* addSpending(
  events: AsyncIterable<ChatEvent> | Iterable<ChatEvent>,
  spending: Spending,
  model: string,
): AsyncGenerator<ChatEvent, void> {
  let isReported = false;
  try {
    for await (const event of events) {
      if (event.type === 'usage') {
        isReported = true;
        yield { ...event, ...sum(event, spending.total) };
      } else yield event;
    }
  } catch (error) {
    if (!isReported && !spending.isEmpty) yield { type: 'usage', ...spending.total, model };
    throw error;
  }
}

function sum(a: Cost, b: Cost): Cost {
  return {
    input_tokens: a.input_tokens + b.input_tokens,
    output_tokens: a.output_tokens + b.output_tokens,
    cost_usd: a.cost_usd + b.cost_usd,
  };
}
