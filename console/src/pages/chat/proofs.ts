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

/** The button to which the focus has returned from the pane: what it shows in short has just been read in full. */
let returnedTo: string | null = null;

/** Gives the focus back to the button of a proof. */
export function returnFocus(proof: Proof): void {
  returnedTo = proofButtonId(proof);
  document.getElementById(returnedTo)?.focus();
}

export function hasReturned(proof: Proof): boolean {
  return returnedTo === proofButtonId(proof);
}

/** Focus or pointer has left a proof's button. */
export function forgetReturn(): void {
  returnedTo = null;
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
