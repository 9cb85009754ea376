import { type ReactNode, useEffect } from 'react';
import { useText } from '../i18n/text.tsx';
import { classes } from './classes.ts';

type PageProps = {
  title: string;
  lead?: ReactNode;
  /** Buttons at the right of the title. */
  actions?: ReactNode;
  children: ReactNode;
  /** Tables use the whole width, forms a readable one. */
  width?: 'full' | 'prose';
};

/** A page with its title. The browser's tab has the same name. */
export function Page({ title, lead, actions, children, width = 'full' }: PageProps) {
  useDocumentTitle(title);
  return (
    <div
      className={classes(
        'mx-auto w-full px-4 pt-5 pb-24 sm:px-8',
        width === 'prose' ? 'max-w-3xl' : 'max-w-7xl',
      )}
    >
      <header className="mb-5 flex flex-wrap items-end justify-between gap-x-6 gap-y-3">
        <div className="min-w-0">
          <h1>{title}</h1>
          {lead && <p className="mt-1 max-w-prose text-quiet">{lead}</p>}
        </div>
        {actions && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
      </header>
      {children}
    </div>
  );
}

/** Names the browser's tab. */
export function useDocumentTitle(title: string): void {
  const t = useText();
  useEffect(() => {
    document.title = `${title} · ${t.common.appName}`;
  }, [title, t]);
}

/** A part of a page under a heading, set off by space and a line, not by a box. */
export function Section({ title, lead, actions, children }: Omit<PageProps, 'width'>) {
  return (
    <section className="mt-8 border-t border-line pt-5 first-of-type:mt-0 first-of-type:border-t-0 first-of-type:pt-0">
      <div className="mb-3 flex flex-wrap items-end justify-between gap-3">
        <div>
          <h2>{title}</h2>
          {lead && <p className="max-w-prose text-quiet">{lead}</p>}
        </div>
        {actions && <div className="flex flex-wrap gap-2">{actions}</div>}
      </div>
      {children}
    </section>
  );
}
