import { ArrowDown } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { useFormat } from '../../i18n/format.ts';
import { useText } from '../../i18n/text.tsx';
import { Button } from '../../ui/button.tsx';
import { ProblemState, Skeleton } from '../../ui/states.tsx';
import { ageOf } from './ages.ts';
import { Answer, liveAnswer, type ShownAnswer, savedAnswer } from './answer.tsx';
import type { Message } from './queries.ts';
import { Question } from './question.tsx';
import { type Turn, toTurns } from './turns.ts';
import { useFollowing } from './use-following.ts';
import type { Room } from './use-room.ts';

type LogProps = { room: Room; conversationId: string | null; welcome: ReactNode };

/** What was said, oldest first; it follows the end as long as its reader does not scroll away from it. */
export function MessageLog({ room, conversationId, welcome }: LogProps) {
  const t = useText();
  const { history, messages, live } = room;
  const turns = toTurns(messages, live);
  const { scroller, content, isAtEnd, toEnd, expectAbove } = useFollowing(live?.key ?? null, conversationId);
  return (
    <div className="relative min-h-0 flex-1">
      {/* A scrollable part must be reachable by keyboard. */}
      <div
        ref={scroller}
        role="log"
        aria-live="polite"
        aria-label={t.chat.log}
        tabIndex={0}
        className="h-full overflow-y-auto overscroll-contain -outline-offset-2 [overflow-anchor:none]"
      >
        <div ref={content} className="mx-auto grid max-w-3xl gap-6 px-4 pt-6 pb-10 max-sm:pt-4">
          {history.hasNextPage && (
            <Button
              size="sm"
              className="justify-self-center"
              busy={history.isFetchingNextPage}
              onClick={() => {
                expectAbove();
                void history.fetchNextPage();
              }}
            >
              {t.chat.older}
            </Button>
          )}
          {history.isLoading && !live && <Skeleton lines={6} />}
          {history.error && !live && (
            <ProblemState error={history.error} onRetry={() => void history.refetch()} />
          )}
          {turns.length === 0 && !history.isLoading && !history.error && welcome}
          {turns.map((turn, at) => (
            <TurnView
              key={turn.key}
              turn={turn}
              before={turns[at - 1]}
              isLast={at === turns.length - 1}
              room={room}
            />
          ))}
        </div>
      </div>
      {!isAtEnd && (
        <Button
          size="sm"
          onClick={toEnd}
          className="absolute bottom-2 left-1/2 -translate-x-1/2 rounded-full shadow-raised"
        >
          <ArrowDown size={14} aria-hidden /> {t.chat.toEnd}
        </Button>
      )}
    </div>
  );
}

type TurnProps = { turn: Turn; before: Turn | undefined; isLast: boolean; room: Room };

/** A question and its answer. */
function TurnView({ turn, before, isLast, room }: TurnProps) {
  const [isEditing, setEditing] = useState(false);
  const { question, text, answer, live } = turn;
  const shown = shownAnswer(answer, live) ?? (question && !live ? UNANSWERED : null);
  const change = (changed: string) =>
    room.send(changed, question && { kind: 'question', messageId: question.id });
  return (
    <>
      <Day at={dayOf(turn)} before={before && dayOf(before)} />
      {text !== null && (
        <Question
          text={text}
          onChange={question && !room.isBusy ? change : null}
          hasLater={!isLast}
          isEditing={isEditing}
          setEditing={setEditing}
        />
      )}
      {shown && !isEditing && (
        <Answer
          answer={shown}
          question={text ?? ''}
          isLast={isLast}
          room={room}
          onReword={() => setEditing(true)}
        />
      )}
    </>
  );
}

/** A question whose answer could not be saved. */
const UNANSWERED: ShownAnswer = {
  id: null,
  text: '',
  citations: [],
  outcome: { kind: 'error' },
  isTentative: false,
  feedback: null,
};

function shownAnswer(answer: Message | null, live: Turn['live']): ShownAnswer | null {
  if (live) return liveAnswer(live);
  return answer && savedAnswer(answer);
}

function dayOf({ question, answer }: Turn): string {
  return new Date(question?.created_at ?? answer?.created_at ?? Date.now()).toDateString();
}

/** A line where another day begins. */
function Day({ at, before }: { at: string; before: string | undefined }) {
  const format = useFormat();
  // Without another day before, today goes without saying.
  if (at === before || (!before && ageOf(at) === 'today')) return null;
  return (
    <p className="flex items-center gap-3 text-xs text-quiet before:h-px before:flex-1 before:bg-line after:h-px after:flex-1 after:bg-line">
      <time dateTime={new Date(at).toISOString()}>{format.date(new Date(at))}</time>
    </p>
  );
}
