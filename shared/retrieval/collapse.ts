import { type Fingerprint, fingerprint, isCopy } from './fingerprint.ts';

/** A hit with what decides on its place in the list. `score` is the fused score of `fuse`. */
export type Listed = { id: string; score: number; text: string; created_at: Date };

/** One text: the hit that stands for it, and the others that say the same. `score` is that of the best of them. */
export type Cluster<Hit> = { hit: Hit; copies: Hit[]; print: Fingerprint; score: number };

/**
 * Lists each text once, best first. Of equal and nearly equal texts the newest document's one stays, at the place of
 * the best; the others become its copies, newest first. Texts with other figures are never copies: they may be another
 * row of a table or the amendment of a rule.
 * @param hits best first
 */
export function groupCopies<Hit extends Listed>(hits: Hit[]): Cluster<Hit>[] {
  const clusters: Cluster<Hit>[] = [];
  const byText = new Map<string, Cluster<Hit>>();
  for (const hit of hits) {
    const print = fingerprint(hit.text);
    const same = byText.get(print.whole) ?? clusters.find((cluster) => isCopy(cluster.print, print));
    const cluster = same ?? { hit, copies: [], print, score: hit.score };
    if (same) same.copies.push(hit);
    else clusters.push(cluster);
    byText.set(print.whole, cluster);
  }
  for (const cluster of clusters) if (cluster.copies.length > 0) putNewestFirst(cluster);
  return clusters;
}

/** Of copies of the same age the best one stays. */
function putNewestFirst<Hit extends Listed>(cluster: Cluster<Hit>): void {
  const [hit, ...copies] = [cluster.hit, ...cluster.copies].sort(
    (a, b) => b.created_at.getTime() - a.created_at.getTime(),
  );
  Object.assign(cluster, { hit, copies });
}
