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

/** A cell, or its heading, that a phone does not show: `OnPhone` shows its text within another cell. */
export const NOT_ON_PHONE = 'max-sm:hidden';

/** What a phone shows in one cell instead of in columns of its own. */
export function OnPhone({ children }: { children: ReactNode }) {
  return <span className="block text-sm font-normal text-quiet sm:hidden">{children}</span>;
}

type HeadProps = {
  columns: string[];
  hasActions?: boolean;
  /** Those of the columns that a phone does not show. */
  notOnPhone?: string[];
};

/** The headings of a table. The last column of `hasActions` has buttons and is named for screen readers only. */
export function TableHead({ columns, hasActions, notOnPhone = [] }: HeadProps) {
  const t = useText();
  return (
    <thead>
      <tr>
        {columns.map((name) => (
          <Th key={name} className={notOnPhone.includes(name) ? NOT_ON_PHONE : ''}>
            {name}
          </Th>
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
