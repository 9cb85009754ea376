import { useMutation } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { api } from '../../api/client.ts';
import { unwrap } from '../../api/problem.ts';
import { takePageForMail } from '../../api/session.ts';
import { useText } from '../../i18n/text.tsx';
import { LanguageSwitch } from '../../shell/language-switch.tsx';
import { Button } from '../../ui/button.tsx';
import { useDocumentTitle } from '../../ui/page.tsx';
import { ProblemState } from '../../ui/states.tsx';

/** Opens the link of a mail. Its token stands behind `#`, so that it reaches no server before the button is clicked. */
export function EmailLinkPage() {
  const t = useText();
  const [token] = useState(() => location.hash.slice(1));
  useDocumentTitle(t.signIn.emailTitle);
  const signIn = useMutation({
    mutationFn: () => unwrap(api.POST('/v1/auth/email/callback', { body: { token } })),
    // A whole load: the cookie is there now, and everything read before was of nobody.
    onSuccess: () => location.replace(takePageForMail()),
  });
  return (
    <div className="grid min-h-dvh grid-rows-[auto_1fr]">
      <header className="flex justify-end px-5 py-4">
        <LanguageSwitch />
      </header>
      <main className="mx-auto grid w-full max-w-md content-center gap-4 px-6 pb-24">
        <h1 className="text-2xl">{t.signIn.emailTitle}</h1>
        <p className="text-quiet">{t.signIn.emailLead}</p>
        {signIn.error && <ProblemState error={signIn.error} />}
        <Button look="primary" busy={signIn.isPending} onClick={() => signIn.mutate()}>
          {t.signIn.emailAction}
        </Button>
        {signIn.error && (
          <Link to="/sign-in" className="justify-self-center text-accent underline">
            {t.signIn.otherWays}
          </Link>
        )}
      </main>
    </div>
  );
}
