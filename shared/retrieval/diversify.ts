import type { Cluster, Listed } from './collapse.ts';
import { overlap } from './fingerprint.ts';

/** Texts of less overlap have different things to say. */
const SIMILAR = 0.6;
/** Texts of this overlap are versions of one text, or rows of one table. */
const FAMILY = 0.75;
/** Versions whose scores differ by less fit the query alike. */
const ALIKE = 0.05;
/** A hit of this share of the best one's score may take the place of one more version. */
const RELEVANT = 1 / 3;

type Wanted = { limit: number; spare?: number | undefined };

/**
 * Chooses the first `limit` texts, so that they have different things to say:
 * 1. Versions of one text have at most half of the places while others that are relevant wait: ten versions must not
 *    hide the amendment on rank eleven. Of versions that fit alike, the newest get those places.
 * 2. What has a place is ordered by maximal marginal relevance (Carbonell, Goldstein 1998): a text that repeats much of an
 *    earlier one gives way to others of a similar score.
 *
 * Then follow `spare` further texts by their score.
 * @param clusters best first
 */
export function diversify<Hit extends Listed, Item extends Cluster<Hit>>(
  clusters: Item[],
  { limit, spare = 0 }: Wanted,
): Item[] {
  const places = Math.ceil(limit / 2);
  let chosen = byMarginalRelevance(clusters, limit);
  if (chosen.filter(({ repeated }) => repeated >= FAMILY).length >= places) {
    const enough = (clusters[0]?.score ?? 0) * RELEVANT;
    const admitted = admit(clusters, places).filter(({ score }) => score >= enough);
    chosen = byMarginalRelevance(admitted, limit);
  }
  const listed = new Set(chosen.map(({ item }) => item));
  const others = clusters.filter((cluster) => !listed.has(cluster));
  for (const { item } of byMarginalRelevance(others, limit - chosen.length)) listed.add(item);
  const behind = clusters.filter((cluster) => !listed.has(cluster)).slice(0, spare);
  return [...listed, ...behind];
}

/** The best texts of each family, as many as it may have places. */
function admit<Item extends Cluster<Listed>>(clusters: Item[], places: number): Item[] {
  const families: Item[][] = [];
  for (const cluster of clusters) {
    const isOfFamily = ([head]: Item[]) =>
      head !== undefined && overlap(head.print.shingles, cluster.print.shingles, FAMILY) > 0;
    const family = families.find(isOfFamily);
    if (family) family.push(cluster);
    else families.push([cluster]);
  }
  const admitted = families.flatMap((members) => members.sort(newerOfAlike(members)).slice(0, places));
  return admitted.sort((a, b) => b.score - a.score);
}

/** Orders those that fit as well as the best by age, and keeps the order of the others behind them. */
function newerOfAlike<Item extends Cluster<Listed>>(members: Item[]): (a: Item, b: Item) => number {
  const least = (members[0]?.score ?? 0) * (1 - ALIKE);
  const rank = new Map(members.map((member, at) => [member, at]));
  return (a, b) => {
    const areAlike = a.score >= least && b.score >= least;
    const age = areAlike ? b.hit.created_at.getTime() - a.hit.created_at.getTime() : 0;
    return age || (rank.get(a) ?? 0) - (rank.get(b) ?? 0);
  };
}

/** `repeated`: the greatest overlap with an item that was chosen before it; 0 where they are not similar. */
function byMarginalRelevance<Item extends Cluster<Listed>>(
  items: Item[],
  limit: number,
): { item: Item; repeated: number }[] {
  const rest = items.slice(0, limit * 2).map((item) => ({ item, repeated: 0 }));
  const chosen: typeof rest = [];
  while (chosen.length < limit && rest.length > 0) {
    let best = 0;
    for (const [at, each] of rest.entries()) {
      const leader = rest[best];
      if (leader && worth(each) > worth(leader)) best = at;
    }
    const [next] = rest.splice(best, 1);
    if (!next) break;
    chosen.push(next);
    for (const other of rest) {
      const shared = overlap(next.item.print.shingles, other.item.print.shingles, SIMILAR);
      other.repeated = Math.max(other.repeated, shared);
    }
  }
  return chosen;
}

function worth({ item, repeated }: { item: { score: number }; repeated: number }): number {
  return item.score - Math.max(0, repeated - SIMILAR);
}
