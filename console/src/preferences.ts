import { useSyncExternalStore } from 'react';

/** What a person chose in this browser. Every tab follows a change at once. */
const listeners = new Set<() => void>();

function read(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

function notify(): void {
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  window.addEventListener('storage', listener);
  return () => {
    listeners.delete(listener);
    window.removeEventListener('storage', listener);
  };
}

/** Stores a choice; null forgets it. */
export function writePreference(key: PreferenceKey, value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(key);
    else localStorage.setItem(key, value);
  } catch {
    // Storage is blocked: the choice holds for nothing, and nothing breaks.
  }
  notify();
}

export type PreferenceKey = 'theme' | 'language' | 'team' | 'bot' | 'shortcuts' | 'first-steps';

/** A stored choice, or null. */
export function readPreference(key: PreferenceKey): string | null {
  return read(key);
}

/** A stored choice, or null; the component follows its changes. */
export function usePreference(key: PreferenceKey): string | null {
  return useSyncExternalStore(subscribe, () => read(key));
}
