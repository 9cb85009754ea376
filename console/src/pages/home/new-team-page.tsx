import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { type SubmitEvent, useEffect } from 'react';
import { api } from '../../api/client.ts';
import { chooseTeam, meQuery } from '../../api/me.ts';
import { fieldError, unwrap } from '../../api/problem.ts';
import { rememberPage } from '../../api/session.ts';
import { useText } from '../../i18n/text.tsx';
import { LanguageSwitch } from '../../shell/language-switch.tsx';
import { Button, buttonClasses } from '../../ui/button.tsx';
import { TextField } from '../../ui/field.tsx';
import { useDocumentTitle } from '../../ui/page.tsx';
import { Loaded, ProblemState } from '../../ui/states.tsx';
import { showToast } from '../../ui/toast.tsx';
import { ImportTeam } from './import-team.tsx';

/** Creates a team: a further one, or the first of a person whom nobody has invited. */
export function NewTeamPage() {
  const t = useText();
  const navigate = useNavigate();
  const me = useQuery(meQuery);
  useDocumentTitle(t.home.newTeam.title);
  useEffect(() => {
    if (me.data !== null) return;
    rememberPage('/new-team');
    void navigate({ to: '/sign-in' });
  }, [me.data, navigate]);
  return (
    <div className="grid min-h-dvh grid-rows-[auto_1fr]">
      <header className="flex items-center justify-between px-5 py-4">
        <span className="font-semibold">{t.common.appName}</span>
        <LanguageSwitch />
      </header>
      <main className="mx-auto grid w-full max-w-md content-center gap-6 px-6 pb-24">
        <div>
          <h1 className="text-2xl">{t.home.newTeam.title}</h1>
          <p className="mt-1 text-quiet">{t.home.newTeam.lead}</p>
        </div>
        <Loaded query={me}>
          {(person) =>
            person && (
              <>
                <TeamForm hasTeam={person.teams.length > 0} />
                <ImportTeam />
                {person.teams.length === 0 && (
                  <div className="border-t border-line pt-5">
                    <h2>{t.home.newTeam.invitedTitle}</h2>
                    <p className="text-quiet">{t.home.newTeam.invited(person.email)}</p>
                  </div>
                )}
              </>
            )
          }
        </Loaded>
      </main>
    </div>
  );
}

function TeamForm({ hasTeam }: { hasTeam: boolean }) {
  const t = useText();
  const create = useCreateTeam();
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    create.mutate(String(new FormData(event.currentTarget).get('name')));
  };
  const nameError = fieldError(create.error, 'name');
  return (
    <form onSubmit={submit} className="grid gap-4">
      <TextField
        label={t.home.newTeam.name}
        name="name"
        placeholder={t.home.newTeam.placeholder}
        required
        maxLength={120}
        autoFocus
        autoComplete="organization"
        error={nameError}
      />
      {create.error && !nameError && <ProblemState error={create.error} />}
      <div className="flex flex-wrap gap-2">
        <Button look="primary" type="submit" busy={create.isPending}>
          {t.home.newTeam.create}
        </Button>
        {hasTeam && (
          <Link to="/" className={buttonClasses('quiet')}>
            {t.home.newTeam.back}
          </Link>
        )}
      </div>
    </form>
  );
}

function useCreateTeam() {
  const t = useText();
  const navigate = useNavigate();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (name: string) => unwrap(api.POST('/v1/teams', { body: { name } })),
    async onSuccess({ id, name }) {
      chooseTeam(id);
      await queries.invalidateQueries(meQuery);
      await navigate({ to: '/' });
      showToast({ title: t.home.newTeam.created(name) });
    },
  });
}
