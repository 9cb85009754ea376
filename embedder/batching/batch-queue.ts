import { type BatchCosts, costOf } from './batch-cost.ts';

/** A text that waits. `order` grows with the time of arrival. */
export type Queued = { tokens: number; order: number };

/** A piece of the list: its ends, its real tokens, and what one of them costs in ms. */
type Range = { low: number; high: number; tokens: number; price: number };

/**
 * What a batch costs beside the model: packing, two messages between threads, handing vectors out. Without it the
 * cheapest batch would often be a text alone.
 */
const OVERHEAD_MS = 0.3;

/** Waiting texts, sorted by length, so that a batch of like lengths is a piece of the list. */
export class BatchQueue<Item extends Queued> {
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
      this.#items.splice(this.#placeOf(item.tokens), 0, item);
      this.#tokens += item.tokens;
    }
  }

  /** Takes out whatever the caller no longer wants. @returns what left */
  remove(isUnwanted: (item: Item) => boolean): Item[] {
    const left = this.#items.filter(isUnwanted);
    if (left.length === 0) return left;
    this.#items = this.#items.filter((item) => !isUnwanted(item));
    for (const { tokens } of left) this.#tokens -= tokens;
    return left;
  }

  /**
   * Takes the batch around the text that waits longest: it grows towards the nearer length while it fits
   * `maxTokens` with padding, and of all its sizes the one is taken at which a token costs least. So nobody waits
   * for ever, and padding is paid only where it buys more than it costs.
   */
  take(maxTokens: number, costs: BatchCosts): Item[] {
    if (this.#items.length === 0) return [];
    const oldest = this.#oldest();
    let range: Range | null = this.#range({ low: oldest, high: oldest, tokens: 0 }, oldest, costs);
    let best = range;
    while (range) {
      if (range.price < best.price) best = range;
      range = this.#larger(range, maxTokens, costs);
    }
    const batch = this.#items.splice(best.low, best.high - best.low + 1);
    this.#tokens -= best.tokens;
    return batch;
  }

  /** The range with the neighbour that makes it cheaper, or null when neither fits. */
  #larger(range: Range, maxTokens: number, costs: BatchCosts): Range | null {
    const { low, high } = range;
    const count = high - low + 2;
    const [below, longest, above] = [this.#items[low - 1], this.#items[high], this.#items[high + 1]];
    const down = below && count * (longest?.tokens ?? 0) <= maxTokens && this.#range(range, low - 1, costs);
    const up = above && count * above.tokens <= maxTokens && this.#range(range, high + 1, costs);
    if (!down || !up) return down || up || null;
    return down.price <= up.price ? down : up;
  }

  /** A range and one more text; its price is that of one real token in it, in ms. */
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

  /** Where a text of so many tokens belongs, behind those of its length. */
  #placeOf(tokens: number): number {
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
