import { Link } from '@tanstack/react-router';
import { Check } from 'lucide-react';
import type { ReactNode } from 'react';
import type { Bot } from '../../api/team-lists.ts';
import { useText } from '../../i18n/text.tsx';
import { writePreference } from '../../preferences.ts';
import { useTeam } from '../../shell/team.ts';
import { Button, buttonClasses } from '../../ui/button.tsx';
import { classes } from '../../ui/classes.ts';
import { AskBox } from './ask-box.tsx';
import type { Document } from './home-queries.ts';
import { isBeingRead } from './own-documents.ts';

type Steps = { added: boolean; asked: boolean; invited: boolean };
type FirstStepsProps = { steps: Steps; own: Document | undefined; bots: Bot[] };

/** What one does first. A step that the role has no right to is left out. */
export function FirstSteps({ steps, own, bots }: FirstStepsProps) {
  const t = useText();
  const { can } = useTeam();
  const rows: { name: 'add' | 'ask' | 'invite'; isDone: boolean; isOpen: boolean }[] = [
    { name: 'add', isDone: steps.added, isOpen: can('member') },
    { name: 'ask', isDone: steps.asked, isOpen: true },
    { name: 'invite', isDone: steps.invited, isOpen: can('admin') },
  ];
  const shown = rows.filter(({ isOpen }) => isOpen);
  const next = shown.find(({ isDone }) => !isDone)?.name;
  return (
    <>
      <ol aria-label={t.home.steps} className="border-t border-line">
        {shown.map(({ name, isDone }, place) => (
          <Step
            key={name}
            place={place + 1}
            isDone={isDone}
            isNext={name === next}
            title={t.home[name].title}
            hint={name === 'add' ? <AddState own={own} /> : t.home[name].hint}
            action={
              name === 'add' ? (
                <Link to="/documents" className={buttonClasses(next === 'add' ? 'primary' : 'plain')}>
                  {isDone ? t.home.add.more : t.home.add.action}
                </Link>
              ) : (
                name === 'invite' && (
                  <Link to="/team" className={buttonClasses(next === 'invite' ? 'primary' : 'plain')}>
                    {isDone ? t.home.invite.see : t.home.invite.action}
                  </Link>
                )
              )
            }
          >
            {name === 'ask' && <AskBox bots={bots} />}
          </Step>
        ))}
      </ol>
      {steps.added && steps.asked && (
        <div className="mt-3 flex justify-end">
          <Button look="quiet" size="sm" onClick={() => writePreference('first-steps', 'hidden')}>
            {t.home.hideSteps}
          </Button>
        </div>
      )}
    </>
  );
}

/** What has become of the newest document, while one waits for it. */
function AddState({ own }: { own: Document | undefined }) {
  const t = useText();
  if (own?.status === 'failed')
    return (
      <>
        {t.home.add.failed(own.title)}{' '}
        <Link
          to="/documents/$documentId"
          params={{ documentId: own.id }}
          className="text-accent underline underline-offset-2"
        >
          {t.home.add.see}
        </Link>
      </>
    );
  if (own?.status === 'ready') return t.home.add.ready(own.title);
  return own && isBeingRead(own) ? t.home.add.reading(own.title) : t.home.add.hint;
}

type StepProps = {
  place: number;
  isDone: boolean;
  isNext: boolean;
  title: string;
  hint: ReactNode;
  action: ReactNode;
  children: ReactNode;
};

function Step({ place, isDone, isNext, title, hint, action, children }: StepProps) {
  const t = useText();
  return (
    <li
      aria-current={isNext ? 'step' : undefined}
      className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-3 border-b border-line py-5 last:border-b-0 sm:grid-cols-[auto_1fr_auto]"
    >
      <span
        className={classes(
          'flex size-7 items-center justify-center rounded-full text-sm font-semibold',
          isDone && 'bg-good-wash text-good',
          !isDone && isNext && 'bg-accent text-on-accent',
          !isDone && !isNext && 'bg-sunken text-quiet',
        )}
      >
        {isDone ? <Check size={16} role="img" aria-label={t.home.done} /> : place}
      </span>
      <div className="min-w-0">
        <h2>{title}</h2>
        <p aria-live="polite" className="text-quiet">
          {hint}
        </p>
      </div>
      {action && <div className="max-sm:col-start-2 sm:self-center">{action}</div>}
      {children && <div className="col-span-full sm:col-start-2">{children}</div>}
    </li>
  );
}
