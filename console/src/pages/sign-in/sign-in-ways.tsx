import { useMutation, useQuery } from '@tanstack/react-query';
import { MailCheck } from 'lucide-react';
import { type SubmitEvent, useRef } from 'react';
import { api } from '../../api/client.ts';
import { fieldError, unwrap } from '../../api/problem.ts';
import { companySignInUrl, rememberPageForMail, signInUrl } from '../../api/session.ts';
import { useText } from '../../i18n/text.tsx';
import { Button, buttonClasses } from '../../ui/button.tsx';
import { TextField } from '../../ui/field.tsx';
import { ProblemState } from '../../ui/states.tsx';

/** The ways in that are set up here: Google first, then by an address. */
export function SignInWays() {
  const t = useText();
  const methods = useQuery({
    queryKey: ['sign-in-methods'],
    queryFn: () => unwrap(api.GET('/v1/auth/methods')),
    staleTime: Number.POSITIVE_INFINITY,
  });
  return (
    <div className="grid gap-5">
      {methods.data?.google !== false && (
        <>
          <a href={signInUrl()} className={`${buttonClasses('primary')} min-h-11 text-lg`}>
            {t.signIn.google}
          </a>
          <p className="flex items-center gap-3 text-sm text-quiet before:h-px before:flex-1 before:bg-line after:h-px after:flex-1 after:bg-line">
            {t.signIn.or}
          </p>
        </>
      )}
      <ByAddress hasMail={methods.data?.email === true} />
    </div>
  );
}

/** A link by mail, where that is set up, or the issuer of the address's company. */
function ByAddress({ hasMail }: { hasMail: boolean }) {
  const t = useText();
  const form = useRef<HTMLFormElement>(null);
  const send = useMutation({
    mutationFn: (email: string) => unwrap(api.POST('/v1/auth/email', { body: { email } })),
    onMutate: rememberPageForMail,
  });
  const address = () => String(new FormData(form.current ?? undefined).get('email'));
  const toCompany = () => location.assign(companySignInUrl(address()));
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (hasMail) send.mutate(address());
    else toCompany();
  };
  return (
    <form ref={form} onSubmit={submit} className="grid gap-3">
      <TextField
        label={t.signIn.email}
        name="email"
        type="email"
        autoComplete="email"
        required
        maxLength={254}
        error={fieldError(send.error, 'email')}
      />
      <div className="grid gap-2 sm:grid-cols-2">
        {hasMail && (
          <Button type="submit" busy={send.isPending} className="min-h-10">
            {t.signIn.sendLink}
          </Button>
        )}
        <Button
          type={hasMail ? 'button' : 'submit'}
          className="min-h-10"
          onClick={() => hasMail && form.current?.reportValidity() && toCompany()}
        >
          {t.signIn.company}
        </Button>
      </div>
      {send.error && <ProblemState error={send.error} />}
      <div aria-live="polite">
        {send.data && <Sent email={send.variables} localLink={send.data.local_link} />}
      </div>
    </form>
  );
}

function Sent({ email, localLink }: { email: string; localLink: string | null }) {
  const t = useText();
  return (
    <div className="flex gap-3 rounded-md bg-good-wash p-3">
      <MailCheck size={18} aria-hidden className="mt-0.5 shrink-0 text-good" />
      <div>
        <p>{t.signIn.sent(email)}</p>
        {localLink && (
          <a href={localLink} className="mt-1 inline-block text-accent underline">
            {t.signIn.localLink}
          </a>
        )}
      </div>
    </div>
  );
}
