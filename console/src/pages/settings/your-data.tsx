import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../api/client.ts';
import { unwrap } from '../../api/problem.ts';
import { useText } from '../../i18n/text.tsx';
import { writePreference } from '../../preferences.ts';
import { useTeam } from '../../shell/team.ts';
import { Button, buttonClasses } from '../../ui/button.tsx';
import { Dialog, DialogActions } from '../../ui/dialog.tsx';
import { TextField } from '../../ui/field.tsx';
import { Section } from '../../ui/page.tsx';
import { ProblemState } from '../../ui/states.tsx';

const POLL_MS = 1_000;

/** A person's own data: the export, and the end of the account. */
export function YourData() {
  const t = useText();
  const [isDeleting, setDeleting] = useState(false);
  const exported = useMutation({ mutationFn: exportMine });
  return (
    <Section title={t.privacy.yourData} lead={t.privacy.yourDataLead}>
      <div className="flex flex-wrap items-center gap-2">
        <Button onClick={() => exported.mutate()} busy={exported.isPending}>
          {t.privacy.exportMine}
        </Button>
        <Button look="danger" onClick={() => setDeleting(true)}>
          {t.privacy.deleteAccount}
        </Button>
      </div>
      <p aria-live="polite" className="mt-3 text-quiet">
        {exported.isPending && t.privacy.preparing}
        {exported.data && (
          <>
            {t.privacy.exportReady}{' '}
            <a href={exported.data} className={buttonClasses()}>
              {t.privacy.download}
            </a>
          </>
        )}
      </p>
      {exported.error && <ProblemState error={exported.error} />}
      {isDeleting && <DeleteAccountDialog onClose={() => setDeleting(false)} />}
    </Section>
  );
}

/** Prepares the export, and waits for it. @returns the link to the file */
async function exportMine(): Promise<string> {
  const { id } = await unwrap(api.POST('/v1/me/export'));
  for (;;) {
    const request = { params: { path: { export_id: id } }, headers: { Accept: 'application/json' } };
    const found = await unwrap(api.GET('/v1/me/export/{export_id}', request));
    if (found?.url) return found.url;
    await new Promise((done) => setTimeout(done, POLL_MS));
  }
}

/** The address has to be typed: the account cannot be brought back. */
function DeleteAccountDialog({ onClose }: { onClose(): void }) {
  const t = useText();
  const { me } = useTeam();
  const [typed, setTyped] = useState('');
  const remove = useMutation({
    mutationFn: () => unwrap(api.DELETE('/v1/me')),
    onSuccess() {
      writePreference('team', null);
      location.assign('/');
    },
  });
  return (
    <Dialog
      title={t.privacy.deleteTitle}
      lead={t.privacy.deleteLead}
      open
      onOpenChange={(isOpen) => !isOpen && onClose()}
    >
      <TextField
        label={t.privacy.typeAddress(me.email)}
        value={typed}
        onChange={({ target }) => setTyped(target.value)}
        autoComplete="off"
      />
      {remove.error && <ProblemState error={remove.error} className="mt-4" />}
      <DialogActions>
        <Button onClick={onClose}>{t.common.cancel}</Button>
        <Button
          look="danger"
          disabled={typed.trim().toLowerCase() !== me.email.toLowerCase()}
          busy={remove.isPending}
          onClick={() => remove.mutate()}
        >
          {t.privacy.deleteAccount}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
