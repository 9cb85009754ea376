import { randomUUID } from 'node:crypto';
import type {
  VectorMatch,
  VectorQuery,
  VectorRecord,
  VectorSpace,
  VectorStore,
} from '#shared/vectors/store.ts';

const DIMENSIONS = 384;

/** A unit vector at an angle to the first axis, in the plane of the first and the nth. */
export function at(degrees: number, { axis = 1, dimensions = DIMENSIONS } = {}): number[] {
  const vector = Array.from({ length: dimensions }, () => 0);
  vector[0] = Math.cos((degrees * Math.PI) / 180);
  vector[axis] = Math.sin((degrees * Math.PI) / 180);
  return vector;
}

export function record(vector: number[], of: Partial<VectorRecord> = {}): VectorRecord {
  return {
    id: randomUUID(),
    documentId: randomUUID(),
    generation: 1,
    collectionId: randomUUID(),
    vector,
    ...of,
  };
}

/** The matches of one vector. */
export async function nearest(
  store: VectorStore,
  space: VectorSpace,
  { vector, ...wanted }: Omit<VectorQuery, 'vectors'> & { vector: number[] },
): Promise<VectorMatch[]> {
  const [matches = []] = await store.query(space, { ...wanted, vectors: [vector] });
  return matches;
}
