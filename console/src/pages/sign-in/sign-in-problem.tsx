import { getRouteApi } from '@tanstack/react-router';
import { CircleAlert } from 'lucide-react';
import { useText } from '../../i18n/text.tsx';

const route = getRouteApi('/sign-in');

/** Why signing in ended here, after the issuer sent the browser back. */
export function SignInProblem() {
  const t = useText();
  const { problem } = route.useSearch();
  if (!problem) return null;
  return (
    <div role="alert" className="flex gap-3 rounded-md bg-bad-wash p-3">
      <CircleAlert size={18} aria-hidden className="mt-0.5 shrink-0 text-bad" />
      <p>{problem === 'sign_up_closed' ? t.signIn.closed : t.signIn.failed}</p>
    </div>
  );
}
