import { Link } from '@tanstack/react-router';
import { type ReactNode, useEffect, useState } from 'react';
import type { Schemas } from '../../api/client.ts';
import { ApiProblem } from '../../api/problem.ts';
import { useText } from '../../i18n/text.tsx';
import { useTeam } from '../../shell/team.ts';
import { Button, buttonClasses } from '../../ui/button.tsx';
import { useProblemText } from '../../ui/states.tsx';
import type { ShownAnswer } from './answer.tsx';
import type { Asking, Replaces } from './asking.ts';
import { FeedbackDialog } from './feedback-dialog.tsx';
import type { Room } from './use-room.ts';

/** How an answer ended; `coming` while it does not, `cut` when the connection did. */
export type Outcome =
  | { kind: 'coming' | 'cut' | Exclude<Schemas['FinishReason'], 'error'> }
  | { kind: 'error'; problem?: Asking['problem'] };

type NoteProps = { answer: ShownAnswer; question: string; isLast: boolean; room: Room; onReword(): void };

/** What a reader should know about an answer that is no whole one, and what he can do now. */
export function AnswerNote({ answer, question, isLast, room, onReword }: NoteProps) {
  const t = useText();
  const { outcome, id } = answer;
  if (outcome.kind === 'stop' || outcome.kind === 'coming') return null;
  if (outcome.kind === 'no_context') return <Refusal {...{ id, isLast, onReword }} />;
  if (outcome.kind === 'error') return <Failure {...{ answer, question, isLast, room }} />;
  const goesOn = outcome.kind !== 'content_filter' && answer.text !== '';
  return (
    <Note text={t.chat.endings[outcome.kind]}>
      {isLast && goesOn && (
        <Button size="sm" onClick={() => room.send(t.chat.goOnMessage)}>
          {t.chat.goOn}
        </Button>
      )}
      {isLast && !goesOn && (
        <Button size="sm" onClick={() => room.retry({ question, replaces: placeOf(id) })}>
          {t.common.retry}
        </Button>
      )}
    </Note>
  );
}

/** Another try comes in the place of what was saved of the answer. */
function placeOf(answerId: string | null): Replaces | null {
  return answerId ? { kind: 'answer', messageId: answerId } : null;
}

function Note({ text, children }: { text: ReactNode; children?: ReactNode }) {
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-2 border-l-2 border-warn py-1 pl-3 text-base">
      <div className="min-w-0">{text}</div>
      {children}
    </div>
  );
}

/** Nothing was found: other words, a further document, or somebody who can add one. */
function Refusal({ id, isLast, onReword }: { id: string | null; isLast: boolean; onReword(): void }) {
  const t = useText();
  const { can } = useTeam();
  const [isReporting, setReporting] = useState(false);
  return (
    <Note text={can('member') ? t.chat.refusalHint : t.chat.refusalHintViewer}>
      <div className="flex flex-wrap gap-2">
        {isLast && (
          <Button size="sm" onClick={onReword}>
            {t.chat.otherWords}
          </Button>
        )}
        {can('member') && (
          <Link to="/documents" className={buttonClasses('plain', 'sm')}>
            {t.chat.addDocument}
          </Link>
        )}
        {id && (
          <Button size="sm" onClick={() => setReporting(true)}>
            {t.chat.report}
          </Button>
        )}
      </div>
      {id && isReporting && (
        <FeedbackDialog messageId={id} title={t.chat.report} onClose={() => setReporting(false)} />
      )}
    </Note>
  );
}

/** What another try does not change. */
const FINAL = new Set([
  'budget_exceeded',
  'model_without_price',
  'external_model_off',
  'address_not_allowed',
]);

/** No answer, or half of one: why, and another try as soon as it makes sense. */
function Failure({ answer, question, isLast, room }: Omit<NoteProps, 'onReword'>) {
  const t = useText();
  const { outcome } = answer;
  const problem = outcome.kind === 'error' ? (outcome.problem ?? null) : null;
  const earlier = room.live?.replaces ?? null;
  const retryAfter = problem instanceof ApiProblem ? problem.retryAfter : null;
  const text = useFailureText(problem);
  const isFinal = FINAL.has(problem?.code ?? '');
  return (
    <Note
      text={
        <div role="alert">
          <p>{text}</p>
          {problem instanceof ApiProblem && problem.requestId && (
            <p className="font-mono text-xs text-quiet">{t.common.requestId(problem.requestId)}</p>
          )}
        </div>
      }
    >
      {isLast && !isFinal && (
        <RetryButton
          seconds={retryAfter}
          onRetry={() => room.retry({ question, replaces: earlier ?? placeOf(answer.id) })}
        />
      )}
      {isLast && earlier && (
        <Button size="sm" look="quiet" onClick={room.dismiss}>
          {t.chat.keepEarlier}
        </Button>
      )}
    </Note>
  );
}

function useFailureText(problem: Asking['problem']): string {
  const t = useText();
  const general = useProblemText(problem);
  if (!problem) return t.chat.endings.error;
  const known: Record<string, string> = t.chat.failures;
  return known[problem.code] ?? (problem instanceof ApiProblem ? general : t.chat.endings.error);
}

/** Another try; where the API has named a time, it counts down to it. */
function RetryButton({ seconds, onRetry }: { seconds: number | null; onRetry(): void }) {
  const t = useText();
  const [left, setLeft] = useState(seconds ?? 0);
  useEffect(() => {
    if (left <= 0) return undefined;
    const timer = setTimeout(() => setLeft(left - 1), 1_000);
    return () => clearTimeout(timer);
  }, [left]);
  return left > 0 ? (
    // A countdown is not read out.
    <span aria-live="off" className="text-quiet tabular-nums">
      {t.common.tryAgainIn(left)}
    </span>
  ) : (
    <Button size="sm" onClick={onRetry}>
      {t.common.retry}
    </Button>
  );
}
