import { AlertDialog as BaseAlert } from '@base-ui/react/alert-dialog';
import { Dialog as Base } from '@base-ui/react/dialog';
import { X } from 'lucide-react';
import type { ReactNode } from 'react';
import { useText } from '../i18n/text.tsx';
import { Button, IconButton } from './button.tsx';

const BACKDROP =
  'fixed inset-0 z-40 bg-scrim transition-opacity data-starting-style:opacity-0 data-ending-style:opacity-0';
const POPUP =
  'fixed z-50 flex max-h-[calc(100dvh-2rem)] flex-col overflow-y-auto rounded-lg border border-line bg-raised p-5 shadow-raised transition-opacity data-starting-style:opacity-0 data-ending-style:opacity-0 inset-x-4 top-1/2 mx-auto -translate-y-1/2';

type DialogProps = {
  title: string;
  lead?: ReactNode;
  open: boolean;
  onOpenChange(open: boolean): void;
  children: ReactNode;
  /** Wide dialogs hold tables or two columns. */
  width?: 'md' | 'lg';
};

/** A dialog: it holds the focus, closes with Escape, and gives the focus back. */
export function Dialog({ title, lead, open, onOpenChange, children, width = 'md' }: DialogProps) {
  const t = useText();
  return (
    <Base.Root open={open} onOpenChange={onOpenChange}>
      <Base.Portal>
        <Base.Backdrop className={BACKDROP} />
        <Base.Popup className={`${POPUP} ${width === 'lg' ? 'max-w-3xl' : 'max-w-lg'}`}>
          <div className="mb-3 flex items-start justify-between gap-4">
            <Base.Title className="text-lg font-semibold">{title}</Base.Title>
            <Base.Close render={<IconButton label={t.common.close} className="-mt-1 -mr-1" />}>
              <X size={18} aria-hidden />
            </Base.Close>
          </div>
          {lead && <Base.Description className="mb-4 text-quiet">{lead}</Base.Description>}
          {children}
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}

type ConfirmProps = {
  title: string;
  /** What happens, and whether it can be undone. */
  consequence: ReactNode;
  confirmLabel: string;
  open: boolean;
  onOpenChange(open: boolean): void;
  onConfirm(): void;
  busy?: boolean;
};

/** Asks before something is lost. The first focus is on Cancel. */
export function ConfirmDialog({
  title,
  consequence,
  confirmLabel,
  open,
  onOpenChange,
  onConfirm,
  busy,
}: ConfirmProps) {
  const t = useText();
  return (
    <BaseAlert.Root open={open} onOpenChange={onOpenChange}>
      <BaseAlert.Portal>
        <BaseAlert.Backdrop className={BACKDROP} />
        <BaseAlert.Popup className={`${POPUP} max-w-md`}>
          <BaseAlert.Title className="mb-2 text-lg font-semibold">{title}</BaseAlert.Title>
          <BaseAlert.Description render={<div />} className="mb-5 text-quiet">
            {consequence}
          </BaseAlert.Description>
          <div className="flex justify-end gap-2">
            <BaseAlert.Close render={<Button look="plain" />}>{t.common.cancel}</BaseAlert.Close>
            <Button look="danger" onClick={onConfirm} busy={busy ?? false}>
              {confirmLabel}
            </Button>
          </div>
        </BaseAlert.Popup>
      </BaseAlert.Portal>
    </BaseAlert.Root>
  );
}

/** The row of buttons at a dialog's end. */
export function DialogActions({ children }: { children: ReactNode }) {
  return <div className="mt-5 flex flex-wrap justify-end gap-2">{children}</div>;
}
