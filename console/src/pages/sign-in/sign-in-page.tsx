import { FileText, Quote, ShieldCheck } from 'lucide-react';
import { useText } from '../../i18n/text.tsx';
import { LanguageSwitch } from '../../shell/language-switch.tsx';
import { useDocumentTitle } from '../../ui/page.tsx';
import { SignInProblem } from './sign-in-problem.tsx';
import { SignInWays } from './sign-in-ways.tsx';

/** What the product is, in three lines, and the way in. */
export function SignInPage() {
  const t = useText();
  useDocumentTitle(t.signIn.google);
  const points = [
    [FileText, t.signIn.points.documents],
    [Quote, t.signIn.points.proof],
    [ShieldCheck, t.signIn.points.honest],
  ] as const;
  return (
    <div className="grid min-h-dvh grid-rows-[auto_1fr]">
      <header className="flex items-center justify-between px-5 py-4">
        <span className="font-semibold">{t.common.appName}</span>
        <LanguageSwitch />
      </header>
      <main className="mx-auto grid w-full max-w-md content-center gap-6 px-6 pb-24">
        <div>
          <h1 className="text-2xl">{t.signIn.title}</h1>
          <p className="mt-1 text-lg text-quiet">{t.signIn.lead}</p>
        </div>
        <ul className="grid gap-2.5">
          {points.map(([Icon, text]) => (
            <li key={text} className="flex items-start gap-2.5">
              <Icon size={18} aria-hidden className="mt-1 shrink-0 text-accent" />
              {text}
            </li>
          ))}
        </ul>
        <SignInProblem />
        <SignInWays />
      </main>
    </div>
  );
}
