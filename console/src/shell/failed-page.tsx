import { Link, useRouter } from '@tanstack/react-router';
import { useText } from '../i18n/text.tsx';
import { buttonClasses } from '../ui/button.tsx';
import { EmptyState, ProblemState } from '../ui/states.tsx';

/** A page that could not be shown, such as a new version whose files the browser does not have yet. */
export function PageFailed({ error }: { error: unknown }) {
  const router = useRouter();
  return (
    <main className="mx-auto max-w-xl p-6">
      <ProblemState error={error} onRetry={() => void router.invalidate()} />
    </main>
  );
}

/** An address that leads to no page, or a thing that does not exist for this person: both look the same. */
export function NotFound() {
  const t = useText();
  return (
    <EmptyState title={t.common.notFound} hint={t.common.notFoundHint}>
      <Link to="/" className={buttonClasses('primary')}>
        {t.common.goHome}
      </Link>
    </EmptyState>
  );
}
