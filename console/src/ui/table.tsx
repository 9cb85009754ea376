import type { ComponentProps, ReactNode } from 'react';
import { useText } from '../i18n/text.tsx';
import { classes } from './classes.ts';

/** A real table that scrolls sideways by itself on a phone, so that the page does not. @param label its name */
export function Table({ label, children }: { label: string; children: ReactNode }) {
  return (
    // A scrollable part must be reachable by keyboard.
    <div className="relative overflow-x-auto" role="region" aria-label={label} tabIndex={0}>
      <table className="w-full border-collapse text-left wrap-break-word">{children}</table>
    </div>
  );
}

export function Th({ className, ...rest }: ComponentProps<'th'>) {
  return (
    <th
      scope="col"
      {...rest}
      className={classes(
        'border-b border-line px-2 py-2 text-sm font-medium whitespace-nowrap text-quiet',
        className,
      )}
    />
  );
}

export function Td({ className, ...rest }: ComponentProps<'td'>) {
  return <td {...rest} className={classes('border-b border-line px-2 py-2 align-middle', className)} />;
}

/** A row that shows where the pointer is. */
export function Tr({ className, ...rest }: ComponentProps<'tr'>) {
  return <tr {...rest} className={classes('hover:bg-sunken', className)} />;
}

/** The headings of a table. The last column of `hasActions` has buttons and is named for screen readers only. */
export function TableHead({ columns, hasActions }: { columns: string[]; hasActions?: boolean }) {
  const t = useText();
  return (
    <thead>
      <tr>
        {columns.map((name) => (
          <Th key={name}>{name}</Th>
        ))}
        {hasActions && (
          <Th>
            <span className="sr-only">{t.common.actions}</span>
          </Th>
        )}
      </tr>
    </thead>
  );
}
