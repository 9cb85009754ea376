import { type BatchCosts, costOf } from './batch-cost.ts';

/** A waiting text. Texts that arrived later have a higher `order`. */
type QueuedText = { tokens: number; order: number };

/** A slice of the list (both ends included), its tokens without padding, and the cost of one of them in ms. */
type Range = { low: number; high: number; tokens: number; price: number };

/**
 * Cost of a batch outside the model: packing, two messages between threads, handing out vectors. Without it the
 * cheapest batch would often be a single text.
 */
const OVERHEAD_MS = 0.3;

/** Waiting texts sorted by length, so that a batch of similar lengths is a slice of the list. */
export class BatchQueue<Item extends QueuedText> {
  #items: Item[] = [];
  #tokens = 0;

  get tokens(): number {
    return this.#tokens;
  }

  get size(): number {
    return this.#items.length;
  }

  add(items: readonly Item[]): void {
    for (const item of items) {
      this.#items.splice(this.#insertionPoint(item.tokens), 0, item);
      this.#tokens += item.tokens;
    }
  }

  /** Removes the items that the caller does not want any more. @returns the removed items */
  remove(isUnwanted: (item: Item) => boolean): Item[] {
    const left = this.#items.filter(isUnwanted);
    if (left.length === 0) return left;
    this.#items = this.#items.filter((item) => !isUnwanted(item));
    for (const { tokens } of left) this.#tokens -= tokens;
    return left;
  }

  /**
   * Takes a batch around the text that has waited longest, so that no text waits for ever. The batch grows towards the
   * cheaper neighbour while it fits `maxTokens` with padding. Of all sizes on the way the one with the cheapest token
   * is taken: padding is accepted only where it saves time.
   */
  take(maxTokens: number, costs: BatchCosts): Item[] {
    if (this.#items.length === 0) return [];
    const oldest = this.#oldest();
    let range: Range | null = this.#range({ low: oldest, high: oldest, tokens: 0 }, oldest, costs);
    let best = range;
    while (range) {
      if (range.price < best.price) best = range;
      range = this.#extend(range, maxTokens, costs);
    }
    const batch = this.#items.splice(best.low, best.high - best.low + 1);
    this.#tokens -= best.tokens;
    return batch;
  }

  /** Adds the neighbour that makes the range cheaper. @returns null when neither neighbour fits */
  #extend(range: Range, maxTokens: number, costs: BatchCosts): Range | null {
    const { low, high } = range;
    const count = high - low + 2;
    const [below, longest, above] = [this.#items[low - 1], this.#items[high], this.#items[high + 1]];
    const down = below && count * (longest?.tokens ?? 0) <= maxTokens && this.#range(range, low - 1, costs);
    const up = above && count * above.tokens <= maxTokens && this.#range(range, high + 1, costs);
    if (!down || !up) return down || up || null;
    return down.price <= up.price ? down : up;
  }

  /** Adds one text to a range and computes the price of a token. */
  #range(range: Omit<Range, 'price'>, added: number, costs: BatchCosts): Range {
    const low = Math.min(range.low, added);
    const high = Math.max(range.high, added);
    const tokens = range.tokens + (this.#items[added]?.tokens ?? 0);
    const padded = (high - low + 1) * (this.#items[high]?.tokens ?? 0);
    return { low, high, tokens, price: (OVERHEAD_MS + costOf(costs, padded)) / tokens };
  }

  #oldest(): number {
    let oldest = 0;
    for (const [i, { order }] of this.#items.entries()) {
      if (order < (this.#items[oldest]?.order ?? 0)) oldest = i;
    }
    return oldest;
  }

  /** The index at which to insert a text, after those of the same length. */
  #insertionPoint(tokens: number): number {
    let low = 0;
    let high = this.#items.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#items[middle]?.tokens ?? 0) <= tokens) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
