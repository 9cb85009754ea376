import type { ComponentProps, ReactNode } from 'react';
import { classes } from './classes.ts';

const LOOKS = {
  primary: 'bg-accent text-on-accent hover:bg-accent-strong',
  plain: 'border border-line bg-canvas hover:bg-sunken',
  quiet: 'text-quiet hover:bg-sunken hover:text-ink',
  danger: 'border border-line bg-canvas text-bad hover:bg-bad-wash',
} as const;

const SHAPE =
  'inline-flex shrink-0 items-center justify-center gap-1.5 rounded-md font-medium whitespace-nowrap transition-colors disabled:cursor-not-allowed disabled:opacity-50 aria-disabled:cursor-not-allowed aria-disabled:opacity-50';

export type ButtonLook = keyof typeof LOOKS;

/** Classes of a button, for links that look like one. Touch targets are 44 px high below 640 px. */
export function buttonClasses(look: ButtonLook = 'plain', size: 'sm' | 'md' = 'md'): string {
  const sizes = size === 'md' ? 'min-h-9 px-3 max-sm:min-h-11' : 'min-h-7 px-2 text-sm max-sm:min-h-11';
  return `${SHAPE} ${sizes} ${LOOKS[look]}`;
}

type ButtonProps = ComponentProps<'button'> & { look?: ButtonLook; size?: 'sm' | 'md'; busy?: boolean };

/** A button. While `busy` it stays focusable, ignores clicks and says so to screen readers. */
export function Button({ look, size, busy = false, className, onClick, children, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      aria-disabled={busy || undefined}
      aria-busy={busy || undefined}
      onClick={busy ? (event) => event.preventDefault() : onClick}
      className={classes(buttonClasses(look, size), className)}
    >
      {children}
    </button>
  );
}

type IconButtonProps = ComponentProps<'button'> & { label: string; children?: ReactNode };

/** A button that shows only an icon; its name is read out and shown as a tooltip. */
export function IconButton({ label, className, children, ...rest }: IconButtonProps) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      {...rest}
      className={classes(
        'inline-flex size-8 shrink-0 items-center justify-center rounded-md text-quiet transition-colors hover:bg-sunken hover:text-ink disabled:opacity-50 max-sm:size-11 data-popup-open:bg-sunken data-popup-open:text-ink',
        className,
      )}
    >
      {children}
    </button>
  );
}
