import { CircleAlert } from 'lucide-react';
import { type ReactNode, useEffect, useState } from 'react';
import { ApiProblem } from '../api/problem.ts';
import { useText } from '../i18n/text.tsx';
import { Button } from './button.tsx';
import { classes } from './classes.ts';

type EmptyProps = {
  icon?: ReactNode;
  title: string;
  hint?: ReactNode;
  children?: ReactNode;
  className?: string;
};

/** A page or list with nothing in it: what it is for, and the next step as a button. */
export function EmptyState({ icon, title, hint, children, className }: EmptyProps) {
  return (
    <div
      className={classes(
        'mx-auto grid max-w-md justify-items-center gap-2 px-4 py-14 text-center',
        className,
      )}
    >
      {icon && <div className="mb-1 text-quiet">{icon}</div>}
      <h2>{title}</h2>
      {hint && <p className="text-quiet">{hint}</p>}
      {children && <div className="mt-3 flex flex-wrap justify-center gap-2">{children}</div>}
    </div>
  );
}

type ProblemProps = { error: unknown; onRetry?: () => void; className?: string };

/** A failure: what happened, what to do next, the request's number, and another try. */
export function ProblemState({ error, onRetry, className }: ProblemProps) {
  const t = useText();
  const requestId = error instanceof ApiProblem ? error.requestId : '';
  return (
    <div role="alert" className={classes('flex gap-3 rounded-md bg-bad-wash p-3', className)}>
      <CircleAlert size={18} aria-hidden className="mt-0.5 shrink-0 text-bad" />
      <div className="min-w-0">
        <p className="font-medium">{t.common.problem}</p>
        <p>{useProblemText(error)}</p>
        {requestId && <p className="mt-1 font-mono text-xs text-quiet">{t.common.requestId(requestId)}</p>}
        {onRetry && (
          <Button size="sm" className="mt-2" onClick={onRetry}>
            {t.common.retry}
          </Button>
        )}
      </div>
    </div>
  );
}

/** A failure in words: the API's own for a problem, ours for everything else. */
export function useProblemText(error: unknown): string {
  const t = useText();
  if (!(error instanceof ApiProblem)) return t.common.problemUnknown;
  if (error.code === 'offline') return t.common.offline;
  if (error.code === 'insufficient_role') return t.common.noRight;
  const wait = error.retryAfter && error.status === 429 ? ` ${t.common.tryAgainIn(error.retryAfter)}` : '';
  return `${error.status >= 500 && !error.requestId ? t.common.problemUnknown : error.message}${wait}`;
}

/** Grey bars in place of lines that are loading. They appear after 300 ms: what is faster needs none. */
export function Skeleton({ lines = 4, className }: { lines?: number; className?: string }) {
  const t = useText();
  const [isShown, setShown] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setShown(true), 300);
    return () => clearTimeout(timer);
  }, []);
  if (!isShown) return null;
  return (
    <div role="status" aria-label={t.common.loading} className={classes('grid gap-3', className)}>
      {Array.from({ length: lines }, (_, line) => (
        <div
          key={line}
          className={classes('h-4 animate-pulse rounded bg-sunken', line % 3 === 2 && 'w-2/3')}
        />
      ))}
    </div>
  );
}

type QueryState<T> = { data: T | undefined; error: unknown; isPending: boolean; refetch(): unknown };

/** Shows what a query brought, or its loading or failed state. Old data stays visible while it is fetched again. */
export function Loaded<T>({
  query,
  lines,
  children,
}: {
  query: QueryState<T>;
  lines?: number;
  children(data: T): ReactNode;
}) {
  if (query.data !== undefined) return children(query.data);
  if (query.isPending) return <Skeleton {...(lines ? { lines } : {})} className="p-4" />;
  return <ProblemState error={query.error} onRetry={() => void query.refetch()} className="m-4" />;
}
