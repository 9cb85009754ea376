import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useBlocker } from '@tanstack/react-router';
import { ArrowDown } from 'lucide-react';
import { type SubmitEvent, useEffect, useRef, useState } from 'react';
import { api } from '../../api/client.ts';
import { ApiProblem, unwrap } from '../../api/problem.ts';
import { type Bot, botQuery } from '../../api/team-lists.ts';
import { useText } from '../../i18n/text.tsx';
import { useTeam } from '../../shell/team.ts';
import { Button } from '../../ui/button.tsx';
import { ConfirmDialog } from '../../ui/dialog.tsx';
import { Section } from '../../ui/page.tsx';
import { ProblemState } from '../../ui/states.tsx';
import { showToast } from '../../ui/toast.tsx';
import { AnswerFields } from './answer-fields.tsx';
import { BeginFields } from './begin-fields.tsx';
import { type BotDraft, changesOf, draftOf, isChanged } from './bot-draft.ts';
import { useBotsChanged } from './bots-changed.ts';
import { useFormErrors } from './form-errors.ts';
import { LiveTest } from './live-test.tsx';
import { ReadFields } from './read-fields.tsx';
import { WhoFields } from './who-fields.tsx';

/** A part of the form: what it shows, how it changes it, and what the API said about it. */
export type FormPart = {
  draft: BotDraft;
  change(changes: Partial<BotDraft>): void;
  errorAt(path: string): string | undefined;
};

/** A bot's settings, and a test of what is saved. */
export function BotEditor({ bot }: { bot: Bot }) {
  const t = useText();
  // What the draft was made of: what others save meanwhile does not make it look changed.
  const [base, setBase] = useState(bot);
  const [draft, setDraft] = useState(() => draftOf(bot));
  const form = useRef<HTMLFormElement>(null);
  const save = useSaveBot(base, (saved) => {
    setBase(saved);
    setDraft(draftOf(saved));
  });
  const isDirty = isChanged(draft, base);
  useEffect(() => {
    if (save.error) form.current?.querySelector<HTMLElement>('[aria-invalid]')?.focus();
  }, [save.error]);
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    save.mutate(draft);
  };
  const part: FormPart = {
    draft,
    change: (changes) => setDraft((before) => ({ ...before, ...changes })),
    errorAt: useFormErrors(save.error),
  };
  const hasNoField = save.error && !(save.error instanceof ApiProblem && save.error.status === 422);
  return (
    <div className="grid gap-x-10 gap-y-10 lg:grid-cols-[minmax(0,1fr)_minmax(0,26rem)]">
      <form ref={form} noValidate aria-label={t.bots.settings} onSubmit={submit}>
        <Button size="sm" className="mb-4 lg:hidden" onClick={focusTest}>
          {t.bots.test}
          <ArrowDown size={14} aria-hidden />
        </Button>
        <Section title={t.bots.parts.who}>
          <WhoFields {...part} />
        </Section>
        <Section title={t.bots.parts.answers}>
          <AnswerFields {...part} />
        </Section>
        <Section title={t.bots.parts.reads}>
          <ReadFields {...part} filter={base.filter} />
        </Section>
        <Section title={t.bots.parts.begins}>
          <BeginFields {...part} />
        </Section>
        {hasNoField && <ProblemState error={save.error} className="mt-6" />}
        <SaveBar isDirty={isDirty} isSaving={save.isPending} onDiscard={() => setDraft(draftOf(base))} />
      </form>
      <LiveTest
        botId={bot.id}
        starters={base.starters}
        {...(isDirty ? { saveFirst: () => save.mutateAsync(draft) } : {})}
      />
      <LeaveGuard isDirty={isDirty} />
    </div>
  );
}

/** Below the settings on a small screen: the focus takes the page there. */
function focusTest(): void {
  document.querySelector<HTMLElement>('[data-main-field]')?.focus();
}

type SaveBarProps = { isDirty: boolean; isSaving: boolean; onDiscard(): void };

/** Stays at the lower edge while something is to be saved. */
function SaveBar({ isDirty, isSaving, onDiscard }: SaveBarProps) {
  const t = useText();
  return (
    <div aria-live="polite" className="sticky bottom-3 z-10">
      {isDirty && (
        <div className="mt-6 flex flex-wrap items-center justify-end gap-2 rounded-lg border border-line bg-raised p-2 pl-4 shadow-raised">
          <span className="flex-1">{t.bots.unsaved}</span>
          <Button look="quiet" onClick={onDiscard}>
            {t.bots.discard}
          </Button>
          <Button look="primary" type="submit" busy={isSaving}>
            {t.common.save}
          </Button>
        </div>
      )}
    </div>
  );
}

/** Asks before changes are lost, also when the tab is closed. */
function LeaveGuard({ isDirty }: { isDirty: boolean }) {
  const t = useText();
  const blocker = useBlocker({
    shouldBlockFn: ({ current, next }) => isDirty && current.pathname !== next.pathname,
    enableBeforeUnload: isDirty,
    withResolver: true,
  });
  if (blocker.status !== 'blocked') return null;
  return (
    <ConfirmDialog
      title={t.bots.leaveTitle}
      consequence={t.bots.leaveHint}
      confirmLabel={t.bots.leave}
      open
      onOpenChange={(isOpen) => !isOpen && blocker.reset()}
      onConfirm={blocker.proceed}
    />
  );
}

function useSaveBot(base: Bot, onSaved: (bot: Bot) => void) {
  const t = useText();
  const { team } = useTeam();
  const queries = useQueryClient();
  const botsChanged = useBotsChanged();
  const path = { team_id: team.id, bot_id: base.id };
  return useMutation({
    mutationFn: (draft: BotDraft) =>
      unwrap(
        api.PATCH('/v1/teams/{team_id}/bots/{bot_id}', { params: { path }, body: changesOf(draft, base) }),
      ),
    async onSuccess(saved) {
      queries.setQueryData(botQuery(team.id, saved.id).queryKey, saved);
      onSaved(saved);
      showToast({ title: t.common.saved });
      await botsChanged();
    },
  });
}
