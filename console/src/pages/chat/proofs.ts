import { createContext, use } from 'react';
import type { Citation } from './markers.ts';

/** One proof of one answer: the answer's id, and the place in its list of citations. */
export type Proof = { answerId: string; ordinal: number };

/** The chosen proof as it stands in the address. */
export function proofKey({ answerId, ordinal }: Proof): string {
  return `${answerId}.${ordinal + 1}`;
}

/** Reads a proof from the address; null when it names none. */
export function readProof(key: string | undefined): Proof | null {
  const [, answerId, number] = /^([\w-]+)\.(\d+)$/.exec(key ?? '') ?? [];
  return answerId && Number(number) > 0 ? { answerId, ordinal: Number(number) - 1 } : null;
}

/** The id of the button that shows a proof, to which the focus returns. */
export function proofButtonId(proof: Proof): string {
  return `proof-${proofKey(proof)}`;
}

type Proofs = { open(proof: Proof): void; shown: Proof | null };

export const ProofsContext = createContext<Proofs>({ open: () => undefined, shown: null });

/** The way to open the proof pane, and what it shows. */
export function useProofs(): Proofs {
  return use(ProofsContext);
}

/** The citations of the answer around, and its id. */
export const CitedContext = createContext<{ answerId: string; citations: Citation[] }>({
  answerId: '',
  citations: [],
});
