import { useCallback, useMemo } from 'react';
import type { Citation } from './markers.ts';
import { type Proof, proofButtonId, proofKey, readProof } from './proofs.ts';
import { changed, chatRoute } from './route.ts';
import type { Room } from './use-room.ts';

/** What the proof pane shows: a proof, the others of its answer, and the sentence that it supports. */
export type ShownProof = { citation: Citation; ordinal: number; count: number; claim: string };

/** The chosen proof is in the address, so that a link opens it, and "back" closes it. */
export function useProofPane({ messages, live }: Room) {
  const { source } = chatRoute.useSearch();
  const navigate = chatRoute.useNavigate();
  const chosen = useMemo(() => readProof(source), [source]);
  const show = useCallback(
    (proof: Proof | null, replace: boolean) =>
      navigate({
        search: (all) => changed(all, { source: proof ? proofKey(proof) : undefined }),
        replace,
        resetScroll: false,
      }),
    [navigate],
  );
  const answer = findAnswer(chosen, { messages, live });
  const proof = chosen && answer && shownProof(chosen, answer);
  const context = useMemo(
    () => ({ open: (next: Proof) => void show(next, chosen !== null), shown: chosen }),
    [show, chosen],
  );
  const closePane = async () => {
    await show(null, true);
    if (chosen) document.getElementById(proofButtonId(chosen))?.focus();
  };
  const close = () => void closePane();
  const move = (step: 1 | -1) => {
    if (!chosen || !answer) return;
    const ordinal = chosen.ordinal + step;
    if (answer.citations[ordinal]) void show({ ...chosen, ordinal }, true);
  };
  return { proof, context, close, move };
}

type Answer = { text: string; citations: Citation[] };

function findAnswer(
  chosen: Proof | null,
  { messages, live }: Pick<Room, 'messages' | 'live'>,
): Answer | null {
  if (!chosen) return null;
  if (live?.answerId === chosen.answerId) return live;
  const message = messages.find(({ id }) => id === chosen.answerId);
  return message ? { text: message.content, citations: message.citations } : null;
}

function shownProof({ ordinal }: Proof, { text, citations }: Answer): ShownProof | null {
  const citation = citations[ordinal];
  if (!citation) return null;
  const claim = text.slice(citation.start, citation.end).replace(/\s*(?:\[\d+\])+$/, '');
  return { citation, ordinal, count: citations.length, claim };
}
