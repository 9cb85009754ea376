import { lazy, Suspense, useSyncExternalStore } from 'react';

export type Toast = { title: string; description?: string; action?: { label: string; onClick(): void } };

/** Toasts before their list is there: its code is downloaded with the first one. */
let waiting: Toast[] = [];
let isWanted = false;
const listeners = new Set<() => void>();
let deliver: ((toast: Toast) => void) | null = null;

const ToastList = lazy(async () => ({ default: (await import('./toast-list.tsx')).ToastList }));

/** Tells of something that has happened, with a way back where there is one. It goes away after 6 s. */
export function showToast(toast: Toast): void {
  if (deliver) return deliver(toast);
  waiting.push(toast);
  isWanted = true;
  for (const listener of listeners) listener();
}

/** Hands the list every toast, those that wait at once. */
export function receiveToasts(receive: (toast: Toast) => void): void {
  deliver = receive;
  const early = waiting;
  waiting = [];
  for (const toast of early) receive(toast);
}

/** The place of the toasts, once on the page. */
export function ToastRegion() {
  const isShown = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => isWanted,
  );
  return <Suspense>{isShown && <ToastList />}</Suspense>;
}
