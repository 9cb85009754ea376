import { useMemo } from 'react';
import { ApiProblem } from '../../api/problem.ts';
import { useText } from '../../i18n/text.tsx';
import { Badge } from '../../ui/badge.tsx';
import { AnswerActions } from './answer-actions.tsx';
import { AnswerNote, type Outcome } from './answer-note.tsx';
import { AnswerText } from './answer-text.tsx';
import type { Asking } from './asking.ts';
import { CitedSources } from './cited-sources.tsx';
import type { Citation } from './markers.ts';
import { CitedContext } from './proofs.ts';
import type { Message } from './queries.ts';
import type { Room } from './use-room.ts';

/** An answer as it is shown, whether it comes from the stream or from the conversation. */
export type ShownAnswer = {
  id: string | null;
  text: string;
  citations: Citation[];
  outcome: Outcome;
  isTentative: boolean;
  feedback: Message['feedback'];
};

/** A saved answer. */
export function savedAnswer(message: Message): ShownAnswer {
  const { id, content, citations, finish_reason, feedback, tentative = false } = message;
  const outcome = { kind: finish_reason ?? 'stop' } as const;
  return { id, text: content, citations, outcome, isTentative: tentative, feedback };
}

/** An answer on its way. */
export function liveAnswer({ answerId, text, citations, status, finish, problem }: Asking): ShownAnswer {
  const shown = { id: answerId, text, citations, isTentative: false, feedback: null };
  if (status === 'failed') return { ...shown, outcome: { kind: 'error', problem } };
  if (status === 'cut') return { ...shown, outcome: { kind: 'cut' } };
  if (status === 'done') return { ...shown, outcome: { kind: finish ?? 'stop' } };
  return { ...shown, outcome: { kind: 'coming' } };
}

type AnswerProps = { answer: ShownAnswer; question: string; isLast: boolean; room: Room; onReword(): void };

/** An answer with its proofs, what one can do with it, and what to do when it is none. */
export function Answer({ answer, question, isLast, room, onReword }: AnswerProps) {
  const t = useText();
  const { id, text, citations, outcome } = answer;
  const cited = useMemo(() => ({ answerId: id ?? '', citations }), [id, citations]);
  const isComing = outcome.kind === 'coming';
  return (
    <article aria-label={t.chat.answer} aria-busy={isComing} className="group grid min-w-0 gap-2">
      {answer.isTentative && (
        <p>
          <Badge tone="warn">{t.chat.tentative}</Badge>
        </p>
      )}
      <CitedContext value={cited}>
        {text && <AnswerText text={text} isComplete={!isComing} />}
        {isComing && !text && <Waiting />}
        {!isComing && <CitedSources citations={citations} />}
      </CitedContext>
      {!isComing && <AnswerNote {...{ answer, question, isLast, room, onReword }} />}
      {!isComing && id && text && !(outcome.kind === 'error' && outcome.problem instanceof ApiProblem) && (
        <AnswerActions {...{ answer, id, isLast, room }} question={question} />
      )}
    </article>
  );
}

/** Dots until the first word. */
function Waiting() {
  const t = useText();
  return (
    <p className="flex items-center gap-2 text-quiet">
      <span aria-hidden className="flex gap-1">
        {[0, 1, 2].map((dot) => (
          <span
            key={dot}
            style={{ animationDelay: `${dot * 150}ms` }}
            className="size-1.5 animate-pulse rounded-full bg-line-strong"
          />
        ))}
      </span>
      {t.chat.searching}
    </p>
  );
}
