import { Check, Copy, RotateCcw, ThumbsDown, ThumbsUp } from 'lucide-react';
import { useState } from 'react';
import { useText } from '../../i18n/text.tsx';
import { IconButton } from '../../ui/button.tsx';
import { classes } from '../../ui/classes.ts';
import { showToast } from '../../ui/toast.tsx';
import type { ShownAnswer } from './answer.tsx';
import { copyText } from './copy-text.ts';
import { FeedbackDialog, useRate } from './feedback-dialog.tsx';
import type { Room } from './use-room.ts';

type ActionsProps = { answer: ShownAnswer; id: string; question: string; isLast: boolean; room: Room };

const ICON = 16;

/** Copy, answer again, rate. Those of earlier answers show when the pointer or the focus is there. */
export function AnswerActions({ answer, id, question, isLast, room }: ActionsProps) {
  const t = useText();
  return (
    <div
      className={classes(
        '-ml-2 flex items-center gap-0.5 transition-opacity',
        !isLast && 'sm:opacity-0 sm:group-focus-within:opacity-100 sm:group-hover:opacity-100',
      )}
    >
      <CopyAnswer answer={answer} />
      {isLast && !room.isBusy && (
        <IconButton
          label={t.chat.again}
          onClick={() => room.send(question, { kind: 'answer', messageId: id })}
        >
          <RotateCcw size={ICON} aria-hidden />
        </IconButton>
      )}
      <Ratings id={id} rating={answer.feedback?.rating ?? null} />
    </div>
  );
}

function CopyAnswer({ answer: { text, citations } }: { answer: ShownAnswer }) {
  const t = useText();
  const [isCopied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(
      copyText(text, citations, { sources: t.chat.sourcesBelow, page: t.chat.page }),
    );
    setCopied(true);
    setTimeout(() => setCopied(false), 2_000);
    if (citations.length > 0) showToast({ title: t.chat.copiedWithSources });
  };
  return (
    <IconButton label={t.chat.copyAnswer} onClick={() => void copy()}>
      {isCopied ? <Check size={ICON} aria-hidden /> : <Copy size={ICON} aria-hidden />}
    </IconButton>
  );
}

function Ratings({ id, rating }: { id: string; rating: 'up' | 'down' | null }) {
  const t = useText();
  const rate = useRate(id);
  const [isCommenting, setCommenting] = useState(false);
  const given = rate.variables?.rating ?? rating;
  return (
    <>
      <IconButton
        label={t.chat.good}
        aria-pressed={given === 'up'}
        onClick={() => rate.mutate({ rating: 'up' })}
        className="aria-pressed:text-good"
      >
        <ThumbsUp size={ICON} aria-hidden fill={given === 'up' ? 'currentColor' : 'none'} />
      </IconButton>
      <IconButton
        label={t.chat.bad}
        aria-pressed={given === 'down'}
        onClick={() => setCommenting(true)}
        className="aria-pressed:text-bad"
      >
        <ThumbsDown size={ICON} aria-hidden fill={given === 'down' ? 'currentColor' : 'none'} />
      </IconButton>
      {isCommenting && (
        <FeedbackDialog messageId={id} title={t.chat.bad} onClose={() => setCommenting(false)} />
      )}
    </>
  );
}
