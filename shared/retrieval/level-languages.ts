import type { LanguageAxis } from './embedder-client.ts';

/** A query without its language, and how similarities to it are read. */
export type LevelledQuery = {
  /** Not of length 1. */
  vector: number[];
  /** The similarity of a passage whose cosine to `vector` is given, on the scale of passages in the query's language. */
  similarityOf(cosine: number): number;
  /** The same for the vector of a passage. */
  similarityTo(passage: number[]): number;
};

/**
 * Takes the language out of a query's vector (Yang, Yang, Cer, Darve 2021, for one direction). Passages in the query's
 * language owe a part of their similarity to it, so that they fill the list of the nearest: with e5 unrelated ones are
 * 0.06 nearer than those of another language. Without that part, passages of both languages are found by what they say.
 */
export function levelQuery(
  vector: number[],
  { direction, ko, en }: LanguageAxis,
  language: 'ko' | 'en',
): LevelledQuery {
  const along = dot(vector, direction);
  const levelled = vector.map((value, i) => value - along * (direction[i] ?? 0));
  const length = Math.hypot(...levelled);
  const home = along * (language === 'ko' ? ko : en);
  return {
    vector: levelled,
    similarityOf: (cosine) => cosine * length + home,
    similarityTo: (passage) => dot(levelled, passage) + home,
  };
}

export function dot(a: number[], b: number[]): number {
  return a.reduce((sum, value, at) => sum + value * (b[at] ?? 0), 0);
}
