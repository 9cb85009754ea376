import { Toast as Base } from '@base-ui/react/toast';
import { X } from 'lucide-react';
import { useEffect } from 'react';
import { useText } from '../i18n/text.tsx';
import { Button, IconButton } from './button.tsx';
import { receiveToasts, type Toast } from './toast.tsx';

const toasts = Base.createToastManager();
const SHOWN_MS = 6_000;

function add({ title, description, action }: Toast): void {
  toasts.add({
    title,
    timeout: SHOWN_MS,
    ...(description ? { description } : {}),
    ...(action ? { actionProps: { children: action.label, onClick: action.onClick } } : {}),
  });
}

/** The toasts at the lower right corner, read out politely; F6 moves the focus to them. */
export function ToastList() {
  return (
    <Base.Provider toastManager={toasts}>
      <Base.Portal>
        <Base.Viewport className="fixed right-4 bottom-4 z-50 grid w-80 max-w-[calc(100vw-2rem)] gap-2 max-sm:bottom-20">
          <Items />
        </Base.Viewport>
      </Base.Portal>
    </Base.Provider>
  );
}

function Items() {
  const t = useText();
  const { toasts: shown } = Base.useToastManager();
  // After the first rendering, when the provider listens.
  useEffect(() => receiveToasts(add), []);
  return shown.map((toast) => (
    <Base.Root
      key={toast.id}
      toast={toast}
      className="flex items-start gap-2 rounded-lg border border-line bg-raised p-3 shadow-raised transition-opacity data-ending-style:opacity-0 data-starting-style:opacity-0"
    >
      <div className="min-w-0 flex-1">
        <Base.Title className="font-medium" />
        <Base.Description className="text-sm text-quiet" />
      </div>
      {toast.actionProps && <Base.Action render={<Button size="sm" />} />}
      <Base.Close render={<IconButton label={t.common.close} className="-m-1" />}>
        <X size={16} aria-hidden />
      </Base.Close>
    </Base.Root>
  ));
}
