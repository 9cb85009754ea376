/** A hit with what decides on its place in the list. `score` is the fused score of `fuse`. */
type Listed = { id: string; score: number; text: string; created_at: Date };

export type Cluster<Hit> = { hit: Hit; copies: Hit[] };

/** Two texts are nearly the same when they share this many of the shingles of the one that has more. */
const NEAR_DUPLICATE = 0.9;
/** Texts of less overlap have different things to say. */
const SIMILAR = 0.6;

type Fingerprint = { whole: string; digits: string; shingles: ReadonlySet<string> };

/**
 * Lists each text once, best first. Of equal and nearly equal texts the newest document's one stays, at the place of
 * the best; the others become its copies. Texts with other digits are never copies: they may be another row of a table
 * or the amendment of a rule. What is left is ordered by maximal marginal relevance: a hit that repeats much of an
 * earlier one gives way to others of a similar score.
 * @param hits best first
 */
export function collapse<Hit extends Listed>(hits: Hit[], limit: number): Cluster<Hit>[] {
  const clusters: (Cluster<Hit> & { print: Fingerprint; score: number })[] = [];
  for (const hit of hits) {
    const print = fingerprint(hit.text);
    const same = clusters.find((cluster) => isCopy(cluster.print, print));
    if (!same) clusters.push({ hit, copies: [], print, score: hit.score });
    else if (hit.created_at > same.hit.created_at) {
      same.copies.unshift(same.hit);
      same.hit = hit;
    } else same.copies.push(hit);
  }
  return diversify(clusters, limit).map(({ hit, copies }) => ({ hit, copies }));
}

function diversify<Item extends { print: Fingerprint; score: number }>(items: Item[], limit: number): Item[] {
  const rest = items.slice(0, limit * 2).map((item) => ({ item, repeated: 0 }));
  const chosen: Item[] = [];
  while (chosen.length < limit && rest.length > 0) {
    let best = 0;
    for (const [at, { item, repeated }] of rest.entries()) {
      const leader = rest[best];
      if (leader && item.score - repeated > leader.item.score - leader.repeated) best = at;
    }
    const [next] = rest.splice(best, 1);
    if (!next) break;
    chosen.push(next.item);
    for (const other of rest) {
      const excess = overlap(next.item.print.shingles, other.item.print.shingles) - SIMILAR;
      other.repeated = Math.max(other.repeated, excess);
    }
  }
  return chosen;
}

function fingerprint(text: string): Fingerprint {
  const words =
    text
      .normalize('NFKC')
      .toLowerCase()
      .match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];
  const pairs = words.slice(1).map((word, at) => `${words[at]} ${word}`);
  const digits = words.filter((word) => /\d/u.test(word)).join(' ');
  return { whole: words.join(' '), digits, shingles: new Set([...words, ...pairs]) };
}

function isCopy(one: Fingerprint, other: Fingerprint): boolean {
  if (one.whole === other.whole) return true;
  return one.digits === other.digits && overlap(one.shingles, other.shingles) >= NEAR_DUPLICATE;
}

/** The shared shingles, as a share of those of the text that has more. */
function overlap(one: ReadonlySet<string>, other: ReadonlySet<string>): number {
  const [small, large] = one.size < other.size ? [one, other] : [other, one];
  if (small.size < large.size * SIMILAR) return 0;
  let shared = 0;
  for (const shingle of small) if (large.has(shingle)) shared += 1;
  return shared / large.size;
}
