import { Menu as Base } from '@base-ui/react/menu';
import type { ReactElement, ReactNode } from 'react';
import { classes } from './classes.ts';

const POPUP =
  'z-50 min-w-44 rounded-lg border border-line bg-raised p-1 shadow-raised outline-none transition-opacity data-starting-style:opacity-0 data-ending-style:opacity-0';

type MenuProps = {
  trigger: ReactElement;
  children: ReactNode;
  side?: 'top' | 'bottom';
  align?: 'start' | 'end';
};

/** A menu of actions behind a button. */
export function Menu({ trigger, children, side = 'bottom', align = 'end' }: MenuProps) {
  return (
    <Base.Root>
      <Base.Trigger render={trigger} />
      <Base.Portal>
        <Base.Positioner side={side} align={align} sideOffset={4} className="z-50">
          <Base.Popup className={POPUP}>{children}</Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}

type ItemProps = {
  children: ReactNode;
  onClick(): void;
  icon?: ReactNode;
  isDanger?: boolean;
  disabled?: boolean;
};

export function MenuItem({ children, onClick, icon, isDanger, disabled }: ItemProps) {
  return (
    <Base.Item
      onClick={onClick}
      disabled={disabled ?? false}
      className={classes(
        'flex min-h-8 cursor-pointer items-center gap-2 rounded-md px-2 py-1 outline-none max-sm:min-h-11 data-disabled:opacity-50 data-highlighted:bg-sunken',
        isDanger && 'text-bad',
      )}
    >
      {icon}
      {children}
    </Base.Item>
  );
}

type RadioProps = {
  label: string;
  value: string;
  choices: { value: string; label: string }[];
  onChange(value: string): void;
};

/** A choice of one within a menu. */
export function MenuRadio({ label, value, choices, onChange }: RadioProps) {
  return (
    <Base.RadioGroup value={value} onValueChange={onChange}>
      <Base.Group>
        <Base.GroupLabel className="px-2 pt-2 pb-1 text-xs font-medium text-quiet">{label}</Base.GroupLabel>
      </Base.Group>
      {choices.map((each) => (
        <Base.RadioItem
          key={each.value}
          value={each.value}
          className="flex min-h-8 cursor-pointer items-center justify-between gap-4 rounded-md px-2 py-1 outline-none max-sm:min-h-11 data-highlighted:bg-sunken"
        >
          {each.label}
          <Base.RadioItemIndicator aria-hidden>✓</Base.RadioItemIndicator>
        </Base.RadioItem>
      ))}
    </Base.RadioGroup>
  );
}

export function MenuSeparator() {
  return <Base.Separator className="my-1 h-px bg-line" />;
}
