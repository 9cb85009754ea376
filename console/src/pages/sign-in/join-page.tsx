import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { api } from '../../api/client.ts';
import { chooseTeam, meQuery } from '../../api/me.ts';
import { unwrap } from '../../api/problem.ts';
import { rememberPage, signInUrl } from '../../api/session.ts';
import { useText } from '../../i18n/text.tsx';
import { LanguageSwitch } from '../../shell/language-switch.tsx';
import { Button, buttonClasses } from '../../ui/button.tsx';
import { useDocumentTitle } from '../../ui/page.tsx';
import { ProblemState, Skeleton } from '../../ui/states.tsx';
import { showToast } from '../../ui/toast.tsx';

/** Accepts an invitation. Its token stands behind `#`, so that it reaches no server's log. */
export function JoinPage() {
  const t = useText();
  const me = useQuery(meQuery);
  useDocumentTitle(t.signIn.invitation);
  return (
    <div className="grid min-h-dvh grid-rows-[auto_1fr]">
      <header className="flex justify-end px-5 py-4">
        <LanguageSwitch />
      </header>
      <main className="mx-auto grid w-full max-w-md content-center gap-4 px-6 pb-24">
        <h1 className="text-2xl">{t.signIn.invitation}</h1>
        {me.isPending && <Skeleton lines={2} />}
        {me.data === null && (
          <>
            <p className="text-quiet">{t.signIn.invitationLead}</p>
            <a
              href={signInUrl()}
              onClick={() => rememberPage(`/join${location.hash}`)}
              className={buttonClasses('primary')}
            >
              {t.signIn.google}
            </a>
            <Link
              to="/sign-in"
              onClick={() => rememberPage(`/join${location.hash}`)}
              className="justify-self-center text-accent underline"
            >
              {t.signIn.otherWays}
            </Link>
          </>
        )}
        {me.data && <Accept email={me.data.email} />}
      </main>
    </div>
  );
}

function Accept({ email }: { email: string }) {
  const t = useText();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [token] = useState(() => location.hash.slice(1));
  const accept = useMutation({
    mutationFn: () => unwrap(api.POST('/v1/invitations/accept', { body: { token } })),
    async onSuccess(team) {
      chooseTeam(team.id);
      await queries.invalidateQueries();
      showToast({ title: t.signIn.joined(team.name) });
      await navigate({ to: '/' });
    },
  });
  return (
    <>
      <p className="text-quiet">{email}</p>
      {accept.error && <ProblemState error={accept.error} />}
      <Button look="primary" busy={accept.isPending} onClick={() => accept.mutate()}>
        {t.signIn.join}
      </Button>
    </>
  );
}
